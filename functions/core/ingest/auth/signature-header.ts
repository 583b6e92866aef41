import type { HmacAlgorithm, SourceAuth } from '../../model/config/source.ts';

type HmacAuth = Extract<SourceAuth, { type: 'hmac' }>;

/** The signatures of a header as bytes, and the timestamp where the header carries one as a part of its own. */
type SignatureHeader = { signatures: Uint8Array[]; timestamp?: string };

const DIGEST_BYTES: Record<HmacAlgorithm, number> = { sha256: 32, sha1: 20 };
/** More candidates than any sender with two live secrets gives; a list without end is not worth hashing. */
const MAX_SIGNATURES = 8;
/** Beside the signatures a header holds a timestamp, and signatures of schemes that are not ours. */
const MAX_PARTS = 16;
const NONE: SignatureHeader = { signatures: [] };

/**
 * Signatures as vendors write them, strictly: hex in any case or canonical base64, of the algorithm's length.
 *
 * | header | sender |
 * |---|---|
 * | `<digest>` | Sentry, Zendesk |
 * | `sha256=<digest>`, `sha1=<digest>`, `v0=<digest>` | GitHub, Slack |
 * | `v1=<digest>,v1=<digest>` | PagerDuty: one for each of its live secrets; any of them may be ours |
 * | `t=<timestamp>,v1=<digest>,v0=<digest>` | Stripe, Tailscale |
 * | `timestamp=<timestamp>,signature=<digest>` | Buildkite |
 * | `v1,<base64> v1,<base64>` | Standard Webhooks |
 *
 * A part with another label is of a scheme that is not ours. A list whose parts have no labels is none: two headers of one name
 * look like that.
 */
export function readSignatureHeader(header: string, auth: HmacAuth): SignatureHeader {
  if (auth.signedContent === 'id.timestamp.body' && /(?:^| )v\d+a?,/u.test(header)) {
    const parts = header.split(' ', MAX_PARTS).filter((part) => part.startsWith('v1,'));
    return {
      signatures: decoded(
        parts.map((part) => part.slice('v1,'.length)),
        auth,
      ),
    };
  }
  return header.includes(',')
    ? readLabelled(header, auth)
    : { signatures: decoded([unlabelled(header, auth)], auth) };
}

function readLabelled(header: string, auth: HmacAuth): SignatureHeader {
  const parts = header
    .split(',', MAX_PARTS + 1)
    .map((part) => /^ ?([A-Za-z][A-Za-z0-9_-]{0,31})=(.*)$/u.exec(part));
  if (parts.length > MAX_PARTS || parts.includes(null)) return NONE;
  const labelled = parts.map((part) => [part?.[1] ?? '', part?.[2] ?? ''] as const);
  const timestamps = labelled.filter(([label]) => label === 't' || label === 'timestamp');
  const ours = labelled
    .filter(([label]) => labelsOf(auth.algorithm).includes(label))
    .map(([, value]) => value);
  const [timestamp] = timestamps;
  // Of two timestamps nobody could say which one was signed.
  return timestamps.length > 1
    ? NONE
    : { signatures: decoded(ours, auth), ...(timestamp !== undefined && { timestamp: timestamp[1] }) };
}

function unlabelled(header: string, { algorithm }: HmacAuth): string {
  const [, label = '', value = ''] = /^([a-z][a-z0-9]*)=(.+)$/u.exec(header) ?? [];
  return labelsOf(algorithm).includes(label) ? value : header;
}

function labelsOf(algorithm: HmacAlgorithm): string[] {
  return [algorithm, 'v0', 'v1', 'signature'];
}

function decoded(candidates: readonly string[], { algorithm }: HmacAuth): Uint8Array[] {
  return candidates
    .slice(0, MAX_SIGNATURES)
    .map((candidate) => decodeDigest(candidate, DIGEST_BYTES[algorithm]))
    .filter((signature) => signature !== undefined);
}

function decodeDigest(text: string, bytes: number): Uint8Array | undefined {
  if (text.length === bytes * 2 && /^[0-9a-f]+$/i.test(text)) {
    return Buffer.from(text, 'hex');
  }
  const digest = Buffer.from(text, 'base64');
  return digest.length === bytes && digest.toString('base64') === text ? digest : undefined;
}
