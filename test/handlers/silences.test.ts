import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { dynamodbSilences } from '../../functions/adapters/dynamodb/silences.ts';
import { configKey } from '../../functions/adapters/dynamodb/keys.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { aMessage, anAlert, anAttempt, aRoutedAlert, aSilence } from '../adapters/records.ts';
import { type WatchedWorld, watchedWorld } from './watched-world.ts';

let world: WatchedWorld;
beforeEach(async () => {
  world = await watchedWorld();
});
afterEach(async () => {
  await world.close();
});

const HOUR_MS = 3_600_000;
const silencesOf = ({ db, clock }: WatchedWorld) => dynamodbSilences({ ...db, clock, retentionDays: 90 });

/** A silence that ends in an hour, with what it kept from two destinations. */
async function silenced(covered: { to: string; alert: Partial<Alert>; isTold?: boolean }[]): Promise<void> {
  const at = (ms: number) => new Date(world.clock.at + ms).toISOString();
  await dynamodbConfigStore(world.db).create(
    'silence',
    aSilence({ startsAt: at(-HOUR_MS), endsAt: at(HOUR_MS) }),
  );
  const silences = silencesOf(world);
  for (const [index, { to, alert, isTold = false }] of covered.entries()) {
    const message = aMessage({
      destination_id: to,
      delivery_id: `delivery-${String(index)}`,
      alert: anAlert({ id: `alert-${String(index)}`, received_at: at(index), ...alert }),
    });
    // Noted twice, as after a death between the note and the row.
    await silences.note(message, { id: 'sil_1' }, { isTold });
    await silences.note(message, { id: 'sil_1' }, { isTold });
    if (!isTold) await world.deliveryLog.suppress(message, 'silenced', { id: 'sil_1' });
  }
}

/** Noted, as what a silence covers is before its row says so; and whatever became of it then. */
async function noted(id: string, becomes: (message: DeliveryMessage) => Promise<unknown>): Promise<void> {
  const alert = anAlert({ id: `alert-${id}`, dedup_key: id, title: id });
  const message = aMessage({ destination_id: 'dst_1', delivery_id: id, alert_id: alert.id, alert });
  await silencesOf(world).note(message, { id: 'sil_1' }, { isTold: false });
  await becomes(message);
}

const COVERED = [
  { to: 'dst_1', alert: { dedup_key: 'a', severity: 'high', title: 'disk full' } },
  { to: 'dst_1', alert: { dedup_key: 'a', severity: 'high', title: 'disk full' } },
  { to: 'dst_1', alert: { dedup_key: 'b', title: 'slow' } },
  { to: 'dst_1', alert: { dedup_key: 'b', status: 'resolved', title: 'slow' }, isTold: true },
  { to: 'dst_2', alert: { dedup_key: 'b', title: 'slow' } },
  { to: 'dst_2', alert: { dedup_key: 'b', status: 'resolved', title: 'slow' } },
  { to: 'dst_3', alert: { dedup_key: 'c', status: 'resolved' }, isTold: true },
] as const;

const summaryOf = (alerts: readonly Alert[]) =>
  alerts
    .filter(({ type }) => type === 'tocsin.silence-ended')
    .map(({ details, title, severity }) => [details['only_destination_id'], title, severity])
    .toSorted((a, b) => String(a[0]).localeCompare(String(b[0])));
const summaries = async () => summaryOf(await world.raised());

const EXPECTED = [
  ['dst_1', 'A silence ended: 3 alerts silenced, 1 still firing', 'high'],
  ['dst_2', 'A silence ended: 2 alerts silenced, 0 still firing', 'info'],
];

