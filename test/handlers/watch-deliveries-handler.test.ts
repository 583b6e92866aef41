import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alertId } from '../../functions/core/model/wire/ids.ts';
import { idsOf } from '../../functions/core/model/wire/dead-letter.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
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
