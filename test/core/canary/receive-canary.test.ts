import { describe, expect, it } from 'vitest';
import { canaryWorld } from './canary-world.ts';

const SENT_AT = '2026-03-01T00:00:00.000Z';
const canary = (details: object = { canary_id: 'one', sent_at: SENT_AT }) =>
  JSON.stringify({ data: { details } });

async function flying() {
  const world = canaryWorld();
  await world.log.begin({ id: 'one', sent_at: SENT_AT, sent_by: 'schedule', with_mail: false });
  world.clock.at += 1_000;
  return world;
}

describe('the receiver of canaries', () => {
  it('keeps a receipt of one that is signed', async () => {
    const world = await flying();
    expect(await world.receive(canary())).toMatchObject({ receipt: 'kept', latencyMs: 1_000, isLate: false });
    expect(world.canaries[0]?.received_at).toBe('2026-03-01T00:00:01.000Z');
  });

  it('keeps one receipt of one that comes twice, and tells the heartbeat once', async () => {
    const world = await flying();
    await world.receive(canary());
    world.clock.at += 1_000;
    expect(await world.receive(canary())).toMatchObject({ receipt: 'kept', isFirst: false });
    expect(world.canaries[0]?.received_at).toBe('2026-03-01T00:00:01.000Z');
    expect(world.pings).toHaveLength(1);
  });

  it.each([
    ['signed with another secret', canary(), { secret: 'another secret' }],
    ['signed five minutes ago', canary(), { ageMs: 301_000 }],
    ['of the future', canary(), { ageMs: -301_000 }],
    ['that is no JSON', 'canary', {}],
    ['that is another alert', canary({ title: 'disk full' }), {}],
    ['without a time', canary({ canary_id: 'one' }), {}],
    ['with a time that is none', canary({ canary_id: 'one', sent_at: 'yesterday' }), {}],
    ['of nothing', '', {}],
  ])('refuses what is %s', async (_, body, how) => {
    const world = await flying();
    expect(await world.receive(body, how)).toEqual({ receipt: 'refused' });
    expect(world.canaries[0]?.received_at).toBeUndefined();
    expect(world.pings).toEqual([]);
  });
});
