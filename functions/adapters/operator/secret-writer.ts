import { DeleteSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretWriter } from '../../core/operator/ports.ts';
import { parseCredential, parseWebhookSecret } from '../secrets/shapes.ts';
import { currentVersion, saveSecretVersion } from './secret-save.ts';
import { readSecretVersion, secretName } from '../secrets/secrets.ts';

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
  const save = async (name: string, value: object, over: string | undefined) =>
    saveSecretVersion({ client, name, value, over, version: uuid() });
  const source = (id: string) => secretName(prefix, 'source', id);
  const destination = (id: string) => secretName(prefix, 'destination', id);
  return {
    readSource: async (id) => readSecretVersion(client, source(id), parseCredential),
    readDestination: async (id) => readSecretVersion(client, destination(id), parseWebhookSecret),
    versionOf: async (kind, id) => currentVersion(client, secretName(prefix, kind, id)),
    saveSource: async (id, credential, over) => save(source(id), credential, over),
    saveDestination: async (id, secret, over) => save(destination(id), secret, over),
    clear: async (kind, id, over) => void (await save(secretName(prefix, kind, id), {}, over)),
    delete: async (kind, id) => {
      try {
        await client.send(
          new DeleteSecretCommand({
            SecretId: secretName(prefix, kind, id),
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
