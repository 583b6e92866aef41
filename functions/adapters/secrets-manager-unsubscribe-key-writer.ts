import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { UnsubscribeKeySecret, UnsubscribeKeyWriter } from '../core/operator-ports.ts';
import { parseCredential } from './secret-shapes.ts';
import { readSecret } from './secrets-manager-secrets.ts';

/** The secret `{prefix}/unsubscribe-key`, which the stack makes and only a rotation changes. */
export function secretsManagerUnsubscribeKeyWriter({
  client,
  prefix,
}: {
  client: SecretsManagerClient;
  prefix: string;
}): UnsubscribeKeyWriter {
  const name = `${prefix}/unsubscribe-key`;
  return {
    read: async () => readSecret(client, name, parseKeySecret),
    replace: async (secret) => {
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: JSON.stringify(secret) }));
    },
  };
}

function parseKeySecret(value: unknown): UnsubscribeKeySecret | undefined {
  const credential = parseCredential(value);
  if (credential === undefined) return undefined;
  const { current, previous } = credential;
  const { rotatedAt } = value as { rotatedAt?: unknown };
  return {
    current,
    ...(previous !== undefined && { previous }),
    ...(typeof rotatedAt === 'string' && { rotatedAt }),
  };
}
