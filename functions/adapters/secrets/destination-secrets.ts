import type { DestinationSecrets } from '../../core/deliver/ports.ts';
import { parseWebhookSecret } from './shapes.ts';
import { secretsManagerSecrets, type SecretsOptions } from './secrets.ts';

/** Secrets `{prefix}/destination/{id}`. */
export function secretsManagerDestinationSecrets(options: SecretsOptions): DestinationSecrets {
  const secrets = secretsManagerSecrets({ ...options, kind: 'destination', parse: parseWebhookSecret });
  return { webhookSecret: secrets.get };
}
