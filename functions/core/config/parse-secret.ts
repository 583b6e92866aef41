import { headerValueProblem } from './header-rules.ts';
import { hasSecret } from '../model/config/source.ts';
import type { SourceAuth } from '../model/config/source.ts';
import type { Parsed } from './problem.ts';

const MIN_LENGTH = 16;
const MAX_LENGTH = 4_096;

/**
 * A secret that someone else dictates, as it came from standard input: one final line break is the shell's.
 *
 * No message ever holds the secret or a part of it.
 */
export function parseSourceSecret(input: string, auth: SourceAuth['type']): Parsed<string> {
  if (!hasSecret({ type: auth })) return refused(`auth ${auth} has no secret; leave --secret-stdin out`);
  if (auth === 'routing-key') {
    return refused('a routing key names its source, so the gateway makes it; leave --secret-stdin out');
  }
  const secret = input.replace(/\r?\n$/, '');
  const problem = textProblem(secret);
  if (problem !== undefined) return refused(problem);
  if (auth === 'bearer') return bearerToken(secret);
  if (auth === 'shared-secret') {
    if (secret.trim() !== secret) return refused('begins or ends with white space, which HTTP strips');
    const header = headerValueProblem(secret);
    if (header !== undefined) return refused(`${header}, which a header cannot carry`);
  }
  return { ok: true, value: secret };
}

/** The token of a webhook destination with bearer authentication, dictated by its receiver. */
export function parseBearerToken(input: string): Parsed<string> {
  const secret = input.replace(/\r?\n$/, '');
  const problem = textProblem(secret);
  return problem === undefined ? bearerToken(secret) : refused(problem);
}

function bearerToken(secret: string): Parsed<string> {
  if (/^bearer\s/i.test(secret)) {
    return refused('begins with "Bearer "; give the token alone, the word is added by HTTP');
  }
  if (!/^[\x21-\x7e]+$/.test(secret))
    return refused('must be printable ASCII without white space to be a token');
  return { ok: true, value: secret };
}

function textProblem(secret: string): string | undefined {
  if (/[\r\n]/.test(secret)) return 'contains a line break; expected one line';
  if (secret.length < MIN_LENGTH) return `has ${secret.length} characters; expected at least ${MIN_LENGTH}`;
  if (secret.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (/\p{Cc}/u.test(secret)) return 'contains control characters';
  return undefined;
}

function refused(message: string): Parsed<string> {
  return { ok: false, problems: [{ path: 'secret', message }] };
}
