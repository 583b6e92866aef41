/** A name as one word of a POSIX shell, quoted only where it must be. */
export function shellWord(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : quotedWord(text);
}

/** One word of a POSIX shell in quotes, whatever it holds. */
export function quotedWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
