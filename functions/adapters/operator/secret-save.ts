import {
  CreateSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Saved } from '../../core/operator/ports.ts';
import { SecretNotFoundError } from '../../core/model/config/unreadable-config.ts';
import { getSecret, type SecretPlace } from '../secrets/secrets.ts';

/** Holds on to a version that is not current yet: one without any label may be removed by AWS at any time. */
const PENDING = 'TOCSINPENDING';

/**
 * Writes a secret in the place of the version that was read; undefined: there must be none.
 *
 * Secrets Manager has no conditional write, but it moves a label conditionally: `AWSCURRENT` goes to the new version
 * only while the version that was read still has it (`RemoveFromVersionId`; "if the label is attached to a different
 * version, the operation fails",
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html).
 */
export async function saveSecretVersion({
  client,
  place,
  value,
  over,
  version,
}: {
  client: SecretsManagerClient;
  place: SecretPlace;
  value: object;
  over: string | undefined;
  /** A new UUID: the id of the version. */
  version: string;
}): Promise<Saved> {
  const { name } = place;
  const content = { SecretString: JSON.stringify(value), ClientRequestToken: version };
  const isRefused = async (refusal: string, write: () => Promise<unknown>): Promise<boolean> => {
    try {
      await write();
      return false;
    } catch (error) {
      if (error instanceof Error && error.name === refusal) return true;
      throw error;
    }
  };
  const isLost =
    over === undefined
      ? await isRefused('ResourceExistsException', async () =>
          client.send(new CreateSecretCommand({ Name: name, ...content })),
        )
      : (await isRefused('ResourceNotFoundException', async () =>
          client.send(new PutSecretValueCommand({ SecretId: name, ...content, VersionStages: [PENDING] })),
        )) ||
        (await isRefused('InvalidParameterException', async () =>
          client.send(
            new UpdateSecretVersionStageCommand({
              SecretId: name,
              VersionStage: 'AWSCURRENT',
              MoveToVersionId: version,
              RemoveFromVersionId: over,
            }),
          ),
        ));
  // A call whose answer was lost is made again by the client, and then finds its own version in the way.
  return isLost && (await currentVersion(client, place)) !== version
    ? { result: 'changed-meanwhile' }
    : { result: 'saved', version };
}

export async function currentVersion(
  client: SecretsManagerClient,
  place: SecretPlace,
): Promise<string | undefined> {
  try {
    return (await getSecret(client, place)).version;
  } catch (error) {
    if (error instanceof SecretNotFoundError) return undefined;
    throw error;
  }
}
