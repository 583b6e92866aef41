import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { HeartbeatUrl } from '../../core/canary/ports.ts';

/** The text of a secret, as it is now. Without a name there is no heartbeat. */
export function secretsManagerHeartbeatUrl({
  client,
  name,
}: {
  client: SecretsManagerClient;
  name: string | undefined;
}): HeartbeatUrl {
  return {
    read: async () => {
      if (name === undefined) return undefined;
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }));
      return SecretString.trim();
    },
  };
}
