import type { RateLimiter } from '../../core/ingest/ports.ts';
import { RecentMap } from '../../core/recent-map.ts';

/** Bounds the memory; the source that was quiet longest is forgotten first, which gives it a full bucket. */
const MAX_SOURCES = 5_000;
const MINUTE_MS = 60_000;
/** What a thousand small additions may be off by, and no alert. */
const ROUNDING = 1e-6;

/**
 * How many minutes' worth a source may owe. What it owes beyond that is forgiven: one large batch must not shut a sender
 * out for hours.
 */
const MAX_MINUTES_OWED = 5;

/**
 * A token bucket per source, in the memory of this execution environment: no call, no cost, no latency.
 *
 * A bucket holds one minute's worth and refills steadily. A request that may overdraw is let in while there is anything left,
 * and may take the bucket below zero, so that a batch larger than the bucket is late and never impossible. Any other
 * request is let in when all of it is there. So the longest wait is that for five minutes' worth and one alert.
 * Why it is not shared between environments: docs/decisions/0040-rate-limit-in-memory.md.
 */
export function inMemoryRateLimiter(): RateLimiter {
  const buckets = new RecentMap<string, { tokens: number; atMs: number }>(MAX_SOURCES);

  return {
    take: async (sourceId, { count, perMinute, mayOverdraw, nowMs }) => {
      const seen = buckets.get(sourceId) ?? { tokens: perMinute, atMs: nowMs };
      // A clock that went back gives nothing and takes nothing away, and the bucket refills by it from then on.
      const bucket = { ...seen, atMs: Math.min(seen.atMs, nowMs) };
      const elapsedMs = nowMs - bucket.atMs;
      // A limit that was lowered makes nobody owe more than its own five minutes.
      const owedAtMost = Math.max(bucket.tokens, -MAX_MINUTES_OWED * perMinute);
      const tokens = Math.min(perMinute, owedAtMost + (elapsedMs * perMinute) / MINUTE_MS);
      const needed = mayOverdraw ? Math.min(1, count) : count;
      const allowed = tokens >= needed - ROUNDING;
      buckets.set(
        sourceId,
        allowed
          ? {
              tokens: Math.max(tokens - count, -MAX_MINUTES_OWED * perMinute),
              atMs: nowMs,
            }
          : bucket,
      );
      if (allowed) return { allowed };
      // What does not fit into a full bucket never comes to fit, and is asked to wait for as long as one takes to fill.
      const missing = needed > perMinute ? perMinute : needed - tokens;
      return {
        allowed,
        retryAfterSeconds: Math.ceil((missing * MINUTE_MS) / perMinute / 1_000 - ROUNDING),
      };
    },
  };
}
