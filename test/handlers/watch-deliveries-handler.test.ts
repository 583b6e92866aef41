import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import { idsOf } from '../../functions/core/model/wire/dead-letter.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import { deliveryKey, deliveryTimeRow } from '../../functions/adapters/dynamodb/keys.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { digestDeliveryId, digestId, type Digest } from '../../functions/core/model/wire/digest.ts';
import { anAlert, aMessage, anAttempt, aRoutedAlert } from '../adapters/records.ts';
import { type WatchedWorld, watchedWorld } from './watched-world.ts';

let world: WatchedWorld;
beforeEach(async () => {
  world = await watchedWorld();
});
afterEach(async () => {
  await world.close();
});

const now = () => new Date(world.clock.at).toISOString();
const REQUEST = '0c6a8d7e-0000-4000-8000-000000000001';

function someAlerts(count: number) {
  return Array.from({ length: count }, (_, index) =>
    anAlert({
      id: alertId(REQUEST, index),
      title: `alert ${index}`,
      received_at: now(),
      raw: { sha256: '', size: 0, index },
    }),
  );
}

function accepted(count = 2, given: Partial<AcceptedAlerts> = {}): AcceptedAlerts {
  return { schema_version: '1', request_id: REQUEST, alerts: someAlerts(count), ...given };
}

function aDelivery(channel: 'email' | 'webhook' = 'webhook', given: Partial<DeliveryMessage> = {}) {
  const alert = anAlert({ id: alertId(REQUEST, 0), received_at: now() });
  const recipient = channel === 'email' ? { recipient: 'ana@example.com' } : {};
  return aMessage({
    alert,
    alert_id: alert.id,
    delivery_id: deliveryId(alert.id, 'dst_1', recipient.recipient),
    channel,
    ...recipient,
    created_at: now(),
    ...given,
  });
}

const FEEDBACK = {
  'detail-type': 'Email Bounced',
  detail: {
    eventType: 'Bounce',
    mail: {
      messageId: 'm',
      timestamp: '2026-01-15T14:23:01.000Z',
      tags: { alertId: ['alert-of-mail'], deliveryId: ['delivery-of-mail'] },
    },
    bounce: { timestamp: '2026-01-15T14:23:02.000Z', bounceType: 'Permanent', feedbackId: 'f' },
  },
};

