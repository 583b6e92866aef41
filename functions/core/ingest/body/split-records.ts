import { GatewayError } from '../../errors.ts';
import type { StreamType } from '../../model/config/source.ts';
import { isMalformed, malformed } from './malformed-record.ts';
import { invalidJson, parseEmbeddedObject, parseJson, tryParseJson } from './parse-json.ts';
import { isFields } from '../read-fields.ts';
import { refuseTooManyValues } from './value-count.ts';

/** More records than this in one body are refused whole. */
export const MAX_RECORDS = 10_000;

/**
 * Turns a body into its records: an array's elements, one object, or one record per line.
 *
 * `auto` looks at the first character: `[` is an array, `{` is an object (several in a row are several records),
 * a text behind a record separator is a sequence of JSON texts, anything else is lines. A line that is no JSON object is the record `{ "message": line }`. Among objects one per line, a
 * line that cannot be read is a malformed record and costs the others nothing.
 *
 * @throws GatewayError `invalid-json`, `empty-body`, `payload-too-large`
 */
export function splitRecords(text: string, streamType: StreamType, envelope?: string): unknown[] {
  const body = trimmed(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (body === '') {
    throw new GatewayError(
      'empty-body',
      'the body holds only white space; expected a JSON object or an array of them',
    );
  }
  const documents = split(opened(body), streamType);
  const records = envelope === undefined ? documents : unwrapAll(documents, envelope);
  if (records.length === 0) {
    throw new GatewayError('empty-body', 'the body holds no record');
  }
  return atMost(records);
}

/** White space as JSON knows it: what else `trim` would take off makes a body that is no JSON look like some. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) {
    start += 1;
  }
  while (end > start && isSpace(text.charCodeAt(end - 1))) {
    end -= 1;
  }
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** A JSON text that holds JSON, as double encoding makes it, is opened once. */
function opened(body: string): string {
  if (!body.startsWith('"')) return body;
  const outer = tryParseJson(body);
  const inner = outer.ok && typeof outer.value === 'string' ? trimmed(outer.value) : '';
  if (!/^[[{]/u.test(inner)) return body;
  refuseTooManyValues([inner]);
  return tryParseJson(inner).ok ? inner : body;
}

const RECORD_SEPARATOR = '\u001E';

/** JSON texts behind record separators (RFC 7464); one that is cut off costs the others nothing. */
function sequence(body: string): unknown[] {
  const texts: string[] = [];
  for (let at = 1; at <= body.length;) {
    const end = body.indexOf(RECORD_SEPARATOR, at);
    const text = trimmed(body.slice(at, end === -1 ? body.length : end));
    if (text !== '') atMost(texts).push(text);
    at = end === -1 ? body.length + 1 : end + 1;
  }
  refuseTooManyValues(atMost(texts));
  return texts.map((text) => {
    const parsed = tryParseJson(text);
    return parsed.ok ? parsed.value : malformed(`the text is ${parsed.problem}`);
  });
}

function split(body: string, streamType: StreamType): unknown[] {
  if (body.startsWith(RECORD_SEPARATOR)) {
    return sequence(body);
  }
  const isLines = streamType === 'lines' || (streamType === 'auto' && !/^[[{]/u.test(body));
  if (isLines) {
    return readLines(lines(body));
  }
  refuseTooManyValues([body]);
  if (streamType === 'json') {
    return [parseJson(body)];
  }
  return streamType === 'json-array' || body.startsWith('[') ? elements(parseJson(body)) : objects(body);
}

function elements(value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    throw new GatewayError('invalid-json', 'the body is not a JSON array, as this source expects');
  }
  // Queues and functions in between encode each record once more.
  return value.map((element: unknown) =>
    typeof element === 'string' ? (parseEmbeddedObject(element) ?? element) : element,
  );
}

/** The lines with something in them; refused before they are an array of millions. */
function lines(body: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('\n', at);
    const line = body.slice(at, end === -1 ? body.length : end);
    if (line.trim() !== '') {
      atMost(found).push(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
    at = end === -1 ? body.length : end + 1;
  }
  return atMost(found);
}

function readLines(found: string[]): unknown[] {
  const isObject = (line: string): boolean => line.trimStart().startsWith('{');
  refuseTooManyValues(found.filter(isObject));
  return found.map((line) => (isObject(line) ? readObject(line) : { message: line }));
}

function readObject(line: string): unknown {
  const parsed = tryParseJson(line);
  return parsed.ok && isFields(parsed.value) ? parsed.value : { message: line };
}

/** One object; or several, one per line or one after another with nothing but white space between them. */
function objects(body: string): unknown[] {
  // Where the first line is a whole object and others follow, the body as a whole cannot be one.
  const perLine = isWholeFirstLine(body) ? lines(body).map(tryParseJson) : [];
  if (perLine.length > 0 && perLine.every((line) => line.ok)) {
    return perLine.map((line) => line.value);
  }
  const whole = tryParseJson(body);
  if (whole.ok) {
    return [whole.value];
  }
  const parts = topLevelObjects(body).map(tryParseJson);
  if (parts.length > 1 && parts.every((part) => part.ok)) {
    return parts.map((part) => part.value);
  }
  if (perLine.length > 0) {
    return perLine.map((line) => (line.ok ? line.value : malformed(`the line is ${line.problem}`)));
  }
  throw invalidJson(whole);
}

function isWholeFirstLine(body: string): boolean {
  const end = body.indexOf('\n');
  return end !== -1 && tryParseJson(body.slice(0, end)).ok;
}

/** Cuts where a top-level object ends; braces inside strings do not count. */
function topLevelObjects(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  let inString = false;
  for (let at = 0; at < body.length; at += 1) {
    const character = body[at];
    if (inString) {
      if (character === '\\') {
        at += 1;
      } else if (character === '"') {
        inString = false;
      }
    } else if (character === '"') {
      inString = true;
    } else if (character === '{' || character === '[') {
      depth += 1;
    } else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) {
        atMost(parts).push(body.slice(start, at + 1));
        start = at + 1;
      }
    }
  }
  const rest = trimmed(body.slice(start));
  return rest === '' ? parts : [...parts, rest];
}

function unwrapAll(documents: unknown[], envelope: string): unknown[] {
  const [only] = documents;
  if (documents.length === 1 && !isMalformed(only)) {
    const records = unwrap(only, envelope);
    if (records === undefined) {
      throw new GatewayError('invalid-json', `the body has ${noArray(envelope)}`);
    }
    return records;
  }
  return documents.flatMap((document) =>
    isMalformed(document)
      ? [document]
      : (unwrap(document, envelope) ?? [malformed(`the object has ${noArray(envelope)}`)]),
  );
}

function noArray(envelope: string): string {
  return `no array at ${JSON.stringify(envelope)}, the envelope of this source`;
}

function unwrap(value: unknown, envelope: string): unknown[] | undefined {
  let inner = value;
  for (const key of envelope.split('.')) {
    inner =
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined;
  }
  return Array.isArray(inner) ? inner : undefined;
}

function atMost<T>(records: T[]): T[] {
  if (records.length > MAX_RECORDS) {
    throw new GatewayError(
      'payload-too-large',
      `the body holds more than ${String(MAX_RECORDS)} records; send them in several requests`,
    );
  }
  return records;
}
