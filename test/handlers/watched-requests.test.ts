import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import { deliveryKey, deliveryTimeRow } from '../../functions/adapters/dynamodb/keys.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { digestDeliveryId, digestId, type Digest } from '../../functions/core/model/wire/digest.ts';
import { anAlert, anAttempt, aRoutedAlert } from '../adapters/records.ts';
import { messagesAt, REQUEST } from './watched-messages.ts';
import { type WatchedWorld, watchedWorld } from './watched-world.ts';

let world: WatchedWorld;
beforeEach(async () => {
  world = await watchedWorld();
});
afterEach(async () => {
  await world.close();
});

const { now, accepted, aDelivery } = messagesAt(() => world.clock.at);

describe('what was accepted and has not ended', () => {
  const take = async (count = 2) => {
    const message = accepted(count);
    await world.acceptRequest(count);
    return message;
  };
  const planned = (id: string) => ({
    id: deliveryId(id, 'dst_1'),
    destination_id: 'dst_1',
    channel: 'webhook' as const,
  });
  const later = (minutes: number) => void (world.clock.at += minutes * 60_000);
  const lastSeen = () => world.log.findLast(({ event }) => event === 'deliveries.watched')?.fields;

  test('is not looked for again once it has ended: nothing is written but how far the look went', async () => {
    const message = await take(1);
    const [alert] = message.alerts;
    const routed = aRoutedAlert(alert, { deliveries: [planned(alert?.id ?? '')] });
    await world.store.put([routed]);
    const claim = await world.deliveryLog.claim(aDelivery(), now());
    if (claim.claim !== 'granted') throw new Error(claim.claim);
    await world.deliveryLog.record(claim.delivery, anAttempt(), 'delivered');
    later(3);
    const before = world.db.calls.length;
    await world.watch();
    expect(lastSeen()).toMatchObject({ requests: 1, open: 0 });
    const written = world.db.calls
      .slice(before)
      .filter(({ operation }) => !['Query', 'BatchGetItem', 'GetItem'].includes(operation));
    const keys = written.map(({ body }) => {
      const { Key, Item } = JSON.parse(body) as Record<'Key' | 'Item', { pk: unknown } | undefined>;
      return (Key ?? Item)?.pk;
    });
    expect(keys).toEqual(written.map(() => ({ S: 'WATCHER' })));
    later(3);
    await world.watch();
    expect(lastSeen()).toMatchObject({ requests: 0, open: 0 });
  });

  test('is found by the ids of its answer from the 202 on, whatever becomes of it', async () => {
    const message = await take();
    await world.sendAccepted(message);
    const routings = async () => {
      const open = await world.records.openRequests();
      const request = await world.records.request(REQUEST);
      return {
        open: open.flatMap(({ alerts }) => alerts.map(({ routing }) => routing)),
        request: request?.alerts.map(({ id, routing }) => [id, routing]),
        isLost: request?.isLost,
      };
    };
    const ids = message.alerts.map(({ id }) => id);
    const all = (routing: string) => ids.map((id) => [id, routing]);
    const waiting = { open: ['waiting', 'waiting'], request: all('waiting'), isLost: false };
    expect(await routings()).toEqual(waiting);
    later(30);
    await world.watch();
    expect(await routings()).toEqual(waiting);
    await world.giveUp('alerts');
    await world.watch();
    expect(await routings()).toEqual({ open: [], request: all('dead'), isLost: false });
    await world.store.put(message.alerts.map((alert) => aRoutedAlert(alert)));
    expect(await routings()).toEqual({ open: [], request: all('routed'), isLost: false });
  });

  test('reads as pending once the lease of its worker is over, in every view', async () => {
    const message = aDelivery();
    await world.store.put([aRoutedAlert(message.alert, { deliveries: [planned(message.alert_id)] })]);
    await world.deliveryLog.claim(message, new Date(world.clock.at + 25_000).toISOString());
    const states = async () => [
      (await world.records.alert(message.alert_id))?.deliveries.map(({ state }) => state),
      (
        await world.records.deliveries({
          destinationId: 'dst_1',
          since: now().slice(0, 10),
          until: now(),
          limit: 10,
        })
      ).items.map(({ state }) => state),
    ];
    expect(await states()).toEqual([['sending'], ['sending']]);
    later(1);
    expect(await states()).toEqual([['pending'], ['pending']]);
  });

  test('and whose alerts wait in their queue is watched, and let go once they are routed', async () => {
    const message = await take();
    await world.sendAccepted(message);
    later(3);
    await world.watch();
    expect(lastSeen()).toMatchObject({ open: 1 });
    later(60);
    await world.watch();
    expect(lastSeen()).toMatchObject({ open: 1 });
    expect(await world.raised()).toEqual([]);
    await world.store.put(message.alerts.map((alert) => aRoutedAlert(alert, { routing: 'unrouted' })));
    later(6);
    await world.watch();
    later(6);
    await world.watch();
    expect(lastSeen()).toMatchObject({ open: 0 });
  });

  test('and lies in no queue is told of loudly, once, and watched on', async () => {
    await take();
    later(3);
    await world.watch();
    later(21);
    await world.watch();
    expect(await world.raised()).toMatchObject([
      {
        type: 'tocsin.message-lost',
        severity: 'critical',
        details: { request_id: REQUEST, source_id: 'src_1', missing: 2 },
      },
    ]);
    later(120);
    await world.watch();
    expect(await world.raised()).toHaveLength(1);
    // The request, and the alert that tells of it, which no router has here.
    expect(lastSeen()).toMatchObject({ open: 2 });
  });

  test.each([
    ['has no row', false],
    ['was claimed by a worker that died', true],
  ])(
    'a delivery that %s and whose message is gone is sent again under the same id',
    async (_name, isClaimed) => {
      const message = await take(1);
      const [alert] = message.alerts;
      const id = alert?.id ?? '';
      await world.store.put([aRoutedAlert(alert, { routed_at: now(), deliveries: [planned(id)] })]);
      const first = aDelivery('webhook', { delivery_id: planned(id).id });
      if (isClaimed) await world.deliveryLog.claim(first, now());
      later(3);
      await world.watch();
      expect(await world.messages('webhook')).toEqual([]);
      later(25);
      await world.watch();
      const sent = (await world.messages('webhook')) as DeliveryMessage[];
      expect(sent).toMatchObject([{ delivery_id: planned(id).id, alert_id: id, round: 1 }]);
      expect(await world.raised()).toMatchObject([
        { type: 'tocsin.message-lost', details: { example_delivery_id: planned(id).id } },
      ]);
      const [again] = sent;
      expect(await world.deliveryLog.claim(again ?? first, now())).toMatchObject({ claim: 'granted' });
      // Had the first message only been late, it would find its attempt taken.
      expect((await world.deliveryLog.claim(first, now())).claim).not.toBe('granted');
    },
  );

  describe('alerts that joined a digest', () => {
    const ANA = { destinationId: 'dst_1', recipient: 'ana@example.com' };
    const digestOf = (kind: Digest['kind'], closesMs: number): Digest => ({
      id: digestId(ANA, kind, closesMs),
      kind,
      opened_at: new Date(closesMs - 300_000).toISOString(),
      closes_at: new Date(closesMs).toISOString(),
    });

    /** Writes the row of a delivery to Ana, as it stands after it joined a digest or was closed. */
    async function row(id: string, of: string, given: Partial<Delivery>): Promise<void> {
      const delivery = {
        id,
        alert_id: of,
        destination_id: 'dst_1',
        channel: 'email',
        recipient: ANA.recipient,
        attempt: 1,
        round: 1,
        created_at: now(),
        updated_at: now(),
        attempts: [],
        ...given,
      } as Delivery;
      await world.db.client.call('PutItem', {
        TableName: world.db.table,
        Item: {
          ...deliveryKey(delivery),
          ...deliveryTimeRow(id, 'dst_1', now()),
          ...delivery,
          expires_at: Math.floor(world.clock.at / 1_000) + 86_400,
        },
      });
    }

    const joined = ({ id, kind, opened_at: openedAt, closes_at: closesAt }: Digest): Partial<Delivery> => ({
      state: 'digested',
      digest_id: id,
      digest_kind: kind,
      digest_opened_at: openedAt,
      due_at: closesAt,
    });

    /** Three alerts to Ana that joined the same digest. */
    async function join(digest: Digest): Promise<void> {
      const { alerts } = await take(3);
      const plan = (id: string) => ({
        id: deliveryId(id, 'dst_1', ANA.recipient),
        destination_id: 'dst_1',
        channel: 'email' as const,
        recipient: ANA.recipient,
      });
      await world.store.put(
        alerts.map((alert) => aRoutedAlert(alert, { routed_at: now(), deliveries: [plan(alert.id)] })),
      );
      for (const { id } of alerts) await row(plan(id).id, id, joined(digest));
    }

    async function watchFor(minutes: number): Promise<void> {
      for (let passed = 0; passed < minutes; passed += 3) {
        await world.watch();
        later(3);
      }
    }

    const own = (digest: Digest): string => digestDeliveryId(digest.id, ANA);

    test('are told by it although its message is gone: it is sent again, once for all of them', async () => {
      const digest = digestOf('window', world.clock.at + 300_000);
      await join(digest);
      await watchFor(15);
      expect(await world.messages('email')).toEqual([]);
      await watchFor(21);
      expect(await world.messages('email')).toMatchObject([
        { delivery_id: own(digest), alert_id: digest.id, digest, attempt: 1, recipient: ANA.recipient },
      ]);
      expect(await world.raised()).toMatchObject([
        { type: 'tocsin.message-lost', details: { example_delivery_id: own(digest) } },
      ]);
    });

    test('are told by it although its worker died: the next attempt is sent', async () => {
      const digest = digestOf('window', world.clock.at + 300_000);
      await join(digest);
      await row(own(digest), digest.id, { state: 'sending', lease_until: now(), own_digest: digest });
      await watchFor(40);
      expect(await world.messages('email')).toMatchObject([
        { delivery_id: own(digest), digest, attempt: 2, first_attempt: 2, round: 1 },
      ]);
    });

    test('are told by the storm that it joined, whose message is gone', async () => {
      const digest = digestOf('window', world.clock.at + 300_000);
      const storm = digestOf('storm', world.clock.at + 600_000);
      await join(digest);
      await row(own(digest), digest.id, { ...joined(storm), own_digest: digest });
      await watchFor(45);
      expect(await world.messages('email')).toMatchObject([
        { delivery_id: own(storm), alert_id: storm.id, digest: storm, attempt: 1 },
      ]);
    });

    test('are let go once it is told', async () => {
      const digest = digestOf('window', world.clock.at + 300_000);
      await join(digest);
      await watchFor(6);
      expect(lastSeen()).toMatchObject({ open: 1 });
      await row(own(digest), digest.id, { state: 'delivered', own_digest: digest });
      await watchFor(40);
      expect(await world.messages('email')).toEqual([]);
      expect(lastSeen()).toMatchObject({ open: 0 });
    });
  });

  test('a delivery of a system alert, behind which no request stands, is sent again when its message is gone', async () => {
    const alert = anAlert({ id: 'system-1', source: { id: 'tocsin', name: 'Tocsin', format: 'system' } });
    const delivery = planned(alert.id);
    const systemAlerts = dynamodbSystemAlerts({ ...world.db, clock: world.clock, retentionDays: 90 });
    await systemAlerts.watch([{ id: delivery.id, alert_id: alert.id }]);
    await world.store.put([aRoutedAlert(alert, { routed_at: now(), deliveries: [delivery] })]);
    for (let minutes = 0; minutes < 30; minutes += 3) {
      await world.watch();
      later(3);
    }
    expect(await world.messages('webhook')).toMatchObject([{ delivery_id: delivery.id, alert_id: alert.id }]);
  });

  test('a delivery whose queue is never empty is sent again after 20, 40, 80 minutes, and no alert says that it is lost', async () => {
    const message = await take(1);
    const [alert] = message.alerts;
    const id = alert?.id ?? '';
    await world.store.put([aRoutedAlert(alert, { routed_at: now(), deliveries: [planned(id)] })]);
    await world.sendDelivery('webhookRetry', aDelivery());
    const sentAfter: number[] = [];
    for (let minutes = 0; minutes <= 150; minutes += 3) {
      await world.watch();
      if (lastSeen()?.['doubted'] === 1) sentAfter.push(minutes);
      later(3);
    }
    expect(sentAfter).toHaveLength(3);
    expect(sentAfter[0]).toBeLessThan(30);
    const sent = (await world.messages('webhook')) as DeliveryMessage[];
    expect(sent.map(({ delivery_id: sentId }) => sentId)).toEqual([1, 2, 3].map(() => planned(id).id));
    expect(await world.raised()).toEqual([]);
    expect(lastSeen()).toMatchObject({ open: 1 });
  });

  test('of many at one destination whose queue is never empty ten are sent again at a time', async () => {
    const message = await take(30);
    await world.store.put(
      message.alerts.map((alert) =>
        aRoutedAlert(alert, { routed_at: now(), deliveries: [planned(alert.id)] }),
      ),
    );
    await world.sendDelivery('webhookRetry', aDelivery());
    later(3);
    await world.watch();
    later(25);
    const rounds: unknown[] = [];
    for (let round = 0; round < 4; round += 1) {
      await world.watch();
      rounds.push(lastSeen()?.['doubted']);
      later(6);
    }
    expect(rounds).toEqual([10, 10, 10, 0]);
    expect(await world.raised()).toEqual([]);
  });
});
