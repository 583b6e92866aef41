/** The first characters of a text, never with half a character at the end: a half would be shown as U+FFFD. */
export function startOf(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '');
}

/** A text of at most so many characters, of which the last one is `…` when something is missing. */
export function cut(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${startOf(text, maxCharacters - 1)}…`;
}

/** The beginning of a text, and behind it how much is missing. The note comes on top of the limit. */
export function cutWithCount(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const start = startOf(text, maxCharacters).toWellFormed();
  return start + missingNote(text.length - maxCharacters);
}

/** Says that something is missing; no character of it means anything in any markup. */
export function missingNote(count: number): string {
  return `… (${count} more characters)`;
}
