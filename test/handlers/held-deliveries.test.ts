import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertKey, watchedKey } from '../../functions/adapters/dynamodb/keys.ts';
import { acceptedAlert, judgeAlert } from '../../functions/core/operator/audit/judge-alert.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import { anAlert, anAttempt, anInterval, aRoute, aRoutedAlert } from '../adapters/records.ts';
import { faultyMailWorld } from './faulty-mail-world.ts';
import type { Kill } from './mail-fault.ts';
import { patienceMs, someOf } from './some-of.ts';
import { REQUEST } from './watched-messages.ts';
import { type WatchedWorld, watchedWorld } from './watched-world.ts';

const MINUTE_MS = 60_000;
const HOLD_MS = 14 * 60 * MINUTE_MS;
const COUNT = 3;

let world: WatchedWorld;
beforeEach(async () => {
  world = await watchedWorld();
});
afterEach(async () => {
  await world.close();
});

const iso = (ms: number) => new Date(ms).toISOString();
const ids = Array.from({ length: COUNT }, (_, index) => deliveryId(alertId(REQUEST, index), 'dst_1'));

/** Alerts of one request, as a router stores them that holds them for `holdMs`. */
async function held(holdMs = HOLD_MS, routes?: string[]): Promise<void> {
  const now = iso(world.clock.at);
  await world.acceptRequest(COUNT);
  await world.store.put(
    ids.map((id, index) => {
      const alert = anAlert({
        id: alertId(REQUEST, index),
        received_at: now,
        raw: { sha256: '', size: 0, index },
      });
      const outside = {
        intervals: ['office-hours'],
        until: iso(world.clock.at + holdMs),
        ...(routes && { routes }),
      };
      return aRoutedAlert(alert, {
        routed_at: now,
        deliveries: [{ id, destination_id: 'dst_1', channel: 'webhook', outside }],
      });
    }),
  );
}

const sent = async () => (await world.messages('webhook')) as DeliveryMessage[];
const sentIds = async () => [...new Set((await sent()).map(({ delivery_id: id }) => id))].toSorted();
const watchAfter = async (ms: number) => {
  world.clock.at += ms;
  await world.watch();
};

async function deliver(messages: readonly DeliveryMessage[]): Promise<number> {
  let made = 0;
  for (const message of messages) {
    const claim = await world.deliveryLog.claim(message, iso(world.clock.at + 25_000));
    if (claim.claim !== 'granted') continue;
    made += 1;
    await world.deliveryLog.record(claim.delivery, anAttempt(), 'delivered');
  }
  return made;
}

