import { styleText } from 'node:util';
import type { CliIo } from '../io.ts';
import type { TextSink } from './text-sink.ts';

/** Colors text, or leaves it alone where there is no terminal or NO_COLOR (https://no-color.org) is set. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

export function paintFor(sink: TextSink, env: CliIo['env']): Paint {
  const isColored = sink.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  return (style, text) => (isColored ? styleText(style, text, { validateStream: false }) : text);
}

/**
 * Text of a sender or receiver as a terminal may show it: on one line, without control, bidi and invisible
 * characters. An alert's title must not be able to move the cursor or to repaint what stands above it.
 */
export function inert(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, ' ').replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/** One JSON document; characters that a terminal would act on are escaped, so it may be looked at as well. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
