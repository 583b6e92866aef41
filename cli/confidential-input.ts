import { readFile } from 'node:fs/promises';
import { maskSecrets } from '../functions/core/text/mask-secrets.ts';
import { refusedSettings, wrongUsage } from './failure.ts';
import { readStdin } from './io.ts';
import type { Session } from './session.ts';
import { errorCode } from './error-code.ts';

/** Where what is a secret of a webhook may come from, so that no list of processes and no shell history shows it. */
type ConfidentialOptions = {
  url?: string;
  urlStdin?: boolean;
  customHeader?: string[];
  customHeaderFile?: string;
  secretStdin?: boolean;
};

/** The text that `secret` shows in place of a secret that the operator gave. */
export const AS_GIVEN = 'as given; kept in Secrets Manager';

/** A secret from standard input, which a person at a terminal is asked to type: `secret`, `token`. */
export async function readTypedSecret(session: Session, word: string): Promise<string> {
  if (session.io.stdin.isTTY === true) session.note(`type the ${word}, then Enter and Ctrl-D:`);
  return readSecretInput(session);
}

/** A secret from standard input. Its owner has it, so nothing that this command prints repeats it. */
export async function readSecretInput(session: Session): Promise<string> {
  const text = await readStdin(session.io);
  const secret = text.trim();
  session.keepSecret(secret);
  // Where Standard Webhooks sign, it stands for bytes, which a command for openssl holds as hex.
  if (secret.startsWith('whsec_')) {
    session.keepSecret(Buffer.from(secret.slice('whsec_'.length), 'base64').toString('hex'));
  }
  return text;
}

/** The options with what a file and standard input add to them: the URL, and headers behind those of the command line. */
export async function withConfidentialInput<Options extends ConfidentialOptions>(
  session: Session,
  options: Options,
): Promise<Options> {
  const { urlStdin, customHeaderFile, ...rest } = options;
  if (urlStdin === true && rest.url !== undefined) {
    throw wrongUsage('--url-stdin: goes without --url; the URL is read from standard input');
  }
  if (urlStdin === true && rest.secretStdin === true) {
    throw wrongUsage('--url-stdin, --secret-stdin: only one of them can be read from standard input');
  }
  const headers = customHeaderFile === undefined ? [] : await headerLines(customHeaderFile);
  if (urlStdin === true && session.io.stdin.isTTY === true) {
    session.note('type the URL, then Enter and Ctrl-D:');
  }
  return {
    ...(rest as Options),
    ...(urlStdin === true && { url: (await readStdin(session.io)).trim() }),
    ...(headers.length > 0 && { customHeader: [...(rest.customHeader ?? []), ...headers] }),
  };
}

/** The JSON of a command without the secrets that it was given. */
export function withoutGiven(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') {
    return secrets.includes(value) ? null : maskSecrets(value, secrets);
  }
  if (Array.isArray(value)) return value.map((entry) => withoutGiven(entry, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutGiven(inner, secrets)]),
  );
}

async function headerLines(path: string): Promise<string[]> {
  const refused = (message: string) =>
    refusedSettings([{ path: 'customHeaderFile', message: `${JSON.stringify(path)} ${message}` }], {
      customHeaderFile: '--custom-header-file',
    });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw refused(`cannot be read (${errorCode(error)})`);
  }
  const lines = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (lines.length === 0) throw refused("holds no header; expected lines of 'Name: value'");
  return lines;
}
