import { GatewayError } from '../errors.ts';
import type { Source } from '../model/config/source.ts';
import type { RateLimiter } from './ports.ts';

/** Alerts per minute and source, unless the source says otherwise. */
const DEFAULT_PER_MINUTE = 6_000;
/** Where anyone can post, anyone can flood. */
const DEFAULT_PER_MINUTE_WITHOUT_AUTH = 60;

export function alertsPerMinute({ auth, rateLimit }: Pick<Source, 'auth' | 'rateLimit'>): number {
  return (
    rateLimit?.perMinute ?? (auth.type === 'none' ? DEFAULT_PER_MINUTE_WITHOUT_AUTH : DEFAULT_PER_MINUTE)
  );
}

/**
 * Counts the records of a request against its source.
 *
 * An authenticated sender may send a batch larger than its rate, and waits for it afterwards. Where anyone can post, a stranger
 * would make the real sender wait: there a request beyond what is left is refused whole.
 *
 * @throws GatewayError `rate-limited`, with the time after which it pays to come again
 */
export async function withinRate(
  source: Source,
  count: number,
  limiter: RateLimiter,
  nowMs: number,
): Promise<void> {
  // What waits in a queue is worked off as fast as it can be, and AWS would not slow down for us.
  if (source.auth.type === 'aws-event') return;
  const perMinute = alertsPerMinute(source);
  const mayOverdraw = source.auth.type !== 'none';
  const taken = await limiter.take(source.id, { count, perMinute, mayOverdraw, nowMs });
  if (taken.allowed) return;
  const rate = `this source may send ${String(perMinute)} alerts a minute`;
  const detail =
    !mayOverdraw && count > perMinute
      ? `${rate} and takes no larger request, since anyone can post to it; this one holds ${String(count)}`
      : rate;
  throw new GatewayError('rate-limited', `${detail}; nothing of this request was accepted`, {
    retryAfterSeconds: taken.retryAfterSeconds,
  });
}
