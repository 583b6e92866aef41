import { answerHeaders } from './header-rules.ts';
import { isJsonObject } from '../../json-object.ts';

export type HttpAnswer = {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  /** Text goes out in one piece with the headers. */
  body: string | Buffer;
};

/** An answer of the API itself: `{"message":"Not Found"}`. */
export function apiMessage(status: number, message: string): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    cookies: [],
    body: JSON.stringify({ message }),
  };
}

const MALFORMED = (): HttpAnswer => apiMessage(500, 'Internal Server Error');

/**
 * The HTTP answer for what a function returned, by the rules of payload format 2.0.
 *
 * Without `statusCode` the whole value is the JSON body of a 200. With it, every member must have its type, or the
 * sender gets a 500.
 */
export function httpAnswer(payload: unknown): HttpAnswer {
  if (!isJsonObject(payload) || payload['statusCode'] === undefined) {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      cookies: [],
      body,
    };
  }
  const status = Number(payload['statusCode']);
  if (!Number.isInteger(status) || status < 200 || status > 599) return MALFORMED();
  const { body = '', cookies = [], headers = {}, isBase64Encoded = false } = payload;
  if (body !== null && typeof body !== 'string') return MALFORMED();
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) return MALFORMED();
  const read = readHeaders(headers);
  if (read === undefined) return MALFORMED();
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...answerHeaders(read) },
    cookies,
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
}

function readHeaders(headers: unknown): Record<string, string> | undefined {
  if (headers === null) return {};
  if (!isJsonObject(headers)) return undefined;
  const read: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return undefined;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    if (/[\r\n\0]/.test(String(value))) return undefined;
    read[name.toLowerCase()] = String(value);
  }
  return read;
}
