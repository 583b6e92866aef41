/** White space and line ends of every kind, in runs, become one space; none at either end. */
export function oneLine(text: string): string {
  return text.replace(/[\s\u0085]+/gu, ' ').trim();
}

/** White space other than one plain space between two words. */
const UNCLEAN = /[^\S ]|[\u0000-\u001f\u007f-\u009f]| {2}/u;

/** The same for text that may hold control characters: they count as white space. */
export function oneCleanLine(text: string): string {
  if (!UNCLEAN.test(text)) return text.trim();
  return text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/gu, ' ').trim();
}
