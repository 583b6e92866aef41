import { equalInConstantTime } from '../../signing/constant-time.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './verdict.ts';

/** Shared secret: the configured header holds the secret itself, to the letter. */
export function verifySharedSecret(value: string | undefined, secrets: readonly string[]): AuthVerdict {
  if (value === undefined || value === '') {
    return refused('missing-credential');
  }
  return matchesOne(value, secrets) ? AUTHENTIC : refused('wrong-credential');
}

/** `Authorization: Bearer <token>` (RFC 6750, section 2.1): the scheme in any case, one space, one token. */
export function verifyBearer(authorization: string | undefined, secrets: readonly string[]): AuthVerdict {
  if (authorization === undefined || authorization === '') {
    return refused('missing-credential');
  }
  if (!/^bearer\b/i.test(authorization)) {
    return refused('wrong-scheme');
  }
  const token = /^bearer ([\x21-\x7e]+)$/i.exec(authorization)?.[1];
  if (token === undefined) {
    return refused('malformed-credential');
  }
  return matchesOne(token, secrets) ? AUTHENTIC : refused('wrong-credential');
}

/**
 * `Authorization: Basic base64(user:password)` in UTF-8, split at the first colon (RFC 7617).
 *
 * Node decodes base64 leniently, so the text must also be what its bytes encode to.
 */
export function verifyBasic(
  authorization: string | undefined,
  username: string,
  secrets: readonly string[],
): AuthVerdict {
  if (authorization === undefined || authorization === '') {
    return refused('missing-credential');
  }
  if (!/^basic\b/i.test(authorization)) {
    return refused('wrong-scheme');
  }
  const encoded = /^basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  if (encoded === undefined || Buffer.from(encoded, 'base64').toString('base64') !== encoded) {
    return refused('malformed-credential');
  }
  // Comparing "user:password" as one value needs no early exit between the two halves; a user name holds no colon.
  const given = Buffer.from(encoded, 'base64');
  const expected = secrets.map((secret) => Buffer.from(`${username}:${secret}`, 'utf8'));
  return matchesOne(given, expected) ? AUTHENTIC : refused('wrong-credential');
}

/** Looks at every candidate, so that the time does not tell which one matched. */
function matchesOne(given: string | Uint8Array, candidates: readonly (string | Uint8Array)[]): boolean {
  return candidates.map((candidate) => equalInConstantTime(given, candidate)).includes(true);
}
