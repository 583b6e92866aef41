import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import {
  integerBetween,
  objectList,
  optionalInteger,
  optionalText,
  requiredText,
  textList,
} from '../read-input.ts';
import { openSecretStore } from './secret-store.ts';
import type { StoredSecret } from './secret-store.ts';
import { addVersion, moveStage, secretValue, stagesById } from './secret-versions.ts';

const MAX_BATCH = 20;
const SECONDS_PER_DAY = 86_400;

/** Secrets Manager, the part that the stack and its operators use: values, versions, stages, recovery window. */
export function openSecretsManager(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const { db } = options;
  const store = openSecretStore(db, options.clock, options.account);

  function find(input: JsonObject, state: 'usable' | 'any' = 'usable'): StoredSecret {
    const secret = store.find(requiredText(input, 'SecretId'));
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (state === 'usable' && secret.deleted_at !== null) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

  function matching(input: JsonObject): StoredSecret[] {
    const filters = objectList(input, 'Filters');
    for (const filter of filters) {
      if (filter['Key'] !== 'name') {
        throw new AwsError(
          'InvalidParameterException',
          `the local run filters secrets by name only, not by ${String(filter['Key'])}`,
        );
      }
    }
    return store
      .list()
      .filter((secret) => input['IncludePlannedDeletion'] === true || secret.deleted_at === null)
      .filter((secret) =>
        filters.every((filter) =>
          textList(filter, 'Values').some((prefix) => secret.name.startsWith(prefix)),
        ),
      );
  }

  function page<T>(elements: readonly T[], input: JsonObject, most: number): { part: T[]; next: JsonObject } {
    const from = Number(optionalText(input, 'NextToken') ?? 0);
    const size = integerBetween(input, 'MaxResults', { min: 1, max: most, fallback: most });
    if (!Number.isInteger(from) || from < 0)
      throw new AwsError('InvalidNextTokenException', 'The NextToken value is invalid.');
    const to = from + size;
    return { part: elements.slice(from, to), next: to < elements.length ? { NextToken: String(to) } : {} };
  }

  const described = (secret: StoredSecret): JsonObject => ({
    ARN: secret.arn,
    Name: secret.name,
    ...(secret.description !== null && { Description: secret.description }),
    Tags: JSON.parse(secret.tags) as unknown,
    CreatedDate: secret.created_at,
    LastChangedDate: secret.changed_at,
    ...(secret.deleted_at !== null && { DeletedDate: secret.deleted_at }),
  });

  const answered = (secret: StoredSecret, versionId: string | undefined): JsonObject => ({
    ARN: secret.arn,
    Name: secret.name,
    ...(versionId !== undefined && { VersionId: versionId }),
  });

  function create(input: JsonObject): JsonObject {
    const name = requiredText(input, 'Name');
    if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
      throw new AwsError(
        'ValidationException',
        'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
      );
    }
    const existing = store.find(name);
    if (existing !== undefined && existing.deleted_at !== null) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    }
    if (existing !== undefined) {
      throw new AwsError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const secret = store.create(name, optionalText(input, 'Description'), objectList(input, 'Tags'));
    return answered(secret, addVersion(store, secret, input));
  }

  function batchGet(input: JsonObject): JsonObject {
    const ids = textList(input, 'SecretIdList');
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
    if (ids.length > MAX_BATCH || (ids.length > 0 && input['Filters'] !== undefined)) {
      throw new AwsError(
        'InvalidParameterException',
        `SecretIdList takes 1 to ${MAX_BATCH} secrets, and no Filters beside it.`,
      );
    }
    const wanted = ids.length > 0 ? ids : matching(input).map((secret) => secret.name);
    const { part, next } = page(wanted, input, MAX_BATCH);
    const SecretValues: JsonObject[] = [];
    const Errors: JsonObject[] = [];
    for (const id of part) {
      try {
        SecretValues.push(secretValue(store, find({ SecretId: id }), {}));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Errors.push({ SecretId: id, ErrorCode: error.code, Message: error.message });
      }
    }
    return { SecretValues, Errors, ...next };
  }

  function remove(input: JsonObject): JsonObject {
    const force = input['ForceDeleteWithoutRecovery'] === true;
    if (force && optionalInteger(input, 'RecoveryWindowInDays') !== undefined) {
      throw new AwsError(
        'InvalidParameterException',
        "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
      );
    }
    const days = integerBetween(input, 'RecoveryWindowInDays', { min: 7, max: 30, fallback: 30 });
    const secret = find(input);
    const deletedAt = store.nowSeconds() + (force ? 0 : days * SECONDS_PER_DAY);
    if (force) store.remove(secret.name);
    else store.save({ ...secret, deleted_at: deletedAt });
    return { ARN: secret.arn, Name: secret.name, DeletionDate: deletedAt };
  }

  const actions: Record<string, (input: JsonObject) => JsonObject> = {
    CreateSecret: create,
    GetSecretValue: (input) => secretValue(store, find(input), input),
    BatchGetSecretValue: batchGet,
    PutSecretValue: (input) => {
      const secret = find(input);
      const id = addVersion(store, secret, input);
      if (id === undefined) {
        throw new AwsError(
          'InvalidParameterException',
          'You must provide either SecretString or SecretBinary.',
        );
      }
      store.save(secret);
      return { ...answered(secret, id), VersionStages: stagesById(store, secret)[id] ?? [] };
    },
    UpdateSecret: (input) => {
      const secret = find(input);
      const id = addVersion(store, secret, input);
      store.save({ ...secret, description: optionalText(input, 'Description') ?? secret.description });
      return answered(secret, id);
    },
    UpdateSecretVersionStage: (input) => {
      const secret = find(input);
      moveStage(store, secret, requiredText(input, 'VersionStage'), {
        toId: requiredText(input, 'MoveToVersionId'),
        mustBe: optionalText(input, 'RemoveFromVersionId'),
      });
      return answered(secret, undefined);
    },
    DescribeSecret: (input) => {
      const secret = find(input, 'any');
      return { ...described(secret), VersionIdsToStages: stagesById(store, secret) };
    },
    ListSecrets: (input) => {
      const { part, next } = page(matching(input), input, 100);
      const SecretList = part.map((secret) =>
        Object.assign(described(secret), { SecretVersionsToStages: stagesById(store, secret) }),
      );
      return { SecretList, ...next };
    },
    DeleteSecret: remove,
    RestoreSecret: (input) => {
      const secret = find(input, 'any');
      store.save({ ...secret, deleted_at: null });
      return answered(secret, undefined);
    },
  };

  return {
    call(action: string, input: JsonObject): JsonObject {
      const run = actions[action];
      if (run === undefined) {
        throw new AwsError(
          'UnknownOperationException',
          `the local run does not emulate the Secrets Manager action ${action}`,
        );
      }
      return inTransaction(db, () => run(input));
    },
    exists: (name: string): boolean => store.find(name) !== undefined,
    arnOf: (nameOrArn: string): string | undefined => store.find(nameOrArn)?.arn,
  };
}
