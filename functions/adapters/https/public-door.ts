import type { PublicDoor } from '../../core/canary/ports.ts';

/** A sender waits for its answer as long as API Gateway does for the function's, and not much longer. */
const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Posts to the URL that senders use. It is the gateway's own, so nothing guards against where it leads; a redirect is not followed,
 * because senders do not follow any.
 */
export function httpsPublicDoor({
  fetch = globalThis.fetch,
}: {
  fetch?: typeof globalThis.fetch;
} = {}): PublicDoor {
  return {
    post: async ({ url, headers, body }) => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers,
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const text = await response.text();
        return { status: response.status, text: text.slice(0, MAX_ANSWER_BYTES) };
      } catch (error) {
        return { problem: reasonOf(error) };
      }
    },
  };
}

/** `fetch failed` says nothing; what stands behind it does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${String(TIMEOUT_MS)} ms`;
  const { code, message } = Object(error.cause) as { code?: unknown; message?: unknown };
  const said = [code, message].find((one) => typeof one === 'string');
  return `no connection: ${said ?? error.message}`;
}
