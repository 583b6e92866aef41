import { GatewayError } from '../../errors.ts';
import { keepNumbers } from './keep-numbers.ts';
import { isDeeperThan, MAX_DEPTH } from './nesting.ts';
import { isFields, type Fields } from '../read-fields.ts';

type ParsedJson =
  | { ok: true; value: unknown }
  /** Reads on from "the body is …"; quotes nothing of the input. */
  | { ok: false; value?: undefined; problem: string; cause: unknown };

/**
 * JSON as RFC 8259 has it, to the letter. Of a key given twice the last value counts; `__proto__` is a key like any other;
 * a number that JavaScript could not hold becomes a string of its digits.
 */
export function tryParseJson(text: string): ParsedJson {
  const kept = keepNumbers(text);
  try {
    return { ok: true, value: JSON.parse(kept) };
  } catch (cause) {
    return { ok: false, problem: `not valid JSON${whereOf(cause, kept === text)}`, cause };
  }
}

/** The message of the error quotes the input, so only the place is taken from it, and only where nothing was moved. */
function whereOf(cause: unknown, hasPlaces: boolean): string {
  if (!(cause instanceof Error)) return '';
  if (cause.message.startsWith('Unexpected end')) return ' (it ends too early)';
  const place = hasPlaces ? /position (\d+)/u.exec(cause.message)?.[1] : undefined;
  return place === undefined ? '' : ` (at character ${String(Number(place) + 1)})`;
}

/** @throws GatewayError `invalid-json` */
export function parseJson(text: string): unknown {
  const parsed = tryParseJson(text);
  if (!parsed.ok) {
    throw invalidJson(parsed);
  }
  return parsed.value;
}

export function invalidJson(parsed: Extract<ParsedJson, { ok: false }>): GatewayError {
  return new GatewayError('invalid-json', `the body is ${parsed.problem}`, { cause: parsed.cause });
}

/** More than any service puts into a text field: SNS and EventBridge end at 256 KB. */
const MAX_EMBEDDED_CHARACTERS = 1_048_576;

/**
 * A JSON object inside of a text, such as the `Message` of SNS; undefined for what is none, or larger or deeper than a
 * record may be: then the text is all there is to know.
 */
export function parseEmbeddedObject(text: string): Fields | undefined {
  if (!text.startsWith('{') || text.length > MAX_EMBEDDED_CHARACTERS) {
    return undefined;
  }
  const { value } = tryParseJson(text);
  return isFields(value) && !isDeeperThan(value, MAX_DEPTH) ? value : undefined;
}
