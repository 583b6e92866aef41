import { oneLine } from './one-line.ts';

/**
 * Everything that a reader could not see, or that would move what he sees: control, format and bidirectional
 * characters, line separators, noncharacters, and what renderers leave out (Default_Ignorable_Code_Point covers
 * zero-width characters, fillers, variation selectors and tags).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** Inside an emoji the joiner and the variation selector are part of the picture. */
const EMOJI =
  /\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?(?:\u200d\p{Extended_Pictographic}\p{Emoji_Modifier}?\ufe0f?)*/gu;
/** More marks than any language puts on one letter: they would be painted over the neighbouring lines. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * The text with every invisible character shown as a mark: NUL as `␀`, U+202E as `[U+202E]`.
 *
 * Line feeds stay (CR LF and CR become LF), tabs become spaces, half surrogate pairs become U+FFFD.
 */
export function visibleText(value: string): string {
  const text = value.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\t', '  ');
  let shown = '';
  let from = 0;
  for (const emoji of text.matchAll(EMOJI)) {
    shown += withMarks(text.slice(from, emoji.index)) + emoji[0];
    from = emoji.index + emoji[0].length;
  }
  return shown + withMarks(text.slice(from));
}

/** The same on one line: line ends of every kind and runs of spaces become one space. */
export function visibleLine(value: string): string {
  return visibleText(oneLine(value));
}

function withMarks(text: string): string {
  return text.replace(PILED_MARKS, '$1[…]').replace(UNSEEN, markOf);
}

function markOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (character === '\n') return character;
  // The "control pictures" block stands in the order of ASCII.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
}
