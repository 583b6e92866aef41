import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Parsed } from '../../functions/core/config/problem.ts';
import type { Prompts } from '../prompts.ts';
import { errorCode } from '../error-code.ts';

/** Some root programs ship bundles of hundreds of KB; one receiver needs one or two certificates. */
const MAX_LENGTH = 16_384;
const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file, and nothing else that it may hold. */
export async function readCaFile(path: string): Promise<Parsed<string>> {
  const refused = (message: string): Parsed<string> => ({
    ok: false,
    problems: [{ path: 'ca', message: `${JSON.stringify(path)} ${message}` }],
  });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return refused(`cannot be read (${errorCode(error)})`);
  }
  const ca = readAuthority(text);
  return typeof ca === 'string' ? refused(ca) : { ok: true, value: ca.pem };
}

/** The certificates of a text, or in words what is wrong with it. */
export function readAuthority(text: string): { pem: string } | string {
  if (text.includes('PRIVATE KEY')) {
    return 'holds a private key; give the certificate of the authority alone';
  }
  const blocks = text.match(BLOCK) ?? [];
  if (blocks.length === 0) return 'holds no PEM certificate (-----BEGIN CERTIFICATE-----)';
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch {
      return 'holds a certificate that cannot be read';
    }
  }
  const pem = `${blocks.join('\n')}\n`;
  return pem.length > MAX_LENGTH
    ? `has ${pem.length} characters; expected at most ${MAX_LENGTH}, so only the certificates that are needed`
    : { pem };
}

/** The same, asked for until it is one. */
export async function askAuthority(prompts: Prompts): Promise<string> {
  let pem = '';
  await prompts.text({
    message: 'File with the certificate of the authority (PEM)',
    check: async (file) => {
      const ca = await readCaFile(file);
      if (!ca.ok) return ca.problems.map(({ message }) => message).join('; ');
      pem = ca.value;
      return undefined;
    },
  });
  return pem;
}
