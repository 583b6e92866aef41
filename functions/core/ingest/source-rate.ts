import { GatewayError } from '../errors.ts';
import type { Source } from '../model/source.ts';
import type { RateLimiter } from '../ports.ts';

/** Alerts per minute and source, unless the source says otherwise. */
export const DEFAULT_PER_MINUTE = 6_000;
/** Where anyone can post, anyone can flood. */
export const DEFAULT_PER_MINUTE_WITHOUT_AUTH = 60;

export function alertsPerMinute({ auth, rateLimit }: Pick<Source, 'auth' | 'rateLimit'>): number {
  return (
    rateLimit?.perMinute ?? (auth.type === 'none' ? DEFAULT_PER_MINUTE_WITHOUT_AUTH : DEFAULT_PER_MINUTE)
  );
}

/**
 * Counts the records of an authenticated request against its source.
 *
 * @throws GatewayError `rate-limited`, with the time after which it pays to come again
 */
export async function withinRate(
  source: Source,
  count: number,
  limiter: RateLimiter,
  nowMs: number,
): Promise<void> {
  const perMinute = alertsPerMinute(source);
  const taken = await limiter.take(source.id, count, perMinute, nowMs);
  if (!taken.allowed) {
    throw new GatewayError(
      'rate-limited',
      `this source may send ${String(perMinute)} alerts a minute; nothing of this request was accepted`,
      { retryAfterSeconds: taken.retryAfterSeconds },
    );
  }
}
