import { GatewayError } from '../errors.ts';
import type { StreamType } from '../model/source.ts';

/** More records than this in one body are refused whole. */
export const MAX_RECORDS = 10_000;

/**
 * Turns a body into its records: an array's elements, one object, or one record per line.
 *
 * `auto` looks at the first character: `[` is an array, `{` is an object (several in a row are several records),
 * anything else is lines. A line that is not JSON is the record `{ "message": line }`.
 *
 * @throws GatewayError `invalid-json`, `empty-body`, `payload-too-large`
 */
export function splitRecords(text: string, streamType: StreamType, envelope?: string): unknown[] {
  const body = text.replace(/^\uFEFF/u, '').trim();
  if (body === '') {
    throw new GatewayError(
      'empty-body',
      'the body holds only white space; expected a JSON object or an array of them',
    );
  }
  const records = envelope === undefined ? split(body, streamType) : unwrap(parseJson(body), envelope);
  if (records.length === 0) {
    throw new GatewayError('empty-body', 'the body holds no record');
  }
  if (records.length > MAX_RECORDS) {
    throw new GatewayError(
      'payload-too-large',
      `the body holds ${String(records.length)} records; at most ${String(MAX_RECORDS)} are accepted`,
    );
  }
  return records;
}

function split(body: string, streamType: StreamType): unknown[] {
  switch (streamType) {
    case 'json':
      return [parseJson(body)];
    case 'json-array':
      return elements(parseJson(body));
    case 'lines':
      return lines(body);
    case 'auto':
      if (body.startsWith('[')) {
        return elements(parseJson(body));
      }
      return body.startsWith('{') ? objects(body) : lines(body);
  }
}

function elements(value: unknown): unknown[] {
  if (!Array.isArray(value)) {
    throw new GatewayError('invalid-json', 'the body is not a JSON array, as this source expects');
  }
  return value;
}

function lines(body: string): unknown[] {
  return body
    .split(/\r?\n/u)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        const value: unknown = JSON.parse(line);
        return typeof value === 'object' && value !== null ? value : { message: line };
      } catch {
        return { message: line };
      }
    });
}

/** One object, or several one after another with nothing but white space between them. */
function objects(body: string): unknown[] {
  try {
    return [JSON.parse(body)];
  } catch (error) {
    const parts = topLevelObjects(body);
    if (parts.length < 2) {
      throw new GatewayError('invalid-json', 'the body is not valid JSON', { cause: error });
    }
    return parts.map(parseJson);
  }
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
        parts.push(body.slice(start, at + 1));
        start = at + 1;
      }
    }
  }
  const rest = body.slice(start).trim();
  return rest === '' ? parts : [...parts, rest];
}

function unwrap(value: unknown, envelope: string): unknown[] {
  let inner = value;
  for (const key of envelope.split('.')) {
    inner =
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined;
  }
  if (!Array.isArray(inner)) {
    throw new GatewayError(
      'invalid-json',
      `the body has no array at ${JSON.stringify(envelope)}, the envelope of this source`,
    );
  }
  return inner;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new GatewayError('invalid-json', 'the body is not valid JSON', { cause });
  }
}
