import { TOCSIN } from '../words/hint.ts';
import { sampleOf } from './samples.ts';
import { credentialFields } from './sign-request.ts';
import { hasSecret } from '../../functions/core/model/config/source.ts';
import type { SignedContent, SourceAuth } from '../../functions/core/model/config/source.ts';
import { quotedWord, shellWord } from '../../functions/core/text/shell-word.ts';

/** Stands in the sample for the variable of the shell; it needs no escape in JSON. */
const RUN = '@RUN@';
const WEBHOOK_SECRET_PREFIX = 'whsec_';

/**
 * A command that posts one alert to a source: to be pasted into a POSIX shell, needs curl and, to sign, openssl. It fails when the
 * gateway refuses, and each run is an alert of its own.
 *
 * It holds the secret, so it is printed when the secret is and never again.
 */
export function sourceCurl(source: {
  url: string;
  format: string;
  auth: SourceAuth;
  secret: string | undefined;
}): string {
  const secret = source.secret ?? '';
  const sample = sampleOf(source.format, RUN, credentialFields(source.auth, source.secret));
  const headers = [
    'Content-Type: application/json',
    ...Object.entries(sample.headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const setUp = ['RUN=$(date +%s)-$$', `BODY=${quotedWord(sample.json).replaceAll(RUN, `'"$RUN"'`)}`];
  const credential: string[] = [];
  const { auth } = source;
  if (auth.type === 'hmac') {
    const signing = signedParts(auth);
    setUp.push(...signing.setUp);
    setUp.push(
      `SIGNATURE=$(printf ${signing.printf} | openssl dgst -${auth.algorithm} ${keyOption(secret, auth.signedContent)} -hex | sed 's/^.*= *//')`,
    );
    credential.push(
      ...signing.headers,
      `-H "${auth.header}: ${signing.prefix ?? `${auth.algorithm}=`}$SIGNATURE"`,
    );
  } else if (auth.type === 'shared-secret') credential.push(`-H ${quotedWord(`${auth.header}: ${secret}`)}`);
  else if (auth.type === 'bearer') credential.push(`-H ${quotedWord(`Authorization: Bearer ${secret}`)}`);
  else if (auth.type === 'basic') credential.push(`-u ${quotedWord(`${auth.username}:${secret}`)}`);
  const lines = [
    `curl -sS --fail-with-body --max-time 10 --retry 3 -X POST ${quotedWord(source.url)}`,
    ...headers.map((header) => `-H ${quotedWord(header)}`),
    ...credential,
    '--data-binary "$BODY"',
  ];
  return `${setUp.join('\n')}\n${lines.join(' \\\n  ')}`;
}

/** Stands for a secret that is not at hand; it needs no escape, neither in JSON nor in a shell. */
const SECRET = '@SECRET@';

/** The same without the secret: it is read from the variable SECRET, which the reader sets first. */
export function sourceCurlWithoutSecret(source: { url: string; format: string; auth: SourceAuth }): string {
  if (!hasSecret(source.auth)) return sourceCurl({ ...source, secret: undefined });
  const curl = sourceCurl({ ...source, secret: SECRET }).replaceAll(SECRET, `'"$SECRET"'`);
  return `: "\${SECRET:?set SECRET to the secret of the source first}"\n${curl}`;
}

/** The same with the stored secret, for an operator who gave it and need not see it. */
export function sourceTestCommand({ name }: { name: string }): string {
  return `${TOCSIN} source test ${shellWord(name)}`;
}

/** The signed content as arguments of printf, with the variables and headers that it takes. */
function signedParts(auth: Extract<SourceAuth, { type: 'hmac' }>): {
  setUp: string[];
  printf: string;
  headers: string[];
  /** The text before the signature, where it is not the name of the algorithm. */
  prefix?: string;
} {
  if (auth.signedContent === 'body') return { setUp: [], printf: `'%s' "$BODY"`, headers: [] };
  const setUp = ['TIMESTAMP=$(date +%s)'];
  if (auth.timestampHeader === auth.header && auth.signedContent !== 'id.timestamp.body') {
    return { ...timedParts(auth, setUp), headers: [], prefix: 't=$TIMESTAMP,v1=' };
  }
  const headers = [`-H "${auth.timestampHeader ?? ''}: $TIMESTAMP"`];
  if (auth.signedContent === 'id.timestamp.body') {
    // The process id keeps two commands of one second apart.
    setUp.push('ID=msg_$(date +%s)_$$');
    headers.unshift(`-H "${auth.idHeader ?? ''}: $ID"`);
    return { setUp, printf: `'%s.%s.%s' "$ID" "$TIMESTAMP" "$BODY"`, headers };
  }
  return { ...timedParts(auth, setUp), headers };
}

function timedParts(
  { signedContent }: Extract<SourceAuth, { type: 'hmac' }>,
  setUp: string[],
): { setUp: string[]; printf: string } {
  const form = signedContent.replace('timestamp', '%s').replace('body', '%s');
  return { setUp, printf: `'${form}' "$TIMESTAMP" "$BODY"` };
}

/** Where Standard Webhooks sign, a `whsec_` secret stands for the bytes behind it; openssl takes those as hex. */
function keyOption(secret: string, signedContent: SignedContent): string {
  if (signedContent === 'id.timestamp.body' && secret.startsWith(WEBHOOK_SECRET_PREFIX)) {
    const key = Buffer.from(secret.slice(WEBHOOK_SECRET_PREFIX.length), 'base64').toString('hex');
    return `-mac HMAC -macopt hexkey:${key}`;
  }
  return `-hmac ${quotedWord(secret)}`;
}
