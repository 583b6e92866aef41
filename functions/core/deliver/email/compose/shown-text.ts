import type { Alert } from '../../../model/wire/alert.ts';
import { defang } from './defang.ts';
import { visibleLine, visibleText } from '../../../text/visible-text.ts';
import { startOf } from '../../../text/cut.ts';

declare const shown: unique symbol;
/** Text that is fit to be read: visible, without links, of bounded length. Only this reaches a mail. */
export type ShownText = string & { readonly [shown]: true };

/** A value from an alert, on one line. */
export function shownLine(value: string, maxCharacters: number): ShownText {
  return cut(defang(visibleLine(value.slice(0, maxCharacters * 4))), maxCharacters, value.length);
}

/** A value from an alert, with its line ends; runs of blank lines become one. */
export function shownText(value: string, maxCharacters: number): ShownText {
  const text = defang(visibleText(value.slice(0, maxCharacters * 4)))
    .replace(/(?<![^\S\n])[^\S\n]+$/gmu, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  return cut(text, maxCharacters, value.length);
}

/**
 * The type of an alert. One that a vendor's format composed (`aws.health.issue`) stays as routes match it, although its end may be a
 * top-level domain; one that a sender wrote is text like any other.
 */
export function shownType(
  { type, source }: Pick<Alert, 'type' | 'source'>,
  maxCharacters: number,
): ShownText {
  const isComposed = !TYPED_BY_SENDERS.has(source.format) && /^[\w:/-]+(?:\.[\w:/-]+)*$/u.test(type);
  const isInert = isComposed && !/:[/\\]{2}|^www\./iu.test(type);
  return isInert ? cut(type, maxCharacters, type.length) : shownLine(type, maxCharacters);
}

/** Formats whose types are words of the payload. */
const TYPED_BY_SENDERS = new Set([
  'cloudevents',
  'generic',
  'linuxguard',
  'mapping',
  'pagerduty-events',
  'panguard',
  'plain-text',
]);

/** Words of our own, which may hold values that are shown already. */
export function ours(text: string): ShownText {
  return text as ShownText;
}

function cut(text: string, maxCharacters: number, fullLength: number): ShownText {
  if (text.length <= maxCharacters && fullLength <= maxCharacters * 4) return text as ShownText;
  return `${startOf(text, maxCharacters)}… (cut; ${String(fullLength)} characters in all)` as ShownText;
}

/** The beginning of a shown text, up to the end of a word, where it is longer than a phone shows at a glance; else undefined. */
export function briefly(text: ShownText, maxCharacters: number): ShownText | undefined {
  if (text.length <= maxCharacters) return undefined;
  const start = startOf(text, maxCharacters);
  const word = start.replace(/\s+\S*$/u, '');
  // A word without end is cut where it stands.
  return `${word.length < maxCharacters / 2 ? start : word}…` as ShownText;
}
