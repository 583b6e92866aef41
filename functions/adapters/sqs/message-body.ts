import { gunzipSync, gzipSync } from 'node:zlib';

/** The most one message, and all messages of one call together, may hold: 1 MiB, attributes included. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Longer bodies are compressed: SQS bills each 64 KiB of a message, at the send and at the receive. */
const COMPRESS_FROM_BYTES = 192 * 1024;

/** What a message may unfold to. Only our own functions write to the queues; this bounds a mistake. */
const MAX_DECODED_BYTES = 64 * 1024 * 1024;

const COMPRESSED = 'gzip+base64';

/**
 * A JSON value as the body of an SQS message.
 *
 * JSON escapes control characters and lone surrogates by itself; U+FFFE and U+FFFF are the two that are left of what
 * SQS refuses (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 * Above 192 KiB the body becomes `{"encoding":"gzip+base64","data":"..."}`.
 */
export function encodeMessageBody(value: unknown): string {
  const json = withoutRefused(JSON.stringify(value));
  if (Buffer.byteLength(json) <= COMPRESS_FROM_BYTES) return json;
  return `{"encoding":"${COMPRESSED}","data":"${gzipSync(json).toString('base64')}"}`;
}

/** Looked for first: in a text without any character beyond Latin-1, looking costs nothing. */
function withoutRefused(json: string): string {
  return json.includes('\uFFFE') || json.includes('\uFFFF')
    ? json.replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff')
    : json;
}

/** The value of a body that `encodeMessageBody` made. Throws, without quoting it, on anything else. */
export function decodeMessageBody(body: string): unknown {
  const value = parse(body, 'message body is not JSON');
  if (!isCompressed(value)) return value;
  let json: string;
  try {
    json = gunzipSync(Buffer.from(value.data, 'base64'), { maxOutputLength: MAX_DECODED_BYTES }).toString();
  } catch (cause) {
    throw new Error('message body is marked as compressed but cannot be decompressed', { cause });
  }
  return parse(json, 'compressed message body does not hold JSON');
}

function isCompressed(value: unknown): value is { data: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'encoding' in value &&
    value.encoding === COMPRESSED &&
    'data' in value &&
    typeof value.data === 'string'
  );
}

function parse(json: string, problem: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    // The parser's own message quotes the body, which may hold what must not be logged.
    throw new Error(`${problem} (${json.length} characters)`);
  }
}
