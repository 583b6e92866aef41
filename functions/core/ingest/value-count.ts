import { GatewayError } from '../errors.ts';
import { endOfString } from './keep-numbers.ts';

/**
 * More values than this in one body are refused before they are parsed: 10 MiB of `[],` would become half a gigabyte
 * of empty arrays. Real alerts have some forty values to a kilobyte, and this many come to 12 MB of them.
 */
export const MAX_VALUES = 500_000;

const OPENING = new Set([0x2c, 0x5b, 0x7b]);

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
    const code = json.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(json, at) - 1;
    } else if (OPENING.has(code)) {
      values += 1;
    }
  }
  return values;
}
