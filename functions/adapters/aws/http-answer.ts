import { isHeaderName } from './header-name.ts';

/**
 * How an answer of HTTP/1.1 is read from the bytes of a connection: RFC 9112, for answers to a POST.
 *
 * What has no clear end is refused, because the next answer would be read from its rest. Only the order of bytes counts, not in which
 * pieces they come.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3 (how long a body is)
 */
export type HttpAnswer = {
  status: number;
  /** By names in lower case; what came twice is joined with a comma. */
  headers: Record<string, string>;
  body: Buffer;
  /** Whether another request may follow on the same connection. */
  isKept: boolean;
};

export type HttpAnswerReader = {
  /** Whether the head is read and the body is awaited. */
  isBegun(): boolean;
  /**
   * The answer, once these bytes complete it.
   *
   * @throws {MalformedAnswerError}
   */
  push(bytes: Buffer): HttpAnswer | undefined;
  /** The answer, if the end of the connection completes it. */
  end(): HttpAnswer | undefined;
};

/** What came is no HTTP/1.1. The message holds nothing of it: it may be a piece of a secret. */
class MalformedAnswerError extends Error {
  override readonly name = 'MalformedAnswerError';
  readonly code = 'EPROTO';
}

type Head = { status: number; headers: Record<string, string>; isHttp11: boolean };
/** `push` gives the bytes behind the body, once it is complete. */
type Body = { pieces: Buffer[]; push(bytes: Buffer): Buffer | undefined; endsWithConnection: boolean };

/** Node's own limit for heads. */
const MAX_HEAD_BYTES = 16 * 1024;
/** A size with its extensions, or a field behind the last chunk. */
const MAX_LINE_BYTES = 1_024;
const NOTHING: Buffer = Buffer.alloc(0);
const LF = 0x0a;

export function httpAnswerReader(): HttpAnswerReader {
  let unread: Buffer = NOTHING;
  let head: Head | undefined;
  let body: Body | undefined;

  function readHead(bytes: Buffer): Buffer | undefined {
    let rest = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    for (;;) {
      const end = rest.indexOf('\r\n\r\n', 0, 'latin1');
      if (end === -1 ? rest.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES) {
        throw new MalformedAnswerError(
          `the head of the answer is longer than ${MAX_HEAD_BYTES} bytes; expected an end of it`,
        );
      }
      if (end === -1) {
        unread = rest;
        return undefined;
      }
      head = headOf(rest.toString('latin1', 0, end));
      rest = rest.subarray(end + 4);
      // 100 and 103 come before the answer itself; 101 would be another protocol.
      if (head.status >= 200 || head.status === 101) break;
    }
    body = bodyOf(head);
    return rest;
  }

  function answer(isKept: boolean): HttpAnswer {
    const { status, headers } = head as Head;
    const { pieces } = body as Body;
    const [only = NOTHING] = pieces;
    return { status, headers, body: pieces.length > 1 ? Buffer.concat(pieces) : only, isKept };
  }

  return {
    isBegun: () => body !== undefined,

    push: (bytes) => {
      const rest = body === undefined ? readHead(bytes) : bytes;
      if (rest === undefined) return undefined;
      const behind = (body as Body).push(rest);
      if (behind === undefined) return undefined;
      // Bytes that nobody asked for belong to no answer.
      return answer(behind.length === 0 && isPersistent(head as Head));
    },

    end: () => (body?.endsWithConnection === true ? answer(false) : undefined),
  };
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/;

function headOf(text: string): Head {
  const [first = '', ...lines] = text.split('\r\n');
  const status = STATUS_LINE.exec(first);
  if (status === null) throw malformed('its first line', 'HTTP/1.1 and a status');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!isHeaderName(name)) throw malformed('a line of its head', 'a name, a colon and a value');
    const lower = name.toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = headers[lower];
    headers[lower] = before === undefined ? value : `${before}, ${value}`;
  }
  return { status: Number(status[2]), headers, isHttp11: status[1] === '1' };
}

function isPersistent({ status, headers, isHttp11 }: Head): boolean {
  const { connection = '', 'transfer-encoding': encoding, 'content-length': length } = headers;
  // A sender that tells both may have meant the other one.
  const isAmbiguous = encoding !== undefined && length !== undefined;
  return isHttp11 && status !== 101 && !isAmbiguous && !/\b(?:close|upgrade)\b/i.test(connection);
}

function bodyOf({ status, headers }: Head): Body {
  if (status === 101 || status === 204 || status === 304) return bodyOfLength(0);
  const { 'transfer-encoding': encoding, 'content-length': length } = headers;
  if (encoding !== undefined) {
    return /(?:^|,)\s*chunked$/i.test(encoding) ? bodyInChunks() : bodyUntilEnd();
  }
  if (length === undefined) return bodyUntilEnd();
  const [first = '', ...others] = length.split(/, ?/);
  if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first)) {
    throw malformed('its content-length', 'one number of bytes');
  }
  return bodyOfLength(Number(first));
}

function bodyOfLength(length: number): Body {
  const pieces: Buffer[] = [];
  let left = length;
  return {
    pieces,
    endsWithConnection: false,
    push: (bytes) => {
      if (bytes.length < left) {
        pieces.push(bytes);
        left -= bytes.length;
        return undefined;
      }
      pieces.push(bytes.subarray(0, left));
      const behind = bytes.subarray(left);
      left = 0;
      return behind;
    },
  };
}

function bodyUntilEnd(): Body {
  const pieces: Buffer[] = [];
  return {
    pieces,
    endsWithConnection: true,
    push: (bytes) => {
      pieces.push(bytes);
      return undefined;
    },
  };
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-7.1: extensions and fields behind the last chunk mean nothing to us. */
function bodyInChunks(): Body {
  const pieces: Buffer[] = [];
  let line = '';
  let left = 0;
  let expected: 'size' | 'end of chunk' | 'trailer' = 'size';

  /** Whether it was the last line. */
  function take(text: string): boolean {
    if (expected === 'trailer') return text === '';
    if (expected === 'end of chunk') {
      if (text !== '') throw malformed('what follows a chunk', 'an end of line');
      expected = 'size';
      return false;
    }
    const [, size] = /^([\da-f]{1,8})[ \t]*(?:;|$)/i.exec(text) ?? [];
    if (size === undefined) throw malformed('the size of a chunk', 'a hexadecimal number');
    left = Number.parseInt(size, 16);
    expected = left === 0 ? 'trailer' : 'end of chunk';
    return false;
  }

  return {
    pieces,
    endsWithConnection: false,
    push: (bytes) => {
      let at = 0;
      while (at < bytes.length) {
        if (left > 0) {
          const piece = bytes.subarray(at, at + left);
          pieces.push(piece);
          left -= piece.length;
          at += piece.length;
          continue;
        }
        const lf = bytes.indexOf(LF, at);
        const until = lf === -1 ? bytes.length : lf + 1;
        line += bytes.toString('latin1', at, until);
        at = until;
        if (line.length > MAX_LINE_BYTES) throw malformed('a line between chunks', 'an end of line');
        if (lf === -1) return undefined;
        if (!line.endsWith('\r\n')) throw malformed('a line between chunks', 'CR and LF at its end');
        const text = line.slice(0, -2);
        line = '';
        if (take(text)) return bytes.subarray(at);
      }
      return undefined;
    },
  };
}

function malformed(what: string, expected: string): MalformedAnswerError {
  return new MalformedAnswerError(`the answer is no HTTP/1.1: ${what} is damaged; expected ${expected}`);
}
