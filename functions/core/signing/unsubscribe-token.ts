import { equalInConstantTime } from './constant-time.ts';
import { hmac } from './hmac.ts';

/** The key that signs, and during a rotation the one before it: links in old mails go on working. */
export type UnsubscribeKeys = { current: string; previous?: string };

/** What a genuine token says. The recipient is known only as a keyed digest: a token holds no address. */
type UnsubscribeClaim = {
  destinationId: string;
  expiresMs: number;
  /** Whether the token was made for this address. */
  isFor(address: string): boolean;
};

const VERSION = 'u1';
/** Digest of the recipient: 16 bytes; signature: 32 bytes, both in base64url. */
const SHAPE = /^u1\.dst_[A-Za-z0-9]{1,64}\.[\w-]{22}\.[0-9a-z]{1,11}\.[\w-]{43}$/u;
const DAY_MS = 86_400_000;
/**
 * How long a link works after the delivery was decided, in days. As long as an alert stays in the table by default,
 * so that whoever finds a mail can still leave; far more than the 30 days that CAN-SPAM asks for.
 */
export const UNSUBSCRIBE_DAYS = 90;
/** 128 bits of the digest are enough to tell the recipients of one destination apart, and shorten the link. */
const RECIPIENT_ID_BYTES = 16;

/**
 * A token for one recipient of one destination: `u1.{destinationId}.{recipientId}.{expiry, s, base 36}.{signature}`.
 *
 * It follows from its inputs alone, so that every attempt at a delivery writes the same mail.
 */
export function unsubscribeToken(
  keys: UnsubscribeKeys,
  claim: { destinationId: string; address: string; decidedMs: number },
): string {
  const { destinationId, address, decidedMs } = claim;
  const expirySeconds = Math.ceil((decidedMs + UNSUBSCRIBE_DAYS * DAY_MS) / 1000);
  const content = [
    VERSION,
    destinationId,
    recipientId(keys.current, destinationId, address),
    expirySeconds.toString(36),
  ].join('.');
  return `${content}.${signatureOf(keys.current, content)}`;
}

/** Whether a text could be a token at all: what a stranger writes into a link costs no key and no signature. */
export function hasTokenShape(text: string): boolean {
  return SHAPE.test(text);
}

/** What a token claims, or undefined when no key of ours made it. Whether it expired is for the caller to judge. */
export function readUnsubscribeToken(keys: UnsubscribeKeys, token: string): UnsubscribeClaim | undefined {
  const end = token.lastIndexOf('.');
  const content = token.slice(0, Math.max(0, end));
  const [version, destinationId, recipient, expiry, ...more] = content.split('.');
  if (version !== VERSION || !destinationId || !recipient || !expiry || more.length > 0) return undefined;
  const key = [keys.current, keys.previous].find(
    // As text: a base64 decoder takes several spellings of the same bytes.
    (candidate) =>
      candidate !== undefined && equalInConstantTime(signatureOf(candidate, content), token.slice(end + 1)),
  );
  if (key === undefined) return undefined;
  return {
    destinationId,
    expiresMs: Number.parseInt(expiry, 36) * 1000,
    isFor: (address) => equalInConstantTime(recipientId(key, destinationId, address), recipient),
  };
}

// The two uses of the key begin with different words, so that neither output can stand for the other.
function signatureOf(key: string, content: string): string {
  return hmac('sha256', key, 'tocsin unsubscribe token\n', content).toString('base64url');
}

function recipientId(key: string, destinationId: string, address: string): string {
  return hmac('sha256', key, 'tocsin unsubscribe recipient\n', `${destinationId}\n${address.toLowerCase()}`)
    .subarray(0, RECIPIENT_ID_BYTES)
    .toString('base64url');
}
