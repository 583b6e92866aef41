import { type Agent, Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import type * as Https from 'node:https';
import type { Clock } from '../../core/world.ts';
import { type AnswerDeadlines, answerDeadlines, type Deadline } from './answer-deadlines.ts';
import { keepAliveSockets } from '../net/keep-alive-sockets.ts';

type AwsHttpRequest = {
  /** `http:` only for an endpoint on this machine. */
  isTls: boolean;
  hostname: string;
  port: number | undefined;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
  /** Ends the request with an `AbortError`. */
  signal?: AbortSignal | undefined;
};

export type AwsHttpAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
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
const MAX_SOCKETS = 32;
/** Far longer than the calls before this one can take: it ends a wait that would never end. */
const SOCKET_WAIT_MS = 30_000;

/**
 * Node's HTTPS, which is not loaded before somebody asks. Node reads its root certificates as soon as it is loaded, in a thread of its
 * own: 20 ms of a processor, a fifth of a start, for nothing where AWS is emulated over plain HTTP.
 */
export function loadHttps(): typeof Https {
  return process.getBuiltinModule('node:https');
}

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
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  let http: ReturnType<typeof keepAliveSockets<HttpAgent>> | undefined;
  let https: ReturnType<typeof keepAliveSockets<Https.Agent>> | undefined;

  return {
    send: async (request) => {
      const sockets = request.isTls
        ? (https ??= keepAliveSockets(new (loadHttps().Agent)(options), clock))
        : (http ??= keepAliveSockets(new HttpAgent(options), clock));
      sockets.dropIdle();
      try {
        return await exchangeOnce(request, sockets.agent, limits, deadlines);
      } catch (error) {
        if (!(error instanceof ClosedWhileIdle)) throw error;
        if (!isRepeatable) throw error.cause;
        sockets.dropFree();
        try {
          return await exchangeOnce(request, sockets.agent, limits, deadlines);
        } catch (again) {
          throw again instanceof ClosedWhileIdle ? again.cause : again;
        }
      }
    },

    destroy: () => {
      http?.agent.destroy();
      https?.agent.destroy();
    },
  };
}

/** A connection that had served before ended without an answer. */
class ClosedWhileIdle extends Error {}

async function exchangeOnce(
  { isTls, hostname, port, method, path, headers, body, signal }: AwsHttpRequest,
  agent: Agent,
  { connectionTimeoutMs, requestTimeoutMs }: Limits,
  deadlines: AnswerDeadlines,
): Promise<AwsHttpAnswer> {
  return new Promise<AwsHttpAnswer>((resolve, reject) => {
    // As a list they are written as they are, instead of being set one by one.
    const list: string[] = [];
    for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
    const target: RequestOptions = { hostname, method, path, headers: list, agent };
    if (port !== undefined) target.port = port;
    if (signal !== undefined) target.signal = signal;
    const request = isTls ? loadHttps().request(target) : httpRequest(target);

    let connecting: Deadline | undefined;
    let isAnswered = false;
    const fail = (error: Error) => {
      waiting.end();
      connecting?.end();
      const named = naming(hostname, error);
      const isStale = request.reusedSocket && !isAnswered && isReset(error);
      reject(isStale ? new ClosedWhileIdle(named.message, { cause: named }) : named);
      request.destroy();
    };
    const expire = (what: string) => () => fail(timeoutError(hostname, what));
    let waiting = deadlines.begin(SOCKET_WAIT_MS, expire(`had no connection free for ${SOCKET_WAIT_MS} ms`));

    request.on('socket', (socket) => {
      waiting.end();
      waiting = deadlines.begin(requestTimeoutMs, expire(`gave no answer for ${requestTimeoutMs} ms`));
      if (!socket.connecting) return;
      connecting = deadlines.begin(
        connectionTimeoutMs,
        expire(`took no connection for ${connectionTimeoutMs} ms`),
      );
      socket.once('connect', () => connecting?.end());
    });
    request.on('error', fail);
    request.on('response', (response) => {
      isAnswered = true;
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        waiting.restart();
        chunks.push(chunk);
      });
      response.on('error', fail);
      response.on('end', () => {
        waiting.end();
        const [only] = chunks;
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks),
        });
      });
    });
    request.end(body);
  });
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}

function timeoutError(hostname: string, what: string): Error {
  return Object.assign(new Error(`${hostname} ${what}`), { name: 'TimeoutError', hostname });
}

/** What Node says of a broken connection does not say to whom it was. */
function naming(hostname: string, error: Error): Error {
  if (!error.message.includes(hostname)) error.message = `${hostname}: ${error.message}`;
  return Object.assign(error, { hostname });
}
