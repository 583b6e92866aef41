import { isIP, connect as connectTcp, type Socket } from 'node:net';
import type * as Tls from 'node:tls';
import { type HttpAnswer, type HttpAnswerReader, httpAnswerReader } from './http-answer.ts';

/** Where connections lead. */
export type Origin = { isTls: boolean; hostname: string; port: number };

/** What becomes of a request. One of the last two is called, once, and nothing after it. */
type AnswerListener = {
  /** A piece of the answer's body came. */
  onPiece(): void;
  onAnswer(answer: HttpAnswer): void;
  /** `isAnswerBegun`: bytes of an answer had come. */
  onFailure(error: Error, isAnswerBegun: boolean): void;
};

/** One connection of HTTP/1.1, over which one request at a time is sent. */
export type HttpConnection = {
  isConnecting(): boolean;
  /** Whether bytes of an answer ever came. */
  hasAnswered(): boolean;
  onConnect(listener: () => void): void;
  /** A text with its head, or bytes with theirs. */
  send(request: string | Uint8Array, listener: AnswerListener): void;
  /** Whether the process may end while nothing is asked over it. */
  setIdle(isIdle: boolean): void;
  destroy(): void;
};

/**
 * Node's TLS, which is not loaded before somebody asks. Node reads its root certificates as soon as it is loaded, in a thread of its
 * own: 20 ms of a processor, a fifth of a start, for nothing where AWS is emulated over plain HTTP.
 */
export function loadTls(): typeof Tls {
  return process.getBuiltinModule('node:tls');
}

const KEEP_ALIVE_PROBE_MS = 1_000;

type TlsSessions = { tlsSession: Buffer | undefined; onTlsSession: (session: Buffer) => void };

/**
 * Where every connection reads to. Node would allocate as much for each read, shrink it to what came, and leave the rest to
 * the collector: a tenth of an invocation with two calls.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

function socketTo(
  { isTls, hostname, port }: Origin,
  { tlsSession, onTlsSession }: TlsSessions,
  onBytes: (bytes: Buffer) => void,
): Socket {
  const target = {
    onread: {
      buffer: READ_BUFFER,
      callback: (count: number) => {
        onBytes(Buffer.from(READ_BUFFER.subarray(0, count)));
        // Goes on reading.
        return true;
      },
    },
    host: hostname,
    port,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
  };
  if (!isTls) return connectTcp(target);
  const socket = loadTls().connect({
    ...target,
    ALPNProtocols: ['http/1.1'],
    // A certificate for an address is asked for without a name.
    servername: isIP(hostname) === 0 ? hostname : '',
    ...(tlsSession !== undefined && { session: tlsSession }),
  });
  return socket.on('session', onTlsSession);
}

/**
 * Opens a connection. `onClosed` is called once it is of no further use, whatever ended it.
 *
 * `tlsSession` is what an earlier connection to the same origin left, so that the handshake is a short one.
 */
export function openConnection(
  origin: Origin,
  { onClosed, ...tlsSessions }: TlsSessions & { onClosed: () => void },
): HttpConnection {
  const socket = socketTo(origin, tlsSessions, (bytes) => {
    // Without a request, whatever comes would be read as the answer to the next one.
    if (asked === undefined) return close();
    asked.isBegun = true;
    hasAnswered = true;
    read(asked, bytes);
  });
  let asked: { reader: HttpAnswerReader; listener: AnswerListener; isBegun: boolean } | undefined;
  let hasAnswered = false;
  let isClosed = false;

  function close(): void {
    socket.destroy();
    if (isClosed) return;
    isClosed = true;
    onClosed();
  }

  function fail(error: Error): void {
    const { listener, isBegun = false } = asked ?? {};
    asked = undefined;
    close();
    listener?.onFailure(error, isBegun);
  }

  function finish(answer: HttpAnswer): void {
    const listener = asked?.listener;
    asked = undefined;
    if (!answer.isKept) close();
    listener?.onAnswer(answer);
  }

  function read({ reader, listener }: { reader: HttpAnswerReader; listener: AnswerListener }, bytes: Buffer) {
    let answer: HttpAnswer | undefined;
    try {
      answer = reader.push(bytes);
    } catch (error) {
      fail(error as Error);
      return;
    }
    if (answer !== undefined) finish(answer);
    else if (reader.isBegun()) listener.onPiece();
  }

  socket.on('end', () => {
    const answer = asked?.reader.end();
    if (answer === undefined) fail(hangUp());
    else finish(answer);
  });
  socket.on('error', fail);
  socket.on('close', () => fail(hangUp()));

  return {
    isConnecting: () => socket.connecting,
    hasAnswered: () => hasAnswered,
    onConnect: (listener) => void socket.once('connect', listener),
    send: (request, listener) => {
      asked = { reader: httpAnswerReader(), listener, isBegun: false };
      socket.write(request);
    },
    setIdle: (isIdle) => void (isIdle ? socket.unref() : socket.ref()),
    destroy: () => fail(hangUp()),
  };
}

/** As Node says it. */
function hangUp(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
