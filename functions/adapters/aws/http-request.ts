import { isHeaderName } from './header-name.ts';

/** What a request over HTTP/1.1 says. */
export type HttpRequest = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
};

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.5, without the bytes that mean nothing to anybody. */
const VALUE = /^[\t\x20-\x7e]*$/;
const PATH = /^\/[\x21-\x7e]*$/;

/**
 * A request as it is sent, in one piece: of a short one the kernel makes one packet, and TLS one record.
 *
 * Without a `content-length` the body's own is told.
 *
 * @throws when something would end its line early. The message names the header, not its value.
 */
export function requestBytes({ method, path, headers, body = '' }: HttpRequest): string | Uint8Array {
  if (!PATH.test(path)) throw new Error('the path cannot be sent; expected printable characters behind a /');
  let head = `${method} ${path} HTTP/1.1\r\n`;
  let isLengthTold = false;
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    if (!isHeaderName(name) || !VALUE.test(value)) {
      throw new Error(`the header ${JSON.stringify(name)} cannot be sent; expected printable characters`);
    }
    isLengthTold ||= name.toLowerCase() === 'content-length';
    head += `${name}: ${value}\r\n`;
  }
  if (!isLengthTold) head += `content-length: ${Buffer.byteLength(body)}\r\n`;
  head += '\r\n';
  if (typeof body === 'string') return head + body;
  const bytes = Buffer.allocUnsafe(head.length + body.length);
  bytes.write(head, 'latin1');
  bytes.set(body, head.length);
  return bytes;
}
