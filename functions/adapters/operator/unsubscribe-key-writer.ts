import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { UnsubscribeKeyWriter } from '../../core/operator/ports.ts';
import { CREDENTIAL } from '../secrets/shapes.ts';
import { currentVersion, saveSecretVersion } from './secret-save.ts';
import { readSecretVersion, unsubscribeKeyOf } from '../secrets/secrets.ts';

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
  const place = unsubscribeKeyOf(prefix);
  return {
    read: async () => readSecretVersion(client, place, CREDENTIAL),
    version: async () => currentVersion(client, place),
    replace: async (value, over) => saveSecretVersion({ client, place, value, over, version: uuid() }),
  };
}
