import { readFile } from 'node:fs/promises';

/** The text of a file that a person named, or why there is none, as the end of a sentence that begins with its name. */
export async function readTextFile(file: string): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    return { problem: whyUnreadable(error) };
  }
}

/** Windows PowerShell before version 6 writes `tocsin export > tocsin.yml` as UTF-16. */
export function whyUnreadable(error: unknown): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOENT':
      return 'is not there';
    case 'EISDIR':
      return 'is a folder; name the files in it';
    case 'EACCES':
    case 'EPERM':
      return 'may not be read by this user';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'is no text in UTF-8; save it as UTF-8';
    default:
      return `cannot be read (${code})`;
  }
}
