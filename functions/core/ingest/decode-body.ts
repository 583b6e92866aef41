import { GatewayError } from '../errors.ts';
import type { IngestRequest } from './ingest-request.ts';

/** The largest request: request line, all headers and the body as sent. */
export const MAX_REQUEST_BYTES = 1_048_576;

/**
 * The body as text. Refuses what is too large, empty, compressed, or not UTF-8.
 *
 * @throws GatewayError `payload-too-large`, `empty-body`, `unsupported-encoding`, `invalid-json`
 */
export function decodeBody(request: IngestRequest): string {
  const size = requestBytes(request);
  if (size > MAX_REQUEST_BYTES) {
    throw new GatewayError(
      'payload-too-large',
      `the request has ${String(size)} bytes with its headers; at most ${String(MAX_REQUEST_BYTES)} are accepted`,
    );
  }
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') {
    throw new GatewayError(
      'unsupported-encoding',
      `content-encoding ${JSON.stringify(encoding)} is not understood; send the body as it is`,
    );
  }
  if (request.body.length === 0) {
    throw new GatewayError('empty-body', 'the body is empty; expected a JSON object or an array of them');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(request.body);
  } catch (cause) {
    throw new GatewayError('invalid-json', 'the body is not valid UTF-8', { cause });
  }
}

/** Request line + headers + body, as they were on the wire (`name: value\r\n` each). */
function requestBytes(request: IngestRequest): number {
  const requestLine = `${request.method} ${request.target} HTTP/1.1\r\n`;
  let headers = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    headers += Buffer.byteLength(name) + Buffer.byteLength(value) + 4;
  }
  return Buffer.byteLength(requestLine) + headers + 2 + request.body.length;
}
