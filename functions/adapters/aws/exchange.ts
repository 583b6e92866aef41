import type { Clock } from '../../core/world.ts';
import { type AnswerDeadlines, answerDeadlines, type Deadline } from './answer-deadlines.ts';
import { type ConnectionPool, connectionPool, type PooledConnection } from './connection-pool.ts';
import type { HttpAnswer } from './http-answer.ts';
import { type HttpRequest, requestBytes } from './http-request.ts';

type AwsHttpRequest = HttpRequest & {
  /** Plain HTTP is for an endpoint on this machine only. */
  isTls: boolean;
  hostname: string;
  port: number | undefined;
  /** Ends the request with an `AbortError`. */
  signal?: AbortSignal | undefined;
};

export type AwsHttpAnswer = {
  status: number;
  /** By names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
};

/** One request and its whole answer. Whatever the network does wrong is a rejection that names the host. */
export type AwsExchange = {
  send(request: AwsHttpRequest): Promise<AwsHttpAnswer>;
  /** Closes the connections that are kept. */
  destroy(): void;
};

/**
 * Calls of one client under way; the others wait for one of them to end. More would not be faster: a call takes AWS
 * 5 to 30 ms and this process about 1 ms of a processor, of which a small function has a third.
 */
const MAX_CONNECTIONS = 32;
/** Far longer than the calls before this one can take: it ends a wait that would never end. */
const CONNECTION_WAIT_MS = 30_000;

type Limits = { connectionTimeoutMs: number; requestTimeoutMs: number };

/**
 * Requests over connections that are kept.
 *
 * The wait for a connection that is free has a bound of its own. `requestTimeoutMs` begins when the request has its
 * connection: it is the time to the begin of the answer, and then between two pieces of it, so that a body that stalls
 * ends as well. `connectionTimeoutMs` is the part of it that opening a connection may take. All of them reject with an
 * error named `TimeoutError`, and count as `answer-deadlines.ts` says.
 *
 * A connection that AWS closed while it was idle breaks at the next request. Where a request may be made twice
 * (`isRepeatable`), it is made again at once on another connection; that is none of the client's tries.
 */
export function awsExchange({
  clock,
  isRepeatable,
  ...limits
}: Limits & { clock: Clock; isRepeatable: boolean }): AwsExchange {
  const deadlines = answerDeadlines();
  const pools = new Map<string, ConnectionPool>();

  function poolOf({ isTls, hostname, port = isTls ? 443 : 80 }: AwsHttpRequest): ConnectionPool {
    const key = `${isTls} ${hostname} ${port}`;
    let pool = pools.get(key);
    if (pool === undefined) {
      pool = connectionPool({ isTls, hostname, port }, { maxConnections: MAX_CONNECTIONS, clock });
      pools.set(key, pool);
    }
    return pool;
  }

  return {
    send: async (request) => {
      const pool = poolOf(request);
      try {
        return await exchangeOnce(request, pool, limits, deadlines);
      } catch (error) {
        if (!(error instanceof ClosedWhileIdle)) throw error;
        if (!isRepeatable) throw error.cause;
        pool.dropFree();
        try {
          return await exchangeOnce(request, pool, limits, deadlines);
        } catch (again) {
          throw again instanceof ClosedWhileIdle ? again.cause : again;
        }
      }
    },

    destroy: () => {
      for (const pool of pools.values()) pool.destroy();
    },
  };
}

/** A connection that had served before ended without an answer. */
class ClosedWhileIdle extends Error {}

async function exchangeOnce(
  request: AwsHttpRequest,
  pool: ConnectionPool,
  { connectionTimeoutMs, requestTimeoutMs }: Limits,
  deadlines: AnswerDeadlines,
): Promise<AwsHttpAnswer> {
  const { hostname, signal } = request;
  const bytes = requestBytes(request);
  if (signal?.aborted === true) throw calledOff(hostname, signal);
  return new Promise<AwsHttpAnswer>((resolve, reject) => {
    let taken: PooledConnection | undefined;
    let isReused = false;
    let waiting: Deadline | undefined;
    let connecting: Deadline | undefined;
    let callOff: (() => void) | undefined;
    let isSettled = false;

    const settle = (): boolean => {
      if (isSettled) return false;
      isSettled = true;
      waiting?.end();
      connecting?.end();
      signal?.removeEventListener('abort', abort);
      return true;
    };
    const fail = (error: Error, isAnswerBegun = false) => {
      if (!settle()) return;
      const named = naming(hostname, error);
      const isStale = isReused && !isAnswerBegun && isReset(error);
      callOff?.();
      taken?.destroy();
      reject(isStale ? new ClosedWhileIdle(named.message, { cause: named }) : named);
    };
    const abort = () => fail(calledOff(hostname, signal));
    const expire = (what: string) => () => fail(timeoutError(hostname, what));
    const listener = {
      onPiece: () => waiting?.restart(),
      onAnswer: (answer: HttpAnswer) => {
        if (answer.isKept) pool.give(taken as PooledConnection);
        if (settle()) resolve(answer);
      },
      onFailure: fail,
    };

    signal?.addEventListener('abort', abort);
    callOff = pool.take((connection) => {
      taken = connection;
      isReused = connection.hasAnswered();
      waiting?.end();
      waiting = deadlines.begin(requestTimeoutMs, expire(`gave no answer for ${requestTimeoutMs} ms`));
      if (connection.isConnecting()) {
        connecting = deadlines.begin(
          connectionTimeoutMs,
          expire(`took no connection for ${connectionTimeoutMs} ms`),
        );
        connection.onConnect(() => connecting?.end());
      }
      connection.send(bytes, listener);
    });
    waiting ??= deadlines.begin(
      CONNECTION_WAIT_MS,
      expire(`had no connection free for ${CONNECTION_WAIT_MS} ms`),
    );
  });
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function timeoutError(hostname: string, what: string): Error {
  return Object.assign(new Error(`${hostname} ${what}`), { name: 'TimeoutError', hostname });
}

function calledOff(hostname: string, signal: AbortSignal | undefined): Error {
  const error = new Error(`the call of ${hostname} was called off`, { cause: signal?.reason });
  return Object.assign(error, { name: 'AbortError', hostname });
}

/** What Node says of a broken connection does not say to whom it was. */
function naming(hostname: string, error: Error): Error {
  if (!error.message.includes(hostname)) error.message = `${hostname}: ${error.message}`;
  return Object.assign(error, { hostname });
}
