import type { Alert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import { PROFILE_PREFIXES, type Profile, type WebhookDestination } from '../../model/config/destination.ts';
import type { WebhookSecret } from '../../model/config/credential.ts';
import { hmac } from '../../signing/hmac.ts';
import { liveSecrets, singleSecret } from '../../signing/live-secrets.ts';
import { standardWebhooksSignature } from '../../signing/standard-webhooks.ts';
import type { WebhookFormat } from './formats/format.ts';

/** The words of a profile beside its prefix: the product in the user agent, and the name of the event. */
const PROFILE_HEADERS: Record<Profile, { product: string; event: (alert: Alert) => string }> = {
  tocsin: {
    product: 'Tocsin',
    event: (alert) => (alert.status === 'firing' ? 'alert_created' : `alert_${alert.status}`),
  },
  panguard: { product: 'Panguard', event: (alert) => alert.type },
  linuxguard: { product: 'LinuxGuard', event: () => 'signal_created' },
};

/** One attempt at a post: all that its headers say and sign. */
type SignedPost = {
  message: DeliveryMessage;
  destination: WebhookDestination;
  secret: WebhookSecret;
  body: string;
  format: Pick<WebhookFormat, 'contentType' | 'authorization' | 'withCredential'>;
};

/**
 * The headers of one attempt. The delivery id is the same on every attempt, timestamp and attempt are new.
 *
 * `<Prefix>-Signature` is HMAC-SHA256 over the body alone, keyed with the printed secret's UTF-8 bytes. It has room for
 * one: its documented receivers compare the whole value. The Standard Webhooks trio signs id, timestamp and body, and
 * during a rotation carries a signature for each live secret.
 */
export function webhookHeaders(
  { message, destination, secret, body, format }: SignedPost,
  nowMs: number,
): Record<string, string> {
  const prefix = PROFILE_PREFIXES[destination.profile];
  const { product, event } = PROFILE_HEADERS[destination.profile];
  const timestampSeconds = Math.floor(nowMs / 1000);
  const timestamp = String(timestampSeconds);
  const headers: Record<string, string> = {
    ...secret.headers,
    'Content-Type': format.contentType,
    'User-Agent': `${product}-Webhook/1.0`,
    [`${prefix}-Event`]: headerText(event(message.alert)),
    [`${prefix}-Delivery`]: message.delivery_id,
    [`${prefix}-Timestamp`]: timestamp,
    [`${prefix}-Attempt`]: String(message.attempt),
    'webhook-id': message.delivery_id,
    'webhook-timestamp': timestamp,
  };
  if (destination.auth.type === 'hmac') {
    const current = required(secret.current, destination);
    headers[`${prefix}-Signature`] =
      `sha256=${hmac('sha256', singleSecret({ ...secret, current }, nowMs), body).toString('hex')}`;
    headers['webhook-signature'] = standardWebhooksSignature(liveSecrets({ ...secret, current }, nowMs), {
      id: message.delivery_id,
      timestampSeconds,
      body,
    });
  } else if (destination.auth.type === 'bearer' && format.withCredential === undefined) {
    const credential = singleSecret({ ...secret, current: required(secret.current, destination) }, nowMs);
    headers['Authorization'] = format.authorization?.(credential) ?? `Bearer ${credential}`;
  }
  return headers;
}

function required(secret: string | undefined, destination: WebhookDestination): string {
  if (secret === undefined) {
    throw new Error(`destination ${JSON.stringify(destination.name)} has no secret; rotate it to get one`);
  }
  return secret;
}

/** An alert's type is the sender's text; a header holds visible ASCII only. */
function headerText(value: string): string {
  return value.replace(/[^\u0020-\u007e]/gu, '?').slice(0, 200);
}
