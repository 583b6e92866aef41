import { describe, expect, it } from 'vitest';
import { canaryPhases } from '../../../functions/core/canary/canary-phases.ts';
import { canaryWorld, HEARTBEAT_URL, type Outage } from './canary-world.ts';

describe('a canary that arrives', () => {
  it('leaves a receipt, tells the heartbeat and nobody else', async () => {
    const world = canaryWorld();
    await world.pass(15);
    expect(world.canaries).toHaveLength(3);
    expect(world.canaries.every(({ received_at: at }) => at !== undefined)).toBe(true);
    expect(world.pings.map(({ url }) => url)).toEqual([HEARTBEAT_URL, HEARTBEAT_URL, HEARTBEAT_URL]);
    expect(world.told).toEqual([]);
  });

  it('has a duration for each of its phases', async () => {
    const world = canaryWorld();
    await world.run();
    const [canary] = world.canaries;
    if (canary === undefined) throw new Error('none was sent');
    const phases = canaryPhases(canary, [...world.trails.values()][0], true);
    expect(phases.map((one) => [one.phase, one.state === 'done' ? one.took_ms : one.state])).toEqual([
      ['accepted', 40],
      ['routed', 100],
      ['delivered', 100],
      ['receipt', 0],
      ['heartbeat', 20],
      ['mail', 150],
    ]);
  });

  it('goes by mail once a UTC day', async () => {
    const world = canaryWorld();
    await world.pass(24 * 60 + 10);
    const mailed = world.canaries.filter(({ with_mail: withMail }) => withMail);
    expect(mailed.map(({ sent_at: at }) => at.slice(0, 10)).toSorted()).toEqual(['2026-03-01', '2026-03-02']);
  });

  it('goes by no mail where there is no SES, and nobody misses it', async () => {
    const world = canaryWorld({ sendsMail: false });
    await world.pass(24 * 60 + 10);
    expect(world.canaries.some(({ with_mail: withMail }) => withMail)).toBe(false);
    expect(world.told).toEqual([]);
  });

  it('tells no heartbeat where there is none', async () => {
    const world = canaryWorld({ hasHeartbeat: false });
    await world.pass(10);
    expect(world.pings).toEqual([]);
    expect(world.told).toEqual([]);
  });
});

/** What is said of each outage: the phase, and what of the problem names it. */
const OUTAGES: [outage: Outage, phase: string, problem: RegExp][] = [
  ['door-refuses', 'accepted', /^the door answered 401 unauthorized; expected 202$/u],
  ['door-unreachable', 'accepted', /ENOTFOUND/u],
  ['secret-gone', 'accepted', /secret "Tocsin\/source\/src_tocsinCanary" does not exist/u],
  ['router-dead', 'routed', /no router/u],
  ['worker-dead', 'delivered', /webhook queue is not worked off/u],
  ['receiver-dead', 'receipt', /answered 500/u],
  ['receiver-forgets', 'receipt', /no receipt/u],
  ['heartbeat-unreachable', 'heartbeat', /ECONNREFUSED/u],
  ['mail-rejected', 'mail', /mail-not-permitted/u],
];

describe.each(OUTAGES)('an outage: %s', (outage, phase, problem) => {
  it(`is told once, as one at "${phase}", and once more when it is over`, async () => {
    const world = canaryWorld();
    world.breaks(outage);
    // The mail of a day is judged after half an hour.
    await world.pass(60);
    expect(world.told).toHaveLength(1);
    expect(world.told[0]).toMatchObject({ type: 'tocsin.canary-late', status: 'firing', details: { phase } });
    expect(String(world.told[0]?.details['problem'])).toMatch(problem);
    world.mends(outage);
    await world.pass(26 * 60);
    expect(world.told.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    expect(world.state().alarms).toEqual({});
  });

  it('says nothing of the URL of the heartbeat, and of no secret', async () => {
    const world = canaryWorld();
    world.breaks(outage);
    await world.pass(60);
    const said = JSON.stringify([
      world.told,
      world.lines,
      world.canaries,
      world.pings.map(({ body }) => body),
    ]);
    expect(said).not.toContain('7f1c-secret-path');
    expect(said).not.toContain('the secret of');
    expect(said).not.toContain('a word of somebody else');
  });
});

describe('who listens outside', () => {
  it.each(OUTAGES.filter(([, phase]) => phase !== 'heartbeat' && phase !== 'mail'))(
    'hears of %s at /fail, with every run',
    async (outage) => {
      const world = canaryWorld();
      await world.pass(5);
      world.breaks(outage);
      await world.pass(15);
      const fails = world.pings.filter(({ url }) => url === `${HEARTBEAT_URL}/fail`);
      expect(fails).toHaveLength(2);
      expect(fails[0]?.body).toContain('canary stopped at');
    },
  );

  it('hears nothing of a canary that is late', async () => {
    const world = canaryWorld();
    world.breaks('router-dead');
    await world.run();
    world.clock.at += 10 * 60_000;
    world.mends('router-dead');
    await world.run();
    expect(world.canaries.every(({ received_at: at }) => at !== undefined)).toBe(true);
    const successes = world.pings.filter(({ url }) => url === HEARTBEAT_URL);
    expect(successes).toHaveLength(1);
  });
});

it('goes on sending while what it needs for judging fails, and says so', async () => {
  const world = canaryWorld();
  await world.run();
  const stored = world.ports.stored.find;
  world.clock.at += 5 * 60_000;
  world.ports.stored.find = async () => {
    throw new Error('the table does not answer');
  };
  await expect(world.run()).rejects.toThrow('the table does not answer');
  expect(world.canaries).toHaveLength(2);
  world.ports.stored.find = stored;
});

it('a canary whose sender died before the door answered is missed', async () => {
  const world = canaryWorld();
  await world.log.begin({
    id: 'lost',
    sent_at: '2026-03-01T00:00:00.000Z',
    sent_by: 'schedule',
    with_mail: false,
  });
  world.clock.at += 5 * 60_000;
  await world.run();
  expect(world.told[0]?.details).toMatchObject({ phase: 'accepted', canary_id: 'lost' });
});

it('two watches out of order are two alerts, and one of them does not hide the other', async () => {
  const world = canaryWorld();
  world.breaks('heartbeat-unreachable');
  await world.pass(15);
  world.breaks('router-dead');
  await world.pass(15);
  expect(world.told.map(({ details }) => details['watch'])).toEqual(['heartbeat', 'path']);
});