describe('when a silence ends', () => {
  test('each destination hears once how many were silenced and what still fires', async () => {
    await silenced([...COVERED]);
    await world.watch();
    expect(await summaries()).toEqual([]);
    world.clock.at += HOUR_MS + 60_000;
    await world.watch();
    expect(await summaries(), 'what was on its way has a moment').toEqual([]);
    world.clock.at += 61_000;
    await world.watch();
    expect(await summaries()).toEqual(EXPECTED);
    const told = (await world.raised()).find(({ details }) => details['only_destination_id'] === 'dst_1');
    expect(told?.description).toContain('Still firing: high: disk full');
    // As the router does with what it takes: what is neither stored nor in the queue would be raised again.
    await world.store.put((await world.raised()).map((alert) => aRoutedAlert(alert)));
    await world.drain('alerts');
    world.clock.at += 10 * HOUR_MS;
    await world.watch();
    expect(await summaries()).toEqual([]);
  });

  test('it is told once, wherever the watcher dies', async () => {
    await silenced([...COVERED]);
    world.clock.at += HOUR_MS + 121_000;
    const told = new Map<string, Alert>();
    const hear = async () => {
      for (const alert of await world.raised()) {
        // The router keeps what was said first under an id, and routes it once.
        if (alert.type === 'tocsin.silence-ended' && !told.has(alert.id)) told.set(alert.id, alert);
      }
      await world.drain('alerts');
    };
    for (const when of ['before', 'after'] as const) {
      for (let killAt = 1; killAt <= 4; killAt += 1) {
        await world
          .handler(killAt, when)
          .run()
          .catch(() => undefined);
        await hear();
      }
    }
    await world.watch();
    await hear();
    expect(summaryOf([...told.values()])).toEqual(EXPECTED);
  });

  test('what was not kept back by it is not counted, though it was noted', async () => {
    await silenced([COVERED[0]]);
    const { deliveryLog: log } = world;
    await noted('came again after its delivery', async (message) => {
      const claim = await log.claim(message, new Date(world.clock.at + 25_000).toISOString());
      if (claim.claim !== 'granted') expect.fail('the claim is not granted');
      await log.record(claim.delivery, anAttempt(), 'delivered');
      expect(await log.suppress(message, 'silenced', { id: 'sil_1' })).toBe(false);
    });
    await noted('its worker died, and the silence was over', async () => {});
    await noted('kept back by another silence', async (message) => {
      expect(await log.suppress(message, 'silenced', { id: 'sil_2' })).toBe(true);
      expect(await log.suppress(message, 'silenced', { id: 'sil_1' })).toBe(true);
    });
    world.clock.at += HOUR_MS + 121_000;
    await world.watch();
    expect(await summaries()).toEqual([
      ['dst_1', 'A silence ended: 1 alert silenced, 1 still firing', 'high'],
    ]);
  });

  test('it is told though a receiver is down, and its retries wait; but not while messages are at work', async () => {
    await silenced([COVERED[0]]);
    await world.send('email', '{}');
    await world.send('webhookRetry', '{}', 900);
    world.clock.at += HOUR_MS + 121_000;
    await world.send('webhookRetry', '{}', 900);
    await world.watch();
    expect(await summaries()).toEqual([]);
    await world.drain('email');
    await world.drain('webhookRetry');
    await world.watch();
    expect(await summaries()).toEqual([
      ['dst_1', 'A silence ended: 1 alert silenced, 1 still firing', 'high'],
    ]);
  });

  test('one that kept nothing back is not told', async () => {
    await silenced([]);
    world.clock.at += HOUR_MS + 121_000;
    await world.watch();
    expect(await summaries()).toEqual([]);
  });
});

test('a silence that cannot be read mutes nothing, and the others do', async () => {
  await silenced([]);
  const { client, table } = world.db;
  await client.call('PutItem', {
    TableName: table,
    Item: {
      ...configKey('silence', 'sil_2'),
      schema_version: 9,
      revision: 1,
      config: aSilence({ id: 'sil_2' }),
    },
  });
  const book = await silencesOf(world).load();
  const alert = anAlert({ labels: { env: 'dev' } });
  expect(book.over(alert, world.clock.at)?.id).toBe('sil_1');
  expect((await dynamodbConfigStore(world.db).list('silence')).unreadable).toMatchObject([
    { id: 'sil_2', problem: expect.stringContaining('schema_version is 9') as string },
  ]);
});
