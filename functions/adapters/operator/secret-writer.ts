import {
  DeleteSecretCommand,
  GetSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretWriter } from '../../core/operator/ports.ts';
import { CREDENTIAL, DESTINATION_SECRET } from '../secrets/shapes.ts';
import { currentVersion, saveSecretVersion } from './secret-save.ts';
import { readSecretVersion, secretOf, type SecretPlace } from '../secrets/secrets.ts';

/** Secrets `{prefix}/source/{id}` and `{prefix}/destination/{id}`, one JSON document each. */
export function secretsManagerSecretWriter({
  client,
  prefix,
  uuid,
}: {
  client: SecretsManagerClient;
  prefix: string;
  uuid: () => string;
}): SecretWriter {
  const save = async (place: SecretPlace, value: object, over: string | undefined) =>
    saveSecretVersion({ client, place, value, over, version: uuid() });
  const source = (id: string) => secretOf(prefix, 'source', id);
  const destination = (id: string) => secretOf(prefix, 'destination', id);
  return {
    readSource: async (id) => readSecretVersion(client, source(id), CREDENTIAL),
    readDestination: async (id) => readSecretVersion(client, destination(id), DESTINATION_SECRET),
    versionOf: async (kind, id) => currentVersion(client, secretOf(prefix, kind, id)),
    readText: async (name) => {
      try {
        return (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString;
      } catch (error) {
        if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
        throw error;
      }
    },
    saveSource: async (id, credential, over) => save(source(id), credential, over),
    saveDestination: async (id, secret, over) => save(destination(id), secret, over),
    clear: async (kind, id, over) => void (await save(secretOf(prefix, kind, id), {}, over)),
    delete: async (kind, id) => {
      try {
        await client.send(
          new DeleteSecretCommand({
            SecretId: secretOf(prefix, kind, id).name,
            ForceDeleteWithoutRecovery: true,
          }),
        );
      } catch (error) {
        // Gone is what was asked for.
        if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
      }
    },
  };
}
