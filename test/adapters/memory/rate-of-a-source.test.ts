import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { inMemoryRateLimiter } from '../../../functions/adapters/memory/rate-limiter.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, outcome } from '../../core/ingest/a-request.ts';

describe('the rate of a source', () => {
  it('refuses what is above it and says when to come again, and other sources notice nothing', async () => {
    const sources = ['src_1', 'src_2'].map((id) => aSource({ id, rateLimit: { perMinute: 3 } }));
    const { ports: base, enqueued, clock } = inMemoryPorts({ sources });
    const ports = { ...base, limiter: inMemoryRateLimiter() };
    const send = async (sourceId: string, at: number) =>
      outcome(aRequest({ sourceId, body: { title: `${at}` } }), ports);
    for (let at = 0; at < 3; at += 1) expect(await send('src_1', at)).toMatchObject({ accepted: 1 });
    expect(await send('src_1', 3)).toMatchObject({
      refusal: { code: 'rate-limited', retryAfterSeconds: 20 },
    });
    expect(await send('src_2', 4)).toMatchObject({ accepted: 1 });
    clock.nowMs += 20_000;
    expect(await send('src_1', 3)).toMatchObject({ accepted: 1 });
    expect(enqueued).toHaveLength(5);
  });

  it('of a source without authentication is not used up by one stranger with one large request', async () => {
    const { rateLimit: _, ...source } = aSource();
    const { ports: base, enqueued } = inMemoryPorts({ sources: [source] });
    const ports = { ...base, limiter: inMemoryRateLimiter() };
    const bomb = gzipSync('{"title":"x"}\n'.repeat(9_200));
    const refused = await outcome(aRequest({ body: bomb }), ports);
    expect(refused).toMatchObject({ refusal: { code: 'rate-limited', retryAfterSeconds: 60 } });
    expect('refusal' in refused && refused.refusal.message).toContain('this one holds 9200');
    expect(enqueued).toEqual([]);
    expect(await codeOf(aRequest(), ports)).toBe('accepted');
  });

  it.each(['bearer', 'none'] as const)(
    'never asks to come again later than in six minutes (%s)',
    async (type) => {
      for (const perMinute of [1, 60, 6_000]) {
        const source = aSource({ auth: { type }, rateLimit: { perMinute } });
        const { ports: base, clock } = inMemoryPorts({ sources: [source] });
        const ports = { ...base, limiter: inMemoryRateLimiter() };
        const headers = { authorization: 'Bearer a-secret-of-the-sender-2f9c' };
        const send = async (records: number, name: string) =>
          outcome(
            aRequest({ headers, body: Array.from({ length: records }, (_, at) => ({ title: name, at })) }),
            ports,
          );
        for (const records of [10_000, 1, perMinute, perMinute + 1, 10_000, 1]) {
          const result = await send(records, `${records} of ${perMinute}`);
          if (!('refusal' in result)) continue;
          expect(result.refusal.retryAfterSeconds).toBeGreaterThanOrEqual(1);
          expect(result.refusal.retryAfterSeconds).toBeLessThanOrEqual(360);
          clock.nowMs += (result.refusal.retryAfterSeconds ?? 0) * 1_000;
          // Whoever waits that long is let in, unless no wait would ever help.
          const again = await send(records, `again ${records} of ${perMinute}`);
          expect('refusal' in again).toBe(type === 'none' && records > perMinute);
        }
      }
    },
  );
});
