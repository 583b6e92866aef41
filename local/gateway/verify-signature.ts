import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../emulators/aws-error.ts';
import type { Identity } from '../runtime/access-check.ts';

/** How far the time of a request may be from ours: https://docs.aws.amazon.com/general/latest/gr/signing-elements.html */
const MAX_SKEW_MS = 5 * 60_000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<keyId>[^/\s,]+)\/(?<scope>(?<day>\d{8})\/[a-z0-9-]+\/[a-z0-9-]+\/aws4_request),\s*SignedHeaders=(?<names>[a-z0-9;-]+),\s*Signature=(?<signature>[0-9a-f]{64})$/;

/**
 * The identity whose key signed a request: every signed header, path, query and the body are as they were signed.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (Signature Version 4)
 *
 * @throws {AwsError} in the words of AWS, with the code that its JSON protocols have
 */
export function verifySignature(
  request: IncomingMessage,
  body: Uint8Array,
  identityOf: (accessKeyId: string) => Identity | undefined,
  nowMs: number,
): Identity {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token', 403);
  }
  const parts = AUTHORIZATION.exec(authorization)?.groups;
  if (parts === undefined) {
    throw new AwsError(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters of AWS4-HMAC-SHA256.",
      403,
    );
  }
  const { keyId = '', scope = '', day = '', names = '', signature = '' } = parts;
  const identity = identityOf(keyId);
  if (identity === undefined) {
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      403,
    );
  }
  const instant = String(request.headers['x-amz-date'] ?? '');
  const signed = names.split(';');
  const isSigned = ['host', 'x-amz-date', ...amazonHeaders(request)].every((name) => signed.includes(name));
  const digest = hash('sha256', canonicalRequest(request, body, signed), 'hex');
  const text = `AWS4-HMAC-SHA256\n${instant}\n${scope}\n${digest}`;
  const expected = signatureOf(identity.secretAccessKey, scope, text);
  if (!isSigned || !instant.startsWith(day) || !timingSafeEqual(expected, Buffer.from(signature, 'hex'))) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
      403,
    );
  }
  if (!(Math.abs(nowMs - instantMs(instant)) <= MAX_SKEW_MS)) {
    throw new AwsError(
      'InvalidSignatureException',
      `Signature expired: ${instant} is too far from ${new Date(nowMs).toISOString()}`,
      403,
    );
  }
  return identity;
}

function canonicalRequest(request: IncomingMessage, body: Uint8Array, names: readonly string[]): string {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const headers = names.map((name) => `${name}:${valueOf(request, name)}\n`).join('');
  const sorted = query.split('&').sort().join('&');
  return [request.method, path, sorted, headers, names.join(';'), hash('sha256', body, 'hex')].join('\n');
}

/** The headers that tell the service what to do: all of them have to be signed. */
function amazonHeaders({ headers }: IncomingMessage): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('x-amz-'));
}

function valueOf({ headers }: IncomingMessage, name: string): string {
  const value = headers[name] ?? '';
  return (Array.isArray(value) ? value.join(',') : value).trim().replaceAll(/ +/g, ' ');
}

/** Signing keys by the secret, day, region and service that they are derived from. There are a few for each function. */
const signingKeys = new Map<string, KeyObject>();
const MOST_SIGNING_KEYS = 200;

function signatureOf(secret: string, scope: string, text: string): Uint8Array {
  const from = `${secret} ${scope}`;
  let key = signingKeys.get(from);
  if (key === undefined) {
    // Keys of earlier days are in it too.
    if (signingKeys.size >= MOST_SIGNING_KEYS) signingKeys.clear();
    key = signingKey(secret, scope);
    signingKeys.set(from, key);
  }
  return createHmac('sha256', key).update(text).digest();
}

function signingKey(secret: string, scope: string): KeyObject {
  const bytes = scope
    .split('/')
    .reduce<Uint8Array | string>(
      (outer, part) => createHmac('sha256', outer).update(part).digest(),
      `AWS4${secret}`,
    );
  return createSecretKey(bytes as Uint8Array);
}

/** `20260115T142301Z`; NaN when it is no instant. */
function instantMs(instant: string): number {
  if (!/^\d{8}T\d{6}Z$/.test(instant)) return Number.NaN;
  const day = `${instant.slice(0, 4)}-${instant.slice(4, 6)}-${instant.slice(6, 8)}`;
  return Date.parse(`${day}T${instant.slice(9, 11)}:${instant.slice(11, 13)}:${instant.slice(13)}`);
}
