/** White space and line ends of every kind, in runs, become one space; none at either end. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0085]+/gu, ' ').trim();
}

/** The same for text that may hold control characters: they count as white space. */
export function oneCleanLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/gu, ' ').trim();
}
