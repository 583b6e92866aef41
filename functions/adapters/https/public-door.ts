import type { PublicDoor } from '../../core/canary/ports.ts';
import type { Clock } from '../../core/world.ts';
import { awsExchange } from '../aws/exchange.ts';

/** A sender waits for its answer as long as API Gateway does for the function's, and not much longer. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts to the URL that senders use. It is the gateway's own, so nothing guards against where it leads; a redirect is not followed,
 * because senders do not follow any. Nothing is posted twice.
 */
export function httpsPublicDoor({
  clock,
  timeoutMs = TIMEOUT_MS,
}: {
  clock: Clock;
  timeoutMs?: number;
}): PublicDoor {
  const exchange = awsExchange({
    connectionTimeoutMs: timeoutMs,
    requestTimeoutMs: timeoutMs,
    isRepeatable: false,
    clock,
  });
  return {
    post: async ({ url, headers, body }) => {
      try {
        const { protocol, hostname, host, port, pathname, search } = new URL(url);
        const answer = await exchange.send({
          isTls: protocol !== 'http:',
          hostname,
          port: port === '' ? undefined : Number(port),
          method: 'POST',
          path: `${pathname}${search}`,
          headers: { ...headers, host },
          body,
        });
        return { status: answer.status, text: answer.body.toString('utf8', 0, MAX_ANSWER_BYTES) };
      } catch (error) {
        return { problem: reasonOf(error, timeoutMs) };
      }
    },
  };
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return `no connection: ${code}`;
}
