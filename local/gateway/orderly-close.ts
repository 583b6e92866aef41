import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How long a sender may go on sending after its answer, in milliseconds. */
const LINGER_MS = 2_000;

type Exchange = { request: IncomingMessage; response: ServerResponse };

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

/**
 * Lets every sender read its answer.
 *
 * The kernel resets a socket that is closed while bytes of the sender lie unread, and the answer may be lost with it. So our side
 * ends first; bytes that still come are read and dropped for a moment. Bytes that are no HTTP get the answer of the API,
 * `{"message":"Bad Request"}`, instead of a status line alone.
 */
export function closeInOrder(server: Server): { began: (exchange: Exchange) => void } {
  const open = new WeakMap<Duplex, Exchange>();

  server.on('connection', (socket: Socket) => {
    // Node calls it after the last answer of a connection.
    socket.destroySoon = () => {
      endThenDrop(socket);
    };
  });

  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) {
      socket.destroy();
      return;
    }
    // Node reports every later piece of the same malformed request again.
    if (socket.writableEnded) return;
    const exchange = open.get(socket);
    if (exchange !== undefined && !exchange.response.writableFinished) {
      // Node says "Connection: close" and calls destroySoon when this answer is out.
      exchange.response.shouldKeepAlive = false;
      // The request before the malformed bytes is whole, and its answer is on the way.
      if (exchange.request.complete || exchange.response.headersSent) return;
    }
    socket.write(rawAnswer(statusOf(error.code)));
    endThenDrop(socket);
  });

  return {
    began: (exchange) => {
      open.set(exchange.request.socket, exchange);
    },
  };
}

function statusOf(code: string | undefined): number {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

function rawAnswer(status: number): string {
  const reason = REASONS[status] ?? '';
  const body = JSON.stringify({ message: reason });
  return [
    `HTTP/1.1 ${status} ${reason}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

function endThenDrop(socket: Socket): void {
  if (socket.destroyed || socket.writableEnded) return;
  socket.end();
  // The parser would stop at bytes that it cannot read, and they are to be dropped.
  socket.removeAllListeners('data');
  socket.resume();
  const timer = setTimeout(() => {
    socket.destroy();
  }, LINGER_MS);
  timer.unref();
  socket.once('close', () => {
    clearTimeout(timer);
  });
}
