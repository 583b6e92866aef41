import { setImmediate } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { describe, expect, test } from 'vitest';
import { DELIVERIES_COUNTED, metricsOf } from '../../functions/adapters/process/event-metrics.ts';
import type { Answered, Channel } from '../../functions/core/deliver/attempt.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { aMessage, anAlert, aWebhook } from '../adapters/records.ts';
import { memoryPorts, NOW } from '../core/deliver/memory-ports.ts';

const ok: Answered = { verdict: 'delivered', facts: { status: 200 } };
const destinations = Array.from({ length: 10 }, (_, index) =>
  aWebhook({ id: `dst_${index}`, name: `hook ${index}` }),
);

const messageTo = (index: number, given: Partial<DeliveryMessage> = {}) =>
  aMessage({ delivery_id: `delivery-${index}`, destination_id: `dst_${index}`, ...given });

function batch(...bodies: unknown[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      attributes: { SentTimestamp: String(Date.parse(NOW)) },
    })),
  } as unknown as SQSEvent;
}

function aHandler(send: (message: DeliveryMessage) => Promise<Answered>, hasBreaker = false) {
  const world = memoryPorts(destinations);
  const logged: { level: string; event: string; fields: Record<string, unknown> }[] = [];
  const keep = (level: string) => (event: string, fields: Record<string, unknown>) =>
    void logged.push({ level, event, fields });
  const prepare: Channel['prepare'] = async (message) => ({
    body: 'body',
    message,
    schedule: { delaysSeconds: [30] },
    send: async () => send(message),
  });
  const handle = deliverHandler(
    { prepare, ...(hasBreaker && { gate: world.gate }) },
    {
      ...world.ports,
      events: { info: keep('info'), error: keep('error') },
      decode: JSON.parse,
    },
  );
  return { ...world, handle, logged };
}

describe('a batch', () => {
  test('counts as suppressed what the router decided not to tell, since its message comes here all the same', async () => {
    const { handle, logged } = aHandler(async () => ok);
    const outside = { intervals: ['office hours'] };
    await handle(batch(messageTo(0, { silence: { id: 'sil_1' } }), messageTo(1, { outside }), messageTo(2)));
    const metrics = { stack: 'Tocsin', counted: DELIVERIES_COUNTED };
    const counted = logged
      .toSorted((one, other) =>
        String(one.fields['destinationId']).localeCompare(String(other.fields['destinationId'])),
      )
      .map(({ event, fields }) => {
        const { Suppressed, Delivered, destinationId } = {
          destinationId: fields['destinationId'],
          ...metricsOf(metrics, event, fields, 0),
        } as Record<string, unknown>;
        return { destinationId, Suppressed, Delivered };
      });
    expect(counted).toEqual([
      { destinationId: 'dst_0', Suppressed: 1 },
      { destinationId: 'dst_1', Suppressed: 1 },
      { destinationId: 'dst_2', Delivered: 1 },
    ]);
  });

  test('is delivered at the same time: a receiver that hangs delays only itself', async () => {
    const hanging = Promise.withResolvers<Answered>();
    const others = Promise.withResolvers<void>();
    let recorded = 0;
    const handler = aHandler(async ({ destination_id: id }) => (id === 'dst_0' ? hanging.promise : ok));
    const log = { ...handler.ports.deliveries };
    handler.ports.deliveries.record = async (...given) => {
      await log.record(...given);
      recorded += 1;
      if (recorded === 9) others.resolve();
    };
    const answer = handler.handle(batch(...Array.from({ length: 10 }, (_, index) => messageTo(index))));
    await others.promise;
    expect(handler.rows.get('delivery-0')?.state).toBe('sending');
    expect([...handler.rows.values()].filter(({ state }) => state === 'delivered')).toHaveLength(9);
    hanging.resolve({ verdict: 'retry', reason: 'timeout', facts: {} });
    expect(await answer).toEqual({ failedMessageIds: [] });
    expect(handler.rows.get('delivery-0')?.state).toBe('pending');
  });

  test('gives back only what failed on our side and what cannot be read', async () => {
    const handler = aHandler(async ({ destination_id: id }) => {
      if (id === 'dst_1') throw new Error('a bug');
      return ok;
    });
    await handler.ports.deliveries.claim(messageTo(2), '2026-01-15T15:01:00.000Z');
    const answer = await handler.handle(
      batch(
        messageTo(0),
        messageTo(1),
        messageTo(2),
        '{',
        '[]',
        'null',
        '7',
        { schema_version: '2', alert: {} },
        { schema_version: '1' },
        { schema_version: '1', alert: null },
        messageTo(9, { alert: {} as DeliveryMessage['alert'] }),
        messageTo(3),
      ),
    );
    expect(answer.failedMessageIds).toEqual([1, 3, 4, 5, 6, 7, 8, 9, 10].map((index) => `message-${index}`));
    expect(handler.rows.get('delivery-0')?.state).toBe('delivered');
    const told = handler.logged.flatMap(({ fields }) => fields['deliveryIds'] ?? []);
    expect(told).toEqual(['delivery-0', 'delivery-2', 'delivery-3']);
  });

  test('that is empty fails nothing', async () => {
    expect(await aHandler(async () => ok).handle(batch())).toEqual({ failedMessageIds: [] });
  });
});

