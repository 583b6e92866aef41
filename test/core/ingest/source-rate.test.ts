import { describe, expect, it } from 'vitest';
import type { RateLimiter } from '../../../functions/core/ingest/ports.ts';
import { alertsPerMinute, withinRate } from '../../../functions/core/ingest/source-rate.ts';
import { aSource } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const BEARER = aSource({ auth: { type: 'bearer' } });
const OPEN = aSource({ auth: { type: 'none' } });

/** A limiter that answers the same to every request, and remembers what it was asked. */
function aLimiter(answer: Awaited<ReturnType<RateLimiter['take']>>) {
  const asked: Parameters<RateLimiter['take']>[] = [];
  const limiter: RateLimiter = {
    take: async (...request) => {
      asked.push(request);
      return answer;
    },
  };
  return { limiter, asked };
}

describe('the rate of a source', () => {
  it('is 6000 alerts a minute, 60 where anyone can post, and what the source says where it says so', () => {
    expect(alertsPerMinute(BEARER)).toBe(6_000);
    expect(alertsPerMinute(OPEN)).toBe(60);
    expect(alertsPerMinute({ ...BEARER, rateLimit: { perMinute: 5 } })).toBe(5);
    expect(alertsPerMinute({ ...OPEN, rateLimit: { perMinute: 500 } })).toBe(500);
  });
});

describe('a request within the rate', () => {
  it('is counted by its records, and passes', async () => {
    const { limiter, asked } = aLimiter({ allowed: true });
    await withinRate(BEARER, 7, limiter, NOW_MS);
    expect(asked).toEqual([[BEARER.id, { count: 7, perMinute: 6_000, mayOverdraw: true, nowMs: NOW_MS }]]);
  });

  it('may be larger than what is left only where the sender is known', async () => {
    const { limiter, asked } = aLimiter({ allowed: true });
    await withinRate(OPEN, 1, limiter, NOW_MS);
    expect(asked).toMatchObject([[OPEN.id, { mayOverdraw: false }]]);
  });
});

describe('a request beyond the rate', () => {
  const refusal = async (source: typeof OPEN, count: number): Promise<unknown> => {
    const { limiter } = aLimiter({ allowed: false, retryAfterSeconds: 17 });
    return withinRate(source, count, limiter, NOW_MS).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it('is refused whole, with the rate and the time to come again', async () => {
    expect(await refusal(BEARER, 3)).toMatchObject({
      code: 'rate-limited',
      retryAfterSeconds: 17,
      message: 'this source may send 6000 alerts a minute; nothing of this request was accepted',
    });
  });

  it('is told where no time would help: it is larger than the rate, and nobody knows its sender', async () => {
    const { message } = (await refusal(OPEN, 61)) as Error;
    expect(message).toContain('takes no larger request, since anyone can post to it; this one holds 61');
    expect(((await refusal(OPEN, 60)) as Error).message).not.toContain('larger');
    expect(((await refusal(BEARER, 6_001)) as Error).message).not.toContain('larger');
  });
});
