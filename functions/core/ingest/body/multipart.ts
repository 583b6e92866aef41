import { GatewayError } from '../../errors.ts';
import { decodeText } from './decode-text.ts';
import { fieldsRecord, jsonIn } from './form.ts';
import { mediaTypeOf } from './media-type.ts';
import { isFields, type Fields } from '../read-fields.ts';

/** Senders of alerts have a handful of fields. */
const MAX_PARTS = 100;
const MAX_HEAD_BYTES = 8_192;
/** RFC 2046, section 5.1.1. */
const BOUNDARY = /^[\w'()+,\-./:=? ]{0,69}[\w'()+,\-./:=?]$/u;
const FIRST_LINES = /^\s*--([^\r\n]{1,70})\r?\nContent-(?:Disposition|Type):/iu;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;

type Part = { name: string; fileName: string | undefined; contentType: string | undefined; bytes: Buffer };

/**
 * The boundary of a multipart body (RFC 7578), by its `Content-Type` or by its first lines; undefined for any other body.
 *
 * Uptime Kuma's form-data and scripts with `curl -F` send such bodies; cut into lines they would be alerts made of boundaries.
 */
export function boundaryOf(content: Buffer, contentType: string | undefined): string | undefined {
  const { type, parameters } = mediaTypeOf(contentType);
  if (!type.startsWith('multipart/')) {
    return FIRST_LINES.exec(content.toString('latin1', 0, 256))?.[1]?.trimEnd();
  }
  // Some senders set the type by hand and forget the boundary.
  return (
    parameters.get('boundary') ?? FIRST_LINES.exec(content.toString('latin1', 0, 256))?.[1]?.trimEnd() ?? ''
  );
}

/**
 * The record in a multipart body, as JSON: the one part that is a JSON object, with the other fields beside it as `form_fields`; else
 * an object of all fields. What is no text is named and counted.
 *
 * One pass over the body: each search begins where the one before it ended.
 *
 * @throws GatewayError `unsupported-media-type` with the way out, for a body that is not whole or has too many parts
 */
export function multipartRecord(content: Buffer, boundary: string): string {
  if (!BOUNDARY.test(boundary)) throw unreadable('its content-type names no boundary');
  const fields = partsOf(content, boundary).map((part) => [part.name, textOf(part)] as const);
  if (fields.length === 0) throw unreadable('it has no part');
  const objects = fields.flatMap(([name, text]) => {
    const value = objectIn(text);
    return value === undefined ? [] : [{ name, value }];
  });
  const [only] = objects;
  if (only === undefined || objects.length > 1) {
    const [field] = fields;
    // A lone part that holds an array is the body.
    return fields.length === 1 && field !== undefined && Array.isArray(jsonIn(field[1]))
      ? field[1]
      : fieldsRecord(fields);
  }
  const others = fields.filter(([name, text]) => name !== only.name || objectIn(text) === undefined);
  return JSON.stringify({
    ...only.value,
    ...(others.length > 0 && { form_fields: JSON.parse(fieldsRecord(others)) as unknown }),
  });
}

function partsOf(content: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  const parts: Part[] = [];
  let start: number | undefined;
  for (let at = 0; ;) {
    const found = content.indexOf(delimiter, at);
    if (found === -1) throw unreadable('it ends before its last boundary');
    const end = found + delimiter.length;
    at = end;
    if (!isWholeLine(content, found, end)) continue;
    if (start !== undefined) {
      if (parts.length === MAX_PARTS) throw unreadable(`it has more than ${String(MAX_PARTS)} parts`);
      parts.push(readPart(content.subarray(start, endOfPart(content, found))));
    }
    if (content[end] === 0x2d && content[end + 1] === 0x2d) return parts;
    start = content.indexOf(LINE_FEED, end) + 1;
    if (start === 0) throw unreadable('it ends before its last boundary');
  }
}

/** A boundary stands alone on its line: `--abc` is none of `--abcd`. */
function isWholeLine(content: Buffer, found: number, end: number): boolean {
  if (found > 0 && content[found - 1] !== LINE_FEED) return false;
  const isLast = content[end] === 0x2d && content[end + 1] === 0x2d;
  const next = content[isLast ? end + 2 : end];
  return next === undefined || next === LINE_FEED || next === RETURN || next === 0x20 || next === 0x09;
}

/** The line break before a boundary belongs to it. */
function endOfPart(content: Buffer, found: number): number {
  return found - (content[found - 2] === RETURN ? 2 : 1);
}

function readPart(part: Buffer): Part {
  const head = part.toString('latin1', 0, MAX_HEAD_BYTES);
  // A part without headers begins with the empty line.
  const gap = /^\r?\n/u.exec(head) ?? /\r?\n\r?\n/u.exec(head);
  if (gap === null) throw unreadable('a part of it has no end to its headers');
  const headers = new Map(
    head
      .slice(0, gap.index)
      .split(/\r?\n/u)
      .map((line): [string, string] => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
  const { parameters } = mediaTypeOf(headers.get('content-disposition'));
  const bytes = part.subarray(gap.index + gap[0].length);
  return {
    name: utf8(parameters.get('name') ?? 'part'),
    fileName: parameters.has('filename') ? utf8(parameters.get('filename') ?? '') : undefined,
    contentType: headers.get('content-type'),
    bytes:
      headers.get('content-transfer-encoding')?.toLowerCase() === 'base64'
        ? Buffer.from(bytes.toString('latin1'), 'base64')
        : bytes,
  };
}

/** Headers are read byte by byte; names in them are UTF-8 (RFC 7578, section 5.1). */
function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1').toString('utf8');
}

function textOf({ bytes, contentType, fileName }: Part): string {
  try {
    const { text } = decodeText(bytes, contentType, () => false);
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
  }
  return `[${String(bytes.length)} bytes${fileName === undefined ? '' : ` of ${JSON.stringify(fileName)}`} that are no text]`;
}

function objectIn(text: string): Fields | undefined {
  const value = jsonIn(text);
  return isFields(value) ? value : undefined;
}

function unreadable(why: string): GatewayError {
  return new GatewayError(
    'unsupported-media-type',
    `the body is multipart, and ${why}; send JSON with content-type application/json`,
  );
}
