import { missingNote } from '../../../text/cut.ts';
import { oneLine } from '../../../text/one-line.ts';

/**
 * Removes from alert data the characters that a chat window must never get: control characters (line breaks and tabs apart), characters that
 * turn the direction of the text, so that `gnp.exe` reads as `exe.png`, and invisible ones that hide words or
 * split them (zero-width space, word joiner, byte order mark, tags). Joiners stay: emoji and scripts need them.
 */
const NOT_INERT =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text that shows what it holds: one kind of line break, no control, no direction marks, no half characters. */
export function inertText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(NOT_INERT, '');
}

/** The same on one line. */
export function inertLine(text: string): string {
  return oneLine(inertText(text));
}

/**
 * Text escaped for its target and cut to a limit, with a note that says how much is missing.
 *
 * The limit holds for what is sent, so characters are escaped one by one and an escape is never cut in half.
 *
 * @param max UTF-16 code units, as JavaScript counts; every target counts these or fewer.
 */
export function fit(text: string, max: number, escape: (character: string) => string = same): string {
  // An escape is never shorter than what it stands for, so no more than this can be kept.
  const characters = Array.from(text.slice(0, max + 1));
  const escaped = characters.map((character) => escape(character));
  if (text.length <= max && lengthOf(escaped) <= max) return escaped.join('');
  const room = max - missingNote(text.length).length;
  let kept = '';
  let taken = 0;
  for (const [index, part] of escaped.entries()) {
    if (kept.length + part.length > room) break;
    kept += part;
    taken += characters[index]?.length ?? 0;
  }
  return `${kept}${missingNote(text.length - taken)}`;
}

function lengthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function same(character: string): string {
  return character;
}
