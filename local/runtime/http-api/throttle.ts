import type { Clock } from '../../clock.ts';

/** Requests per second on average, and how many at once: `DefaultRouteSettings` of a stage. */
export type ThrottleSettings = { rateLimit: number; burstLimit: number };

/**
 * The token bucket of a stage: it holds `burstLimit` requests and gets `rateLimit` more every second.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html: a request that finds no token is
 * answered with 429 `{"message":"Too Many Requests"}`. AWS applies it on a best-effort basis; here it holds exactly.
 */
export function createThrottle({ rateLimit, burstLimit }: ThrottleSettings, clock: Clock): () => boolean {
  let tokens = burstLimit;
  let atMs = clock.now();
  return () => {
    const nowMs = clock.now();
    // A clock that jumps back takes nothing away.
    tokens = Math.min(burstLimit, tokens + (Math.max(0, nowMs - atMs) * rateLimit) / 1_000);
    atMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
