import { routingKeyFor } from '../../functions/core/ingest/auth/routing-key.ts';
import { randomToken, randomWebhookSecret } from '../config/random-id.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

/**
 * A new secret in the form that the sender's own library takes: `whsec_<base64>` where Standard Webhooks sign, a routing key
 * that names its source, and a token for everything else.
 */
export function randomSourceSecret(
  { id, auth }: Pick<Source, 'id' | 'auth'>,
  random: (size: number) => Uint8Array,
): string {
  if (auth.type === 'routing-key') return routingKeyFor(id, randomToken(random));
  return auth.type === 'hmac' && auth.signedContent === 'id.timestamp.body'
    ? randomWebhookSecret(random)
    : randomToken(random);
}
