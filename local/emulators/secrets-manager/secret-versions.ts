import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';
import { optionalText, textList } from '../read-input.ts';
import type { SecretStore, SecretVersion, StoredSecret } from './secret-store.ts';

const MAX_SECRET_BYTES = 65_536;

/** The stages of a version: `['AWSCURRENT']`. */
export function stagesOf(store: SecretStore, secret: StoredSecret, id: string): string[] {
  return store.versions(secret).find((version) => version.id === id)?.stages ?? [];
}

/**
 * Puts a stage on the version `toId` and takes it from the version that had it.
 *
 * `mustBe` is the version that a request says has it; a wrong one, or none where one has it, is refused
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html).
 * When AWSCURRENT moves, the version that loses it becomes AWSPREVIOUS: a secret can always be rolled back once.
 */
export function moveStage(
  store: SecretStore,
  secret: StoredSecret,
  stage: string,
  { toId, ...holder }: { toId: string; mustBe?: string | undefined },
): void {
  const versions = store.versions(secret);
  const target = versions.find((version) => version.id === toId);
  if (target === undefined) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret version: ${toId}.`,
    );
  }
  const former = versions.find((version) => version.stages.includes(stage));
  if ('mustBe' in holder && former !== undefined && former.id !== holder.mustBe) {
    throw new AwsError(
      'InvalidParameterException',
      holder.mustBe === undefined
        ? `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${former.id}, so you must explicitly reference that version in RemoveFromVersionId.`
        : `Staging label ${stage} is not attached to version ${holder.mustBe}, which RemoveFromVersionId names.`,
    );
  }
  if (former?.id === toId) return;
  const without = (version: SecretVersion, name: string): void => {
    version.stages = version.stages.filter((candidate) => candidate !== name);
  };
  if (former !== undefined) {
    without(former, stage);
    if (stage === 'AWSCURRENT') {
      for (const version of versions) without(version, 'AWSPREVIOUS');
      former.stages.push('AWSPREVIOUS');
    }
  }
  target.stages.push(stage);
  for (const version of versions) store.saveVersion(secret, version);
}

/**
 * Adds the value that a request carries, if any; returns the version's id.
 *
 * The same `ClientRequestToken` with the same value is the same version; with another value it is refused.
 */
export function addVersion(store: SecretStore, secret: StoredSecret, input: JsonObject): string | undefined {
  const text = optionalText(input, 'SecretString');
  const binary = optionalText(input, 'SecretBinary');
  if (text === undefined && binary === undefined) return undefined;
  if (text !== undefined && binary !== undefined) {
    throw new AwsError(
      'InvalidParameterException',
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (Buffer.byteLength(text ?? binary ?? '') > MAX_SECRET_BYTES) {
    throw new AwsError('ValidationException', 'The secret value is longer than 65536 bytes.');
  }
  const id = optionalText(input, 'ClientRequestToken') ?? randomUUID();
  const existing = store.versions(secret).find((version) => version.id === id);
  if (existing !== undefined) {
    if (existing.text === (text ?? null) && existing.binary === (binary ?? null)) return id;
    throw new AwsError(
      'ResourceExistsException',
      `You can't modify an existing version, you can only create a new version.`,
    );
  }
  const version = {
    id,
    text: text ?? null,
    binary: binary ?? null,
    createdAt: store.nowSeconds(),
    stages: [],
  };
  store.saveVersion(secret, version);
  const stages = textList(input, 'VersionStages');
  for (const stage of stages.length > 0 ? stages : ['AWSCURRENT'])
    moveStage(store, secret, stage, { toId: id });
  return id;
}

/** The answer of `GetSecretValue`: by version id, by stage, or the current one. */
export function secretValue(store: SecretStore, secret: StoredSecret, input: JsonObject): JsonObject {
  const versionId = optionalText(input, 'VersionId');
  const stage = optionalText(input, 'VersionStage') ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
  const version = store
    .versions(secret)
    .find(
      (candidate) =>
        (versionId === undefined || candidate.id === versionId) &&
        (stage === undefined || candidate.stages.includes(stage)),
    );
  if (version === undefined) {
    const what = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    );
  }
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: version.id,
    ...(version.text !== null && { SecretString: version.text }),
    ...(version.binary !== null && { SecretBinary: version.binary }),
    VersionStages: version.stages,
    CreatedDate: version.createdAt,
  };
}
