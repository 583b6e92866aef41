import { GatewayError } from '../../errors.ts';
import { isDeeperThan, MAX_DEPTH } from './nesting.ts';
import { refuseTooManyValues } from './value-count.ts';
import { tryParseJson } from './parse-json.ts';

const PAYLOAD = 'payload=';
/** More fields than this are no form that a person would fill in. */
const MAX_FIELDS = 1_000;
/** In a form white space, quotes and brackets are always escaped: other text has only been called a form, as `curl -d` does. */
const IS_FORM = /^[^\s"<>{}[\]\\=&]+=[^\s"<>{}\\]*$/u;

/**
 * The record that a form is, as JSON: its field `payload` where it has one (GitHub and others send JSON that way), else an object
 * of its fields. Undefined for text that is no form.
 *
 * @throws GatewayError `invalid-json`, `payload-too-large`
 */
export function formRecord(text: string): string | undefined {
  const payload = payloadField(text);
  if (payload !== undefined) return payload;
  const form = text.trim();
  if (!IS_FORM.test(form)) return undefined;
  const pairs = form.split('&', MAX_FIELDS + 1);
  if (pairs.length > MAX_FIELDS) {
    throw new GatewayError('payload-too-large', `the form has more than ${String(MAX_FIELDS)} fields`);
  }
  return fieldsRecord(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [unescaped(name, name), unescaped(value.join('='), name)] as const;
    }),
  );
}

/** Fields as a JSON object: one whose text is JSON is opened, several of one name are a list. */
export function fieldsRecord(fields: readonly (readonly [string, string])[]): string {
  const byName = new Map<string, unknown[]>();
  for (const [name, value] of fields) {
    byName.set(name, [...(byName.get(name) ?? []), openedField(value)]);
  }
  return JSON.stringify(
    Object.fromEntries([...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values])),
  );
}

function openedField(value: string): unknown {
  return jsonIn(value) ?? value;
}

/** The JSON object or array in a text; undefined for any other text, and for what is deeper than a record may be. */
export function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/u.test(text)) return undefined;
  refuseTooManyValues([text]);
  const parsed = tryParseJson(text);
  return parsed.ok && !isDeeperThan(parsed.value, MAX_DEPTH) ? parsed.value : undefined;
}

/** Cut out by hand: a parser of forms would make an object of every `&` in 10 MB. */
function payloadField(form: string): string | undefined {
  const at = form.startsWith(PAYLOAD) ? 0 : form.indexOf(`&${PAYLOAD}`) + 1;
  if (at === 0 && !form.startsWith(PAYLOAD)) {
    return undefined;
  }
  // A `{` is always escaped in a form: what begins with one is JSON, and the field's name stands inside it.
  if (/^\s*[[{]/u.test(form)) {
    return undefined;
  }
  const end = form.indexOf('&', at);
  return unescaped(form.slice(at + PAYLOAD.length, end === -1 ? undefined : end), 'payload');
}

function unescaped(text: string, name: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    throw new GatewayError(
      'invalid-json',
      `the form field ${JSON.stringify(name.slice(0, 40))} is not encoded as a form is`,
      { cause },
    );
  }
}
