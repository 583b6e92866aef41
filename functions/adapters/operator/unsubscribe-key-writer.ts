import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { UnsubscribeKeySecret, UnsubscribeKeyWriter } from '../../core/operator/ports.ts';
import { parseCredential } from '../secrets/shapes.ts';
import { saveSecretVersion } from './secret-save.ts';
import { readSecretVersion } from '../secrets/secrets.ts';

/** The secret `{prefix}/unsubscribe-key`, which the stack makes and only a rotation changes. */
export function secretsManagerUnsubscribeKeyWriter({
  client,
  prefix,
  uuid,
}: {
  client: SecretsManagerClient;
  prefix: string;
  uuid: () => string;
}): UnsubscribeKeyWriter {
  const name = `${prefix}/unsubscribe-key`;
  return {
    read: async () => readSecretVersion(client, name, parseKeySecret),
    replace: async (value, over) => saveSecretVersion({ client, name, value, over, version: uuid() }),
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
