import type { RateLimiter } from '../core/ports.ts';

/** Bounds the memory; the source that was quiet longest is forgotten first, which gives it a full bucket. */
const MAX_SOURCES = 5_000;
const MINUTE_MS = 60_000;
/** What a thousand small additions may be off by, and no alert. */
const ROUNDING = 1e-6;

/**
 * A token bucket per source, in the memory of this execution environment: no call, no cost, no latency.
 *
 * A bucket holds one minute's worth and refills steadily. A request is let in while there is anything left, and may
 * take the bucket below zero, so that a batch larger than the bucket is late and never impossible; the average holds all
 * the same. Why it is not shared between environments: docs/decisions/0040-rate-limit-in-memory.md.
 */
export function inMemoryRateLimiter(): RateLimiter {
  const buckets = new Map<string, { tokens: number; atMs: number }>();

  return {
    take: async (sourceId, count, perMinute, nowMs) => {
      const bucket = buckets.get(sourceId) ?? { tokens: perMinute, atMs: nowMs };
      // A clock that went back gives nothing, and takes nothing away.
      const elapsedMs = Math.max(0, nowMs - bucket.atMs);
      const tokens = Math.min(perMinute, bucket.tokens + (elapsedMs * perMinute) / MINUTE_MS);
      const allowed = tokens >= Math.min(1, count) - ROUNDING;
      // Re-inserted at the end, so that the first key is the one not heard of for longest.
      buckets.delete(sourceId);
      buckets.set(
        sourceId,
        allowed ? { tokens: tokens - count, atMs: Math.max(nowMs, bucket.atMs) } : bucket,
      );
      const [quietest] = buckets.keys();
      if (buckets.size > MAX_SOURCES && quietest !== undefined) buckets.delete(quietest);
      return allowed
        ? { allowed }
        : {
            allowed,
            retryAfterSeconds: Math.ceil(((1 - tokens) * MINUTE_MS) / perMinute / 1_000 - ROUNDING),
          };
    },
  };
}
