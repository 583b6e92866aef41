import { Agent as HttpAgent, request as httpRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

export type AwsHttpRequest = {
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

/** One request and its whole answer. Whatever the network does wrong is a rejection. */
export type AwsExchange = {
  send(request: AwsHttpRequest): Promise<AwsHttpAnswer>;
  /** Closes the connections that are kept. */
  destroy(): void;
};

/** Parallel deliveries of a few batches, each with a handful of calls. */
const MAX_SOCKETS = 100;

/**
 * Requests over connections that are kept.
 *
 * `requestTimeoutMs` is the time to the begin of the answer, connection included, and then between two pieces of it,
 * so that a body that stalls ends as well. Both timeouts reject with an error named `TimeoutError`.
 */
export function awsExchange({
  connectionTimeoutMs,
  requestTimeoutMs,
}: {
  connectionTimeoutMs: number;
  requestTimeoutMs: number;
}): AwsExchange {
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  let http: HttpAgent | undefined;
  let https: HttpsAgent | undefined;

  return {
    send: async ({ isTls, hostname, port, method, path, headers, body, signal }) =>
      new Promise<AwsHttpAnswer>((resolve, reject) => {
        // As a list they are written as they are, instead of being set one by one.
        const list: string[] = [];
        for (const name of Object.keys(headers)) list.push(name, headers[name] ?? '');
        const target: RequestOptions = { hostname, method, path, headers: list };
        if (port !== undefined) target.port = port;
        if (signal !== undefined) target.signal = signal;
        target.agent = isTls ? (https ??= new HttpsAgent(options)) : (http ??= new HttpAgent(options));
        const request = isTls ? httpsRequest(target) : httpRequest(target);

        let connecting: NodeJS.Timeout | undefined;
        const fail = (error: Error) => {
          clearTimeout(waiting);
          clearTimeout(connecting);
          reject(error);
          request.destroy();
        };
        const waiting = setTimeout(() => {
          fail(timeoutError(hostname, `gave no answer for ${requestTimeoutMs} ms`));
        }, requestTimeoutMs);

        request.on('socket', (socket) => {
          if (!socket.connecting) return;
          connecting = setTimeout(() => {
            fail(timeoutError(hostname, `took no connection for ${connectionTimeoutMs} ms`));
          }, connectionTimeoutMs);
          socket.once('connect', () => clearTimeout(connecting));
        });
        request.on('error', fail);
        request.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => {
            waiting.refresh();
            chunks.push(chunk);
          });
          response.on('error', fail);
          response.on('end', () => {
            clearTimeout(waiting);
            const [only] = chunks;
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks),
            });
          });
        });
        request.end(body);
      }),

    destroy: () => {
      http?.destroy();
      https?.destroy();
    },
  };
}

function timeoutError(hostname: string, what: string): Error {
  return Object.assign(new Error(`${hostname} ${what}`), { name: 'TimeoutError' });
}
