import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { SecretWriter } from '../core/operator-ports.ts';
import { parseCredential, parseWebhookSecret } from './secret-shapes.ts';
import { readSecret, secretName } from './secrets-manager-secrets.ts';

/** Secrets `{prefix}/source/{id}` and `{prefix}/destination/{id}`, one JSON document each. */
export function secretsManagerSecretWriter({
  client,
  prefix,
}: {
  client: SecretsManagerClient;
  prefix: string;
}): SecretWriter {
  const replace = async (name: string, value: object) => {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(value) }));
  };
  const create = async (name: string, value: object) => {
    try {
      await client.send(new CreateSecretCommand({ Name: name, SecretString: JSON.stringify(value) }));
    } catch (error) {
      // Left behind by a command that was cut off before it stored what the secret belongs to.
      if (!(error instanceof Error && error.name === 'ResourceExistsException')) throw error;
      await replace(name, value);
    }
  };
  const source = (id: string) => secretName(prefix, 'source', id);
  const destination = (id: string) => secretName(prefix, 'destination', id);
  return {
    createSource: async (id, credential) => create(source(id), credential),
    createDestination: async (id, secret) => create(destination(id), secret),
    readSource: async (id) => readSecret(client, source(id), parseCredential),
    readDestination: async (id) => readSecret(client, destination(id), parseWebhookSecret),
    replaceSource: async (id, credential) => replace(source(id), credential),
    replaceDestination: async (id, secret) => replace(destination(id), secret),
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
