import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../functions/core/errors.ts';
import { unreadableTeller } from '../../../functions/core/ingest/tell-unreadable.ts';
import { UnreadableConfigError } from '../../../functions/core/model/config/unreadable-config.ts';
import { HOUR_MS } from '../../../functions/core/model/wire/source-health.ts';
import { aSource, NOW_MS } from './a-request.ts';

const damaged = (id: string) =>
  new GatewayError('not-durable', 'x', {
    cause: new UnreadableConfigError('x', { kind: 'source', id, problem: 'auth is missing' }),
  });

/** A teller with a clock, and what it told. */
function teller({ failing = 0 } = {}) {
  const clock = { nowMs: NOW_MS, now: () => clock.nowMs };
  const told: { type: string; description: string | undefined }[] = [];
  let failures = failing;
  const tell = unreadableTeller({
    clock,
    tenantId: 'Tocsin',
    alerts: {
      enqueue: async ({ alerts }) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the queue fails');
        told.push(...alerts.map(({ type, description }) => ({ type, description })));
      },
    },
  });
  return { tell, clock, told };
}

describe('a source that cannot be read', () => {
  it('is told once an hour, however many requests come', async () => {
    const { tell, clock, told } = teller();
    await tell(damaged('src_1'), undefined);
    await tell(damaged('src_1'), undefined);
    expect(told.map(({ type }) => type)).toEqual(['tocsin.configuration-unreadable']);
    clock.nowMs += HOUR_MS;
    await tell(damaged('src_1'), undefined);
    expect(told).toHaveLength(2);
  });

  it('is told apart from another one', async () => {
    const { tell, told } = teller();
    await tell(damaged('src_1'), undefined);
    await tell(damaged('src_2'), undefined);
    expect(told).toHaveLength(2);
  });

  it('is called by its name where that is known', async () => {
    const { tell, told } = teller();
    await tell(damaged('src_1'), aSource({ name: 'grafana-eu' }));
    expect(told[0]?.description).toContain('source grafana-eu ');
  });

  it('is told by the next request where the queue failed', async () => {
    const { tell, told } = teller({ failing: 1 });
    await expect(tell(damaged('src_1'), undefined)).rejects.toThrow('the queue fails');
    await tell(damaged('src_1'), undefined);
    expect(told).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ['a refusal of another cause', new GatewayError('not-durable', 'x', { cause: new Error('x') })],
    ['a refusal without a cause', new GatewayError('unauthorized', 'x')],
    ['no refusal at all', new TypeError('x')],
  ])('is not what %s is about', async (_name, refusal) => {
    const { tell, told } = teller();
    await tell(refusal, aSource());
    expect(told).toEqual([]);
  });
});
