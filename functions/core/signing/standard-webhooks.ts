import { hmac } from './hmac.ts';

const SECRET_PREFIX = 'whsec_';

/**
 * The value of `webhook-signature` for one or more live secrets, newest first: `v1,<base64> v1,<base64>`.
 *
 * The key is what stands behind `whsec_`, decoded from base64; the signed content is `id.timestamp.body`
 * (https://www.standardwebhooks.com).
 */
export function standardWebhooksSignature(
  secrets: readonly string[],
  message: { id: string; timestampSeconds: number; body: string },
): string {
  return secrets
    .map((secret) => {
      const signature = hmac(
        'sha256',
        standardWebhooksKey(secret),
        `${message.id}.${String(message.timestampSeconds)}.`,
        message.body,
      );
      return `v1,${signature.toString('base64')}`;
    })
    .join(' ');
}

/** The bytes of a `whsec_` secret; a secret without the prefix is its UTF-8 bytes. */
export function standardWebhooksKey(secret: string): Uint8Array {
  return secret.startsWith(SECRET_PREFIX)
    ? Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
}