describe('a dead destination', () => {
  test('is not even tried where others wait: its first attempts go to the slow lane', async () => {
    const posted: string[] = [];
    const handler = aHandler(async ({ destination_id: id }) => {
      posted.push(id);
      return ok;
    }, true);
    handler.health.set('dst_0', { failures: 1, openings: 0 });
    const toDead = Array.from({ length: 9 }, (_, index) => messageTo(0, { delivery_id: `dead-${index}` }));
    expect(await handler.handle(batch(...toDead, messageTo(1)))).toEqual({ failedMessageIds: [] });
    expect(posted).toEqual(['dst_1']);
    expect(handler.later.map(({ delaySeconds }) => delaySeconds)).toEqual(toDead.map(() => 0));
    // There they are tried, though none of them costs a healthy one anything.
    await handler.handle(batch(...handler.later.map(({ message }) => message)));
    expect(posted).toHaveLength(10);
  });

  test('whose breaker is open costs its deliveries neither an attempt nor a claim', async () => {
    const handler = aHandler(async () => ok, true);
    handler.health.set('dst_0', { failures: 5, openings: 1, openUntil: '2026-01-15T15:01:00.000Z' });
    await handler.handle(batch(messageTo(0), messageTo(0, { not_before: NOW })));
    expect(handler.rows.size).toBe(0);
    expect(handler.later.map(({ message }) => message.attempt)).toEqual([1, 1]);
  });
});

describe('the log', () => {
  test('has one line for the attempts that went alike, with ids and outcome, and neither alert nor body', async () => {
    const handler = aHandler(async () => ok);
    const alert = anAlert({ title: 'a very private title' });
    const second = { delivery_id: 'delivery-1', alert_id: 'alert-2' };
    await handler.handle(batch(messageTo(0, { alert }), messageTo(0, { alert, ...second })));
    const latencyMs = Date.parse(NOW) - Date.parse(alert.received_at);
    expect(handler.logged).toEqual([
      {
        level: 'info',
        event: 'delivery.attempted',
        fields: {
          sourceId: 'src_1',
          destinationId: 'dst_0',
          channel: 'webhook',
          attempt: 1,
          result: 'delivered',
          status: 200,
          deliveries: 2,
          deliveryIds: ['delivery-0', 'delivery-1'],
          alertIds: ['alert-1', 'alert-2'],
          durationMs: [0, 0],
          latencyMs: [latencyMs, latencyMs],
        },
      },
    ]);
  });

  test('says of each delivery how long it took, though its line waits for the end of the batch', async () => {
    const handler = aHandler(async ({ delivery_id: id }) => (id === 'delivery-1' ? slow.promise : ok));
    const slow = Promise.withResolvers<Answered>();
    const recorded = Promise.withResolvers<void>();
    const log = { ...handler.ports.deliveries };
    handler.ports.deliveries.record = async (...given) => {
      await log.record(...given);
      recorded.resolve();
    };
    const answer = handler.handle(
      batch(messageTo(0), messageTo(0, { delivery_id: 'delivery-1', alert_id: 'alert-2' })),
    );
    await recorded.promise;
    await setImmediate();
    expect(handler.logged).toEqual([]);
    handler.clock.at += 9_000;
    slow.resolve(ok);
    await answer;
    const latencyMs = Date.parse(NOW) - Date.parse(anAlert().received_at);
    expect(handler.logged.map(({ fields }) => fields)).toMatchObject([
      { durationMs: [0, 9_000], latencyMs: [latencyMs, latencyMs + 9_000] },
    ]);
  });

  test('of a batch whose worker was killed says what became of each delivery when its messages come back', async () => {
    const arrived = Promise.withResolvers<void>();
    let isKilled = true;
    let recorded = 0;
    const handler = aHandler(async ({ delivery_id: id }) =>
      isKilled && id === 'delivery-9' ? new Promise(() => {}) : ok,
    );
    const log = { ...handler.ports.deliveries };
    handler.ports.deliveries.record = async (...given) => {
      await log.record(...given);
      recorded += 1;
      if (recorded === 9) arrived.resolve();
    };
    const ids = Array.from({ length: 10 }, (_, index) => `delivery-${String(index)}`);
    const messages = batch(...ids.map((id) => messageTo(0, { delivery_id: id })));
    void handler.handle(messages);
    await arrived.promise;
    expect(handler.logged).toEqual([]);
    isKilled = false;
    // The claim of the worker that was killed is over.
    handler.clock.at += 60_000;
    expect(await handler.handle(messages)).toEqual({ failedMessageIds: [] });
    expect(handler.logged.map(({ fields }) => [fields['result'], fields['deliveryIds']])).toEqual([
      ['settled', ids.slice(0, 9)],
      ['delivered', ids.slice(9)],
    ]);
  });

  test('tells a dead letter apart, and an error of ours as one', async () => {
    const handler = aHandler(async ({ destination_id: id }) => {
      if (id === 'dst_1') throw new Error('a bug');
      return { verdict: 'failed', reason: 'receiver-rejected', facts: {} };
    });
    await handler.handle(batch(messageTo(0), messageTo(1), 'junk'));
    const levels = Object.fromEntries(
      handler.logged.map(({ level, event, fields }) => [
        `${event} ${String(fields['deliveryId'] ?? fields['deliveryIds'])}`,
        [level, fields['reason'] ?? (fields['error'] as Error).name],
      ]),
    );
    expect(levels).toEqual({
      'delivery.dead-lettered delivery-0': ['info', 'receiver-rejected'],
      'delivery.failed-on-our-side delivery-1': ['error', 'Error'],
      'delivery.failed-on-our-side undefined': ['error', 'SyntaxError'],
    });
  });
});
