import type { Fields } from '../read-fields.ts';

const PAIR = /([A-Za-z_][\w.@-]{0,63})=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?:[\s,;]+|$)/uy;
/** Fewer stand in many a sentence. */
const MIN_PAIRS = 3;
const MAX_PAIRS = 200;

/**
 * The pairs of a text that is nothing else: `level=error msg="disk full" host=web-1`, as logfmt, FortiGate, Sophos and SonicWall
 * write. Undefined for any other text.
 */
export function readPairs(written: string): Fields | undefined {
  const said = written.trim();
  const fields: Fields = {};
  PAIR.lastIndex = 0;
  let at = 0;
  for (let pairs = 0; at < said.length; pairs += 1) {
    const [pair = '', name = '', quoted, plain] = PAIR.exec(said) ?? [];
    if (pair === '' || pairs === MAX_PAIRS) return undefined;
    fields[name] = quoted?.replaceAll(/\\(["\\])/gu, '$1') ?? plain ?? '';
    at += pair.length;
  }
  return Object.keys(fields).length < MIN_PAIRS ? undefined : fields;
}
