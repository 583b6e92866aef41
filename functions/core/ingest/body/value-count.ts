import { GatewayError } from '../../errors.ts';
import { endOfString } from './keep-numbers.ts';

/**
 * More values than this in one body are refused before they are parsed: 10 MiB of `[],` would become half a gigabyte
 * of empty arrays. Real alerts have some forty values to a kilobyte, and this many come to 12 MB of them.
 */
export const MAX_VALUES = 500_000;

/** @throws GatewayError `payload-too-large` */
export function refuseTooManyValues(texts: readonly string[]): void {
  // Every value takes a character at least.
  if (texts.reduce((length, text) => length + text.length, 0) <= MAX_VALUES) {
    return;
  }
  const values = texts.reduce((sum, text) => sum + countValues(text), 0);
  if (values > MAX_VALUES) {
    throw new GatewayError(
      'payload-too-large',
      `the body holds more than ${String(MAX_VALUES)} JSON values; send smaller batches`,
    );
  }
}

function countValues(json: string): number {
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    if (json.charCodeAt(at) !== 0x22) {
      values += opens(json, at);
      continue;
    }
    const end = endOfString(json, at);
    // A text that begins like an object may be parsed too, as the messages of SNS are: what is inside counts.
    if (json.charCodeAt(at + 1) === 0x7b) {
      for (let inside = at + 1; inside < end; inside += 1) {
        values += opens(json, inside);
      }
    }
    at = end - 1;
  }
  return values;
}

/** 1 where a value begins, roughly: behind a comma or an opening bracket. */
function opens(json: string, at: number): 0 | 1 {
  const code = json.charCodeAt(at);
  return code === 0x2c || code === 0x5b || code === 0x7b ? 1 : 0;
}