describe('what SQS itself moved to a dead-letter queue', () => {
  test.each(['webhook', 'webhookRetry', 'privateWebhook', 'privateWebhookRetry', 'email'] as const)(
    'of %s: the row is dead, the letter is the next round, a redrive sends it, a second run changes nothing',
    async (queue) => {
      const message = aDelivery(queue === 'email' ? 'email' : 'webhook');
      await world.deliveryLog.claim(message, now());
      await world.sendDelivery(queue, message);
      await world.giveUp(queue);
      expect(await world.read()).toMatchObject([{ queue, isUnrecorded: true }]);

      await world.watch();
      expect(await world.records.delivery(message.delivery_id)).toMatchObject({
        state: 'dead',
        reason: 'pipeline-fault',
        round: 1,
      });
      const letters = await world.read();
      expect(letters).toMatchObject([
        {
          queue,
          isUnrecorded: false,
          reason: 'pipeline-fault',
          delivery: { round: 2, attempt: 2, first_attempt: 2 },
        },
      ]);
      expect(await world.raised()).toMatchObject([
        {
          type: 'tocsin.dead-letter',
          severity: 'critical',
          details: { queue, example_delivery_id: message.delivery_id },
        },
      ]);

      await world.watch();
      expect(await world.read()).toHaveLength(1);
      expect(await world.raised()).toHaveLength(1);

      await world.redrive();
      const [redriven] = (await world.messages(queue)) as DeliveryMessage[];
      expect(await world.deliveryLog.claim(redriven ?? message, now())).toMatchObject({ claim: 'granted' });
    },
  );

  test('before its first attempt has a row then, as dead', async () => {
    const message = aDelivery();
    await world.sendDelivery('webhook', message);
    await world.giveUp('webhook');
    await world.watch();
    expect(await world.records.delivery(message.delivery_id)).toMatchObject({ state: 'dead', attempts: [] });
  });

  test('although it was delivered stays delivered, and stays a letter', async () => {
    const message = aDelivery();
    const claim = await world.deliveryLog.claim(message, now());
    if (claim.claim !== 'granted') throw new Error(claim.claim);
    await world.deliveryLog.record(claim.delivery, anAttempt(), 'delivered');
    await world.sendDelivery('webhook', message);
    await world.giveUp('webhook');
    await world.watch();
    expect(await world.records.delivery(message.delivery_id)).toMatchObject({ state: 'delivered' });
    expect(await world.read()).toHaveLength(1);
  });

  test('while a live worker has it is left alone until its lease is over', async () => {
    const message = aDelivery();
    await world.sendDelivery('webhook', message);
    await world.giveUp('webhook');
    await world.deliveryLog.claim(message, new Date(world.clock.at + 25_000).toISOString());
    await world.watch();
    expect(await world.records.delivery(message.delivery_id)).toMatchObject({ state: 'sending' });
    expect(await world.read()).toMatchObject([{ isUnrecorded: true }]);
    world.clock.at += 26_000;
    await world.watch();
    expect(await world.records.delivery(message.delivery_id)).toMatchObject({ state: 'dead' });
  });

  test('for a second time, after a move task kept its attributes, is dead in its new round', async () => {
    const message = aDelivery();
    await world.sendDelivery('webhook', message);
    await world.giveUp('webhook');
    await world.watch();
    await world.redrive();
    const [redriven] = (await world.messages('webhook')) as DeliveryMessage[];
    await world.deliveryLog.claim(redriven ?? message, now());
    await world.giveUp('webhook');
    expect(await world.read()).toMatchObject([{ isUnrecorded: true }]);
    await world.watch();
    expect(await world.records.delivery(message.delivery_id)).toMatchObject({ state: 'dead', round: 2 });
    expect(await world.read()).toMatchObject([{ isUnrecorded: false, delivery: { round: 3 } }]);
  });

  test.each([false, true])(
    'of the alerts queue (is_repeat %s): its alerts are listed as dead, and count as not stored',
    async (isRepeat) => {
      const message = accepted(2, isRepeat ? { is_repeat: true } : {});
      await world.sendAccepted(message);
      await world.giveUp('alerts');
      await world.watch();
      const ids = message.alerts.map(({ id }) => id);
      const listed = await world.records.alerts({ since: now().slice(0, 10), until: now(), limit: 10 });
      expect(new Map(listed.items.map(({ alert, routing }) => [alert.id, routing]))).toEqual(
        new Map(ids.map((id) => [id, 'dead'])),
      );
      expect(listed.items).toHaveLength(ids.length);
      expect(await world.store.stored(ids)).toEqual(new Set());
      expect(idsOf((await world.read())[0] ?? expect.fail('no letter'))).toEqual({
        alertIds: ids,
        deliveryIds: [],
        requestId: REQUEST,
      });

      // What the router makes of it after a redrive takes the place of the record: no alert stands twice in a list.
      await world.store.put(message.alerts.map((alert) => aRoutedAlert(alert)));
      const routed = await world.records.alerts({ since: now().slice(0, 10), until: now(), limit: 10 });
      expect(routed.items.map(({ routing }) => routing)).toEqual(['routed', 'routed']);
    },
  );

  test('never takes the place of what a router has stored', async () => {
    const message = accepted(2);
    const [first] = message.alerts;
    await world.store.put([aRoutedAlert(first)]);
    await world.sendAccepted(message);
    await world.giveUp('alerts');
    await world.watch();
    expect((await world.records.alert(alertId(REQUEST, 0)))?.routed.routing).toBe('routed');
    expect((await world.records.alert(alertId(REQUEST, 1)))?.routed.routing).toBe('dead');
  });

  test.each([
    [
      'emailFeedback',
      JSON.stringify(FEEDBACK),
      { alertIds: ['alert-of-mail'], deliveryIds: ['delivery-of-mail'] },
    ],
    ['emailFeedback', 'no JSON', { alertIds: [], deliveryIds: [] }],
    ['alerts', 'no JSON', { alertIds: [], deliveryIds: [] }],
    ['webhook', '{"schema_version":"9"}', { alertIds: [], deliveryIds: [] }],
  ] as const)('of %s, holding %s, is told of and kept as it is', async (queue, body, ids) => {
    await world.send(queue, body);
    await world.giveUp(queue);
    await world.watch();
    const letters = await world.read();
    expect(letters).toMatchObject([{ queue, body, isUnrecorded: false, reason: 'pipeline-fault' }]);
    expect(letters.map(idsOf)).toEqual([ids]);
    expect(await world.raised()).toMatchObject([{ details: { queue } }]);
  });

  test('of system alerts alone is recorded and not told: no loops', async () => {
    const alert = anAlert({ source: { id: 'tocsin', name: 'Tocsin', format: 'system' } });
    await world.sendAccepted(accepted(1, { request_id: 'system', alerts: [alert] }));
    await world.giveUp('alerts');
    await world.watch();
    expect((await world.records.alert(alert.id))?.routed.routing).toBe('dead');
    expect(await world.raised()).toEqual([]);
  });

  test('is visible again after a run, whatever the run did with it', async () => {
    await world.send('webhook', 'no JSON');
    await world.giveUp('webhook');
    await world.watch();
    expect(await world.letters.hidden()).toBe(0);
  });

  test('is never lost by a watcher that dies at any of its calls, and recorded by the next', async () => {
    const deaths = async (killAt: number, when: 'before' | 'after') => {
      const alert = anAlert({ id: `alert-${when}-${killAt}`, received_at: now() });
      const message = aDelivery('webhook', {
        alert,
        alert_id: alert.id,
        delivery_id: `delivery-${when}-${killAt}`,
      });
      await world.deliveryLog.claim(message, now());
      await world.sendDelivery('webhook', message);
      await world.giveUp('webhook');
      const watcher = world.handler(killAt, when);
      await watcher.run().catch(() => undefined);
      // A dead watcher shows nothing again: the letter comes back by itself.
      world.clock.at += 61_000;
      expect((await world.read()).length, `${when} call ${killAt}`).toBeGreaterThanOrEqual(1);
      await world.watch();
      const row = await world.records.delivery(message.delivery_id);
      expect(row, `${when} call ${killAt}`).toMatchObject({ state: 'dead', reason: 'pipeline-fault' });
      expect((await world.read()).filter(({ isUnrecorded }) => isUnrecorded)).toEqual([]);
      const told = await world.raised();
      expect(told).toHaveLength(1);
      await world.store.put(told.map((one) => aRoutedAlert(one)));
      // Two letters of one death are the same message: one claim is granted.
      await world.redrive();
      const claims = [];
      for (const redriven of (await world.messages('webhook')) as DeliveryMessage[]) {
        claims.push((await world.deliveryLog.claim(redriven, now())).claim);
      }
      expect(claims.filter((claim) => claim === 'granted')).toHaveLength(1);
      await world.drain('webhook');
      await world.drain('alerts');
      world.clock.at += 3_600_000;
      return watcher.calls();
    };
    const most = await deaths(Number.POSITIVE_INFINITY, 'before');
    expect(most).toBeGreaterThan(5);
    for (let killAt = 1; killAt <= most; killAt += 1) {
      await deaths(killAt, 'before');
      await deaths(killAt, 'after');
    }
  }, 60_000);
});

describe('what was accepted and has not ended', () => {
  const take = async (count = 2) => {
    const message = accepted(count);
    await world.ledger.claim({
      sourceId: 'src_1',
      key: 'key',
      requestId: REQUEST,
      bodySha256: 'abc',
      receivedAt: now(),
      windowSeconds: 60,
      indexes: [[0, count - 1]],
    });
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
