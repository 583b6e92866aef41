import { sampleOf } from './samples.ts';
import type { SignedContent, SourceAuth } from '../../functions/core/model/config/source.ts';
import { quotedWord } from '../../functions/core/text/shell-word.ts';

const WEBHOOK_SECRET_PREFIX = 'whsec_';

/**
 * A command that posts one alert to a source: to be pasted into a POSIX shell, needs curl and, to sign, openssl.
 *
 * It holds the secret, so it is printed when the secret is and never again.
 */
export function sourceCurl(source: {
  url: string;
  format: string;
  auth: SourceAuth;
  secret: string | undefined;
}): string {
  const sample = sampleOf(source.format);
  const secret = source.secret ?? '';
  const headers = [
    'Content-Type: application/json',
    ...Object.entries(sample.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
  ];
  const setUp = [`BODY=${quotedWord(JSON.stringify(sample.body))}`];
  const credential: string[] = [];
  const { auth } = source;
  if (auth.type === 'hmac') {
    const signing = signedParts(auth);
    setUp.push(...signing.setUp);
    setUp.push(
      `SIGNATURE=$(printf ${signing.printf} | openssl dgst -${auth.algorithm} ${keyOption(secret, auth.signedContent)} -hex | sed 's/^.*= *//')`,
    );
    credential.push(...signing.headers, `-H "${auth.header}: ${auth.algorithm}=$SIGNATURE"`);
  } else if (auth.type === 'shared-secret') credential.push(`-H ${quotedWord(`${auth.header}: ${secret}`)}`);
  else if (auth.type === 'bearer') credential.push(`-H ${quotedWord(`Authorization: Bearer ${secret}`)}`);
  else if (auth.type === 'basic') credential.push(`-u ${quotedWord(`${auth.username}:${secret}`)}`);
  const lines = [
    `curl -sS -X POST ${quotedWord(source.url)}`,
    ...headers.map((header) => `-H ${quotedWord(header)}`),
    ...credential,
    '--data-binary "$BODY"',
  ];
  return `${setUp.join('\n')}\n${lines.join(' \\\n  ')}`;
}

/** What goes before the body, as arguments of printf, with the variables and headers that it takes. */
function signedParts(auth: Extract<SourceAuth, { type: 'hmac' }>): {
  setUp: string[];
  printf: string;
  headers: string[];
} {
  if (auth.signedContent === 'body') return { setUp: [], printf: `'%s' "$BODY"`, headers: [] };
  const separator = auth.signedContent.includes('.') ? '.' : ':';
  const setUp = ['TIMESTAMP=$(date +%s)'];
  const headers = [`-H "${auth.timestampHeader ?? ''}: $TIMESTAMP"`];
  if (auth.signedContent === 'id.timestamp.body') {
    // The process id keeps two commands of one second apart.
    setUp.push('ID=msg_$(date +%s)_$$');
    headers.unshift(`-H "${auth.idHeader ?? ''}: $ID"`);
    return { setUp, printf: `'%s.%s.%s' "$ID" "$TIMESTAMP" "$BODY"`, headers };
  }
  const version = auth.signedContent === 'v0:timestamp:body' ? 'v0:' : '';
  return { setUp, printf: `'${version}%s${separator}%s' "$TIMESTAMP" "$BODY"`, headers };
}

/** Where Standard Webhooks sign, a `whsec_` secret stands for the bytes behind it; openssl takes those as hex. */
function keyOption(secret: string, signedContent: SignedContent): string {
  if (signedContent === 'id.timestamp.body' && secret.startsWith(WEBHOOK_SECRET_PREFIX)) {
    const key = Buffer.from(secret.slice(WEBHOOK_SECRET_PREFIX.length), 'base64').toString('hex');
    return `-mac HMAC -macopt hexkey:${key}`;
  }
  return `-hmac ${quotedWord(secret)}`;
}
