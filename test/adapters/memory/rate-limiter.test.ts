import { describe, expect, it } from 'vitest';
import { inMemoryRateLimiter } from '../../../functions/adapters/memory/rate-limiter.ts';
import type { RateLimiter } from '../../../functions/core/ingest/ports.ts';

const START_MS = 1_768_486_981_500;

const take = async (
  limiter: RateLimiter,
  sourceId: string,
  count: number,
  perMinute: number,
  nowMs: number,
  mayOverdraw = true,
) => limiter.take(sourceId, { count, perMinute, nowMs, mayOverdraw });

describe('the rate limiter in memory', () => {
  it('lets a minute of alerts in at once, and then as many as the minute has', async () => {
    const limiter = inMemoryRateLimiter();
    let accepted = 0;
    // Ten minutes of one alert every 100 ms at 60 a minute: 60 at once and one a second.
    for (let at = 0; at < 600_000; at += 100) {
      if ((await take(limiter, 'a', 1, 60, START_MS + at)).allowed) accepted += 1;
    }
    expect(accepted).toBe(60 + 599);
  });

  it('says after how many seconds one more is let in', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'a', 60, 60, START_MS);
    expect(await take(limiter, 'a', 1, 60, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    expect((await take(limiter, 'a', 1, 60, START_MS + 999)).allowed).toBe(false);
    expect((await take(limiter, 'a', 1, 60, START_MS + 1_000)).allowed).toBe(true);
  });

  it('lets a batch larger than the bucket in, and makes the source wait for it afterwards', async () => {
    const limiter = inMemoryRateLimiter();
    expect(await take(limiter, 'a', 180, 60, START_MS)).toEqual({ allowed: true });
    expect(await take(limiter, 'a', 1, 60, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 121 });
    expect((await take(limiter, 'a', 1, 60, START_MS + 120_999)).allowed).toBe(false);
    expect((await take(limiter, 'a', 1, 60, START_MS + 121_000)).allowed).toBe(true);
  });

  it('lets nobody owe more than five minutes', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'a', 10_000, 60, START_MS);
    expect(await take(limiter, 'a', 1, 60, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 301 });
    expect((await take(limiter, 'a', 1, 60, START_MS + 301_000)).allowed).toBe(true);
    await take(limiter, 'b', 10_000, 6_000, START_MS);
    expect(await take(limiter, 'b', 1, 1, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 360 });
  });

  it('lets a request that may not overdraw in when all of it is there', async () => {
    const limiter = inMemoryRateLimiter();
    const strictly = async (count: number, nowMs: number) => take(limiter, 'a', count, 60, nowMs, false);
    expect((await strictly(61, START_MS)).allowed).toBe(false);
    expect((await strictly(40, START_MS)).allowed).toBe(true);
    expect(await strictly(30, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 10 });
    expect((await strictly(20, START_MS)).allowed).toBe(true);
    expect(await strictly(9_200, START_MS)).toEqual({ allowed: false, retryAfterSeconds: 60 });
  });

  it('takes nothing for a refusal', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'a', 1, 1, START_MS);
    for (let at = 0; at < 100; at += 1) await take(limiter, 'a', 1_000, 1, START_MS + at);
    expect((await take(limiter, 'a', 1, 1, START_MS + 60_000)).allowed).toBe(true);
  });

  it('keeps sources apart', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'noisy', 10_000, 60, START_MS);
    expect((await take(limiter, 'noisy', 1, 60, START_MS)).allowed).toBe(false);
    expect((await take(limiter, 'quiet', 1, 60, START_MS)).allowed).toBe(true);
  });

  it('follows a limit that was changed', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'a', 1, 6_000, START_MS);
    expect((await take(limiter, 'a', 2, 2, START_MS)).allowed).toBe(true);
    expect((await take(limiter, 'a', 1, 2, START_MS)).allowed).toBe(false);
    expect((await take(limiter, 'a', 1, 6_000, START_MS + 10)).allowed).toBe(true);
  });

  it('gives and takes nothing when the clock goes back', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'a', 60, 60, START_MS);
    expect((await take(limiter, 'a', 1, 60, START_MS - 3_600_000)).allowed).toBe(false);
    expect((await take(limiter, 'a', 1, 60, START_MS - 3_600_000 + 999)).allowed).toBe(false);
    expect((await take(limiter, 'a', 1, 60, START_MS - 3_600_000 + 1_000)).allowed).toBe(true);
  });

  it('forgets the source that was quiet longest when there are too many', async () => {
    const limiter = inMemoryRateLimiter();
    await take(limiter, 'first', 60, 60, START_MS);
    await take(limiter, 'second', 60, 60, START_MS);
    await take(limiter, 'first', 1, 60, START_MS);
    for (let at = 0; at < 4_999; at += 1) await take(limiter, `other ${at}`, 1, 60, START_MS);
    expect((await take(limiter, 'first', 1, 60, START_MS)).allowed).toBe(false);
    expect((await take(limiter, 'second', 1, 60, START_MS)).allowed).toBe(true);
  });
});