describe('what a route holds', () => {
  test('is sent at the opening, once, and nobody is told that it is late', async () => {
    await held();
    await watchAfter(3 * MINUTE_MS);
    for (let hour = 1; hour < 14; hour += 1) await watchAfter(60 * MINUTE_MS);
    expect(await sent()).toEqual([]);
    await watchAfter(60 * MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
    expect(await sent()).toMatchObject(ids.map(() => ({ attempt: 1, round: 1, first_attempt: 1 })));
    const messages = await sent();
    await world.drain('webhook');
    expect(await deliver(messages)).toBe(COUNT);
    for (let minutes = 0; minutes < 120; minutes += 20) await watchAfter(20 * MINUTE_MS);
    expect(await sent()).toEqual([]);
    expect(await world.raised()).toEqual([]);
    expect(world.log.findLast(({ event }) => event === 'deliveries.watched')?.fields).toMatchObject({
      open: 0,
    });
  });

  test.each([0, MINUTE_MS, 4 * MINUTE_MS])(
    'for %i ms is sent within a minute of the first look at its request',
    async (holdMs) => {
      await held(holdMs);
      for (let minute = 0; minute < 6; minute += 1) await watchAfter(MINUTE_MS);
      expect(await sentIds()).toEqual(ids.toSorted());
    },
  );

  test('is pending with its reason and its time, and in its time by the audit', async () => {
    await held();
    const stored = await world.records.alert(alertId(REQUEST, 0));
    expect(stored?.deliveries).toMatchObject([
      { state: 'pending', reason: 'outside-interval', due_at: iso(world.clock.at + HOLD_MS) },
    ]);
    if (stored === undefined) throw new Error('it is not stored');
    const request = { requestId: REQUEST, sourceId: 'src_1', receivedAt: '', indexes: [] };
    const owed = acceptedAlert(alertId(REQUEST, 0), request);
    const judged = judgeAlert(owed, { routed: stored.routed, rows: [] }, world.clock.at + HOLD_MS);
    expect(judged.deliveries.map(({ standing, problem }) => [standing, problem])).toEqual([
      ['pending', undefined],
    ]);
  });

  test('is sent again, loudly, when its message is lost', async () => {
    await held();
    await watchAfter(3 * MINUTE_MS);
    await watchAfter(HOLD_MS);
    await world.drain('webhook');
    await watchAfter(25 * MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
    expect(await world.raised()).toMatchObject([{ type: 'tocsin.message-lost' }]);
  });

  test('longer than the retention is there when its time has come', async () => {
    await held(100 * 86_400_000);
    await watchAfter(3 * MINUTE_MS);
    for (const key of [alertKey(alertId(REQUEST, 0)), watchedKey(ids[0] ?? '')]) {
      const { Item } = await world.db.client.call('GetItem', { TableName: world.db.table, Key: key });
      expect(Number(Item?.['expires_at']) * 1_000).toBeGreaterThan(world.clock.at + 100 * 86_400_000);
    }
  });

  test.each(['before', 'after'] as const)(
    'is told once, also when the watcher dies %s any of its calls',
    async (when) => {
      await held();
      await watchAfter(3 * MINUTE_MS);
      world.clock.at += HOLD_MS;
      let deaths = 0;
      for (let killAt = 1; killAt <= 6; killAt += 1) {
        const run = world.handler(killAt, when, { isWatchMortal: true });
        await run.run().catch(() => (deaths += 1));
        world.clock.at += MINUTE_MS;
      }
      expect(deaths).toBeGreaterThan(0);
      await world.watch();
      expect(await sentIds()).toEqual(ids.toSorted());
      expect(await deliver(await sent())).toBe(COUNT);
    },
  );
});

describe('what a route holds, when the configuration changes', () => {
  const store = () => dynamodbConfigStore(world.db);
  /** Closed now and for the next `minutes`, by the wall clock of UTC. */
  const openingIn = (minutes: number) => {
    const [from, to] = [minutes, minutes + 60].map((at) =>
      iso(world.clock.at + at * MINUTE_MS).slice(11, 16),
    );
    return `${from ?? ''}-${to ?? ''}`;
  };
  const states = async () => {
    const found = await world.records.alert(alertId(REQUEST, 0));
    return found?.deliveries.map(({ state, reason, due_at: due }) => [state, reason, due]);
  };
  let interval: Interval;
  let route: Route;

  /** Held by a route whose interval opens in ten hours. */
  async function heldByRoute(given: Partial<Route> = {}): Promise<void> {
    interval = anInterval({ times: openingIn(600) });
    route = aRoute({ activeIntervalIds: [interval.id], ...given });
    await store().create('interval', interval);
    await store().create('route', route);
    await held(600 * MINUTE_MS, [route.id]);
    await watchAfter(3 * MINUTE_MS);
    await watchAfter(MINUTE_MS);
  }

  async function change(after: Partial<Interval>): Promise<void> {
    expect(await store().update('interval', interval, { ...interval, ...after })).toBe('changed');
  }

  test('it is told within a minute of a change after which its interval is open', async () => {
    await heldByRoute();
    expect(await sent()).toEqual([]);
    await change({ times: openingIn(0) });
    await watchAfter(MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
    expect(await deliver(await sent())).toBe(COUNT);
  });

  test('it waits for the opening of now when that is later, says so, and is told once', async () => {
    await heldByRoute();
    await change({ times: openingIn(720) });
    const opening = iso(world.clock.at + 720 * MINUTE_MS);
    await watchAfter(MINUTE_MS);
    expect(await states()).toEqual([['pending', 'outside-interval', opening]]);
    await watchAfter(700 * MINUTE_MS);
    expect(await sent()).toEqual([]);
    expect(await world.raised()).toEqual([]);
    await watchAfter(20 * MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
    const messages = await sent();
    expect(messages.every(({ outside }) => outside?.intervals[0] === 'office-hours')).toBe(true);
    expect(await deliver(messages)).toBe(COUNT);
    await watchAfter(30 * MINUTE_MS);
    expect(await deliver(await sent())).toBe(0);
  });

  test('a change that came before it was first looked at counts too', async () => {
    interval = anInterval({ times: openingIn(600) });
    route = aRoute({ activeIntervalIds: [interval.id] });
    await store().create('interval', interval);
    await store().create('route', route);
    await held(600 * MINUTE_MS, [route.id]);
    await change({ times: openingIn(0) });
    await watchAfter(3 * MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
  });

  test.each<[string, () => Promise<unknown>]>([
    ['takes its interval away', async () => store().update('route', route, aRoute())],
    ['is disabled', async () => store().update('route', route, { ...route, isEnabled: false })],
    [
      'is deleted',
      async () => {
        const located = await store().locate('route', route.id);
        if (located !== undefined) await store().delete(located);
      },
    ],
  ])('it is told when its route %s', async (_, changed) => {
    await heldByRoute();
    await changed();
    await watchAfter(MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
  });

  test('it is told at its opening when its route drops such alerts by now', async () => {
    await heldByRoute();
    await store().update('route', route, { ...route, outside: 'drop' });
    await watchAfter(MINUTE_MS);
    expect(await sent()).toEqual([]);
    await watchAfter(600 * MINUTE_MS);
    expect(await sentIds()).toEqual(ids.toSorted());
    expect((await sent()).every(({ outside }) => outside?.until !== undefined)).toBe(true);
  });

  test('it is told after seven days, however often the interval is put off', async () => {
    await heldByRoute();
    for (let day = 0; day < 8; day += 1) {
      const after = { ...interval, times: openingIn(1_439), updatedAt: iso(world.clock.at) };
      await store().update('interval', interval, after);
      interval = after;
      await watchAfter(24 * 60 * MINUTE_MS - 10 * MINUTE_MS);
      if (day < 6) expect(await sent()).toEqual([]);
    }
    expect(await sentIds()).toEqual(ids.toSorted());
  });

  test.each(['before', 'after'] as const)(
    'it is told once, also when the watcher dies %s any of its calls',
    async (when) => {
      await heldByRoute();
      await change({ times: openingIn(720) });
      const runAll = async () => {
        let deaths = 0;
        for (let killAt = 1; killAt <= 12; killAt += 1) {
          await world
            .handler(killAt, when, { isWatchMortal: true })
            .run()
            .catch(() => (deaths += 1));
        }
        await world.watch();
        return deaths;
      };
      expect(await runAll()).toBeGreaterThan(0);
      expect(await sent()).toEqual([]);
      world.clock.at += 720 * MINUTE_MS;
      expect(await runAll()).toBeGreaterThan(0);
      expect(await sentIds()).toEqual(ids.toSorted());
      expect(await deliver(await sent())).toBe(COUNT);
    },
  );
});

describe('mails that were held', () => {
  const together = { refusals: 0, flood: COUNT, isHeld: true };
  const severities = ['high', 'critical', 'low'] as const;
  const anAlertOf = (index: number) => ({
    dedup_key: `k${index}`,
    severity: severities[index] ?? 'high',
  });

  test('are one digest, whatever their kinds', async () => {
    const run = await faultyMailWorld({ ...together, anAlertOf, kills: new Map() });
    expect(run.told.map(({ count }) => count)).toEqual([COUNT]);
    expect(run.rows.map((row) => row?.state)).toEqual(['digested', 'digested', 'digested']);
  });

  test.each<Kill>(['killed-before', 'killed-after'])(
    'are each told once when their worker is %s any one call',
    { timeout: patienceMs(60_000) },
    async (kill) => {
      const calls = (await faultyMailWorld({ ...together, anAlertOf, kills: new Map() })).calls;
      for (const [index, call] of someOf([...calls.entries()], 8)) {
        // SES took it, and nobody lived to write it down.
        if (call === 'SendRawEmail' || calls[index - 1] === 'SendRawEmail') continue;
        const run = await faultyMailWorld({ ...together, anAlertOf, kills: new Map([[index, kill]]) });
        const told = run.told.reduce((sum, { count }) => sum + count, 0);
        expect(`${index} ${call}: ${told}, ${run.deadLetters}`).toBe(`${index} ${call}: ${COUNT}, 0`);
      }
    },
  );
});
