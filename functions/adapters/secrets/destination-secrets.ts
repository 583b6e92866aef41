import type { DestinationSecrets } from '../../core/deliver/ports.ts';
import { DESTINATION_SECRET } from './shapes.ts';
import { secretsManagerSecrets, type SecretsOptions } from './secrets.ts';

/** Secrets `{prefix}/destination/{id}`. */
export function secretsManagerDestinationSecrets(options: SecretsOptions): DestinationSecrets {
  const secrets = secretsManagerSecrets({
    ...options,
    kind: 'destination',
    shape: DESTINATION_SECRET,
  });
  return { webhookSecret: secrets.get };
}
