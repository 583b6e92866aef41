const MAX_LENGTH = 128;

/** A name from alert data as a header can carry it: printable ASCII without spaces, never empty. */
export function headerWord(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, '_').slice(0, MAX_LENGTH) || 'alert';
}
