import { GatewayError } from '../errors.ts';
import type { IngestRequest } from './ingest-request.ts';

/** The largest request: request line, all headers and the body as sent. */
export const MAX_REQUEST_BYTES = 1_048_576;

/** What API Gateway adds on the way; a sender is not charged for it. */
const ADDED_ON_THE_WAY = new Set([
  'x-amzn-trace-id',
  'x-forwarded-for',
  'x-forwarded-port',
  'x-forwarded-proto',
]);

/** @throws GatewayError `payload-too-large` */
export function refuseOversized(request: IngestRequest): void {
  const size = requestBytes(request);
  if (size > MAX_REQUEST_BYTES) {
    throw new GatewayError(
      'payload-too-large',
      `the request has ${String(size)} bytes with its headers; at most ${String(MAX_REQUEST_BYTES)} are accepted`,
    );
  }
}

/**
 * Request line + headers + body, as they were on the wire (`name: value\r\n` each, then an empty line). An event of AWS is a message of
 * SQS, of at most as many bytes, and nothing else of it was on a wire.
 */
export function requestBytes(request: IngestRequest): number {
  if (request.via === 'aws-event') return request.body.length;
  const requestLine = `${request.method} ${request.target} HTTP/1.1\r\n`;
  let headers = 0;
  for (const [name, value] of Object.entries(request.headers)) {
    if (!ADDED_ON_THE_WAY.has(name)) {
      headers += Buffer.byteLength(name) + Buffer.byteLength(value) + 4;
    }
  }
  return Buffer.byteLength(requestLine) + headers + 2 + request.body.length;
}
