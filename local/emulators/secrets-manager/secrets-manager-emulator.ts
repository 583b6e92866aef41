import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError, notEmulated } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import { integerBetween, objectList, optionalInteger, optionalText, requiredText } from '../read-input.ts';
import { openSecretStore } from './secret-store.ts';
import type { StoredSecret } from './secret-store.ts';
import { addVersion, moveStage, secretValue, stagesOf } from './secret-versions.ts';

const SECONDS_PER_DAY = 86_400;

/** Secrets Manager, the part that the stack and its operators use: values, versions, stages, recovery window. */
export function openSecretsManager(options: { db: DatabaseSync; clock: Clock; account: Account }) {
  const { db } = options;
  const store = openSecretStore(db, options.clock, options.account);

  function find(input: JsonObject): StoredSecret {
    const secret = store.find(requiredText(input, 'SecretId'));
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    if (secret.deleted_at !== null) {
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    }
    return secret;
  }

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
      return { ...answered(secret, id), VersionStages: stagesOf(store, secret, id) };
    },
    UpdateSecretVersionStage: (input) => {
      const secret = find(input);
      moveStage(store, secret, requiredText(input, 'VersionStage'), {
        toId: requiredText(input, 'MoveToVersionId'),
        mustBe: optionalText(input, 'RemoveFromVersionId'),
      });
      return answered(secret, undefined);
    },
    DeleteSecret: remove,
  };

  return {
    call(action: string, input: JsonObject): JsonObject {
      const run = actions[action];
      if (run === undefined) throw notEmulated('UnknownOperationException', 'Secrets Manager', action);
      return inTransaction(db, () => run(input));
    },
    exists: (name: string): boolean => store.find(name) !== undefined,
    arnOf: (nameOrArn: string): string | undefined => store.find(nameOrArn)?.arn,
  };
}
