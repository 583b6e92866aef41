import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { aRequest, inMemoryPorts } from './a-request.ts';

/** Text that does not become smaller than three quarters. */
const noise = (bytes: number): string =>
  createHash('shake256', { outputLength: Math.ceil((bytes * 3) / 4) })
    .update('noise')
    .digest('base64')
    .slice(0, bytes);

async function alertsOf(body: object | Buffer) {
  const { ports, enqueued } = inMemoryPorts();
  const answer = await ingestAlerts(aRequest({ body }), ports);
  return { rejected: answer.rejected, alerts: enqueued.flatMap(({ alerts }) => alerts) };
}

describe('the size of a record', () => {
  it('may not exceed what can be stored and sent, even compressed; the others are accepted', async () => {
    const { rejected, alerts } = await alertsOf([
      { title: 'small' },
      { title: 'noise that fits', details: { noise: noise(230_000) } },
      { title: 'noise', details: { noise: noise(500_000) } },
    ]);
    expect(alerts.map(({ title }) => title)).toEqual(['small', 'noise that fits']);
    expect(rejected).toMatchObject([{ index: 2, code: 'record-too-large' }]);
  });

  it('counts compressed: a long repetition is no large record', async () => {
    const { alerts } = await alertsOf([{ title: 'repetition', details: { text: 'again '.repeat(150_000) } }]);
    expect(alerts).toHaveLength(1);
  });
});

describe('a dedup key', () => {
  it.each([1, 255])('of %i characters is the sender’s own', async (length) => {
    const key = 'k'.repeat(length);
    expect((await alertsOf([{ title: 'x', dedup_key: key }])).alerts[0]?.dedup_key).toBe(key);
  });

  it('that is longer becomes a hash, which differs where the keys differ', async () => {
    const keys = ['a', 'b', 'a'].map((end) => 'k'.repeat(255) + end);
    const { alerts } = await alertsOf(keys.map((key) => ({ title: 'x', dedup_key: key })));
    const [a, b, again] = alerts.map(({ dedup_key: key }) => key);
    expect(a).toMatch(/^[0-9a-f]{64}$/);
    expect(b).toMatch(/^[0-9a-f]{64}$/);
    expect(b).not.toBe(a);
    expect(again).toBe(a);
  });
});

it('an alert names the bytes as they were sent, compressed ones too', async () => {
  const body = gzipSync('{"title":"x"}');
  const { alerts } = await alertsOf(body);
  expect(alerts[0]?.raw).toMatchObject({
    sha256: createHash('sha256').update(body).digest('hex'),
    size: body.length,
  });
});
