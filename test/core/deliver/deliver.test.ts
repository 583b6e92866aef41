import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Answered, Channel } from '../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../functions/core/deliver/deliver.ts';
import type { WebhookDestination } from '../../../functions/core/model/config/destination.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { aMessage, anAlert, aWebhook } from '../../adapters/records.ts';
import { memoryPorts, NOW } from './memory-ports.ts';

const ok: Answered = { verdict: 'delivered', facts: { status: 204 } };
const failing: Answered = {
  verdict: 'retry',
  reason: 'receiver-error',
  facts: { status: 500, response_excerpt: 'oops' },
};
const rejected: Answered = {
  verdict: 'failed',
  reason: 'receiver-rejected',
  facts: { status: 404, detail: 'no such hook' },
};

/** An engine whose receiver answers what the test says; every body that was sent is kept. */
function anEngine(answer: Answered | (() => Promise<Answered>), given: Partial<WebhookDestination> = {}) {
  const world = memoryPorts([aWebhook(given)]);
  const bodies: string[] = [];
  let rendered = 0;
  const prepare: Channel['prepare'] = async (message, destination) => {
    rendered += 1;
    const body = message.body ?? `body ${rendered}`;
    return {
      body,
      message: { ...message, body },
      schedule: destination.channel === 'webhook' ? destination.retry : { delaysSeconds: [] },
      send: async () => {
        world.calls.push('send');
        bodies.push(body);
        return typeof answer === 'function' ? answer() : answer;
      },
    };
  };
  return {
    ...world,
    bodies,
    deliver: async (message = aMessage(), how = prepare) =>
      deliver(message, { prepare: how }, world.ports, world.ports.clock.now()),
  };
}

describe('an attempt', () => {
  test('claims, sends and records, in this order and nothing else', async () => {
    const engine = anEngine(ok);
    expect(await engine.deliver()).toEqual({ verdict: 'delivered', status: 204, durationMs: 0 });
    expect(engine.calls).toEqual(['claim 1', 'send', 'record delivered']);
    expect(engine.rows.get('delivery-1')).toMatchObject({
      state: 'delivered',
      body_sha256: createHash('sha256').update('body 1').digest('hex'),
      attempts: [
        {
          number: 1,
          started_at: NOW,
          duration_ms: 0,
          destination_version: 1,
          status: 204,
          outcome: 'delivered',
        },
      ],
    });
  });

  test('tells how long it took and which version of the destination it used', async () => {
    const engine = anEngine(
      async () => {
        engine.clock.at += 1_234;
        return ok;
      },
      { version: 7 },
    );
    expect(await engine.deliver()).toMatchObject({ durationMs: 1_234 });
    expect(engine.rows.get('delivery-1')?.attempts).toMatchObject([
      { duration_ms: 1_234, destination_version: 7, started_at: NOW },
    ]);
  });

  test('holds its claim for two minutes', async () => {
    const engine = anEngine(async () => {
      expect(engine.rows.get('delivery-1')?.lease_until).toBe('2026-01-15T15:00:25.000Z');
      return ok;
    });
    await engine.deliver();
    expect.assertions(1);
  });

  test('that failed for now sends the next one before it is recorded', async () => {
    const engine = anEngine(failing);
    expect(await engine.deliver()).toMatchObject({ verdict: 'retry', reason: 'receiver-error', status: 500 });
    expect(engine.calls).toEqual(['claim 1', 'send', 'later 2', 'record pending']);
    expect(engine.later).toEqual([
      {
        delaySeconds: 30,
        message: aMessage({
          attempt: 2,
          not_before: '2026-01-15T15:00:30.000Z',
          wait_left_seconds: 0,
          body: 'body 1',
        }),
      },
    ]);
    expect(engine.rows.get('delivery-1')?.attempts).toMatchObject([
      { outcome: 'retry', reason: 'receiver-error', next_due_at: '2026-01-15T15:00:30.000Z' },
    ]);
  });

  test('is repeated with identical bytes until the schedule ends, then dead', async () => {
    const engine = anEngine(failing);
    let report = await engine.deliver();
    for (let hop = 0; hop < 2; hop += 1) {
      const { message } = engine.later.at(-1) ?? { message: aMessage() };
      engine.clock.at = Date.parse(message.not_before ?? NOW);
      report = await engine.deliver(message);
    }
    expect(report).toMatchObject({ verdict: 'failed', reason: 'receiver-failing' });
    expect(engine.bodies).toEqual(['body 1', 'body 1', 'body 1']);
    expect(engine.later.map(({ delaySeconds }) => delaySeconds)).toEqual([30, 120]);
    expect(engine.calls.slice(-5)).toEqual([
      'claim 3',
      'send',
      'dead-letter receiver-failing',
      'alert tocsin.dead-letter',
      'record dead',
    ]);
    expect(engine.rows.get('delivery-1')).toMatchObject({ state: 'dead', reason: 'receiver-failing' });
  });

  test.each([
    ['timeout', 'receiver-unreachable'],
    ['dns-failed', 'receiver-unreachable'],
    ['connection-failed', 'receiver-unreachable'],
    ['tls-failed', 'receiver-unreachable'],
    ['receiver-busy', 'receiver-failing'],
    ['receiver-error', 'receiver-failing'],
    ['mail-service-failed', 'mail-service-failing'],
  ] as const)('that fails with %s to the end is dead because of %s', async (reason, because) => {
    const engine = anEngine(
      { verdict: 'retry', reason, facts: {} },
      {
        retry: { delaysSeconds: [] },
      },
    );
    expect(await engine.deliver()).toMatchObject({ verdict: 'failed', reason: because });
  });

  test('that failed for good is a dead letter with its reason before it is called dead', async () => {
    const engine = anEngine(rejected);
    expect(await engine.deliver()).toMatchObject({
      verdict: 'failed',
      reason: 'receiver-rejected',
      status: 404,
    });
    expect(engine.calls).toEqual([
      'claim 1',
      'send',
      'dead-letter receiver-rejected',
      'alert tocsin.dead-letter',
      'record dead',
    ]);
    expect(engine.dead).toMatchObject([{ detail: 'no such hook', message: { body: 'body 1', attempt: 1 } }]);
  });
});

describe('our own faults', () => {
  test.each(['later', 'dead-letter', 'alert'])(
    '%s fails: nothing is recorded, and it is thrown',
    async (call) => {
      const engine = anEngine(call === 'later' ? failing : rejected);
      engine.broken.add(call);
      await expect(engine.deliver()).rejects.toThrow(`${call} is down`);
      expect(engine.calls.filter((told) => told.startsWith('record'))).toEqual([]);
      expect(engine.rows.get('delivery-1')?.state).toBe('sending');
    },
  );

  test('preparing fails, as it does while the secret store is down: no attempt is consumed', async () => {
    const engine = anEngine(ok);
    const down: Channel['prepare'] = async () => {
      throw new Error('secrets are down');
    };
    await expect(engine.deliver(aMessage(), down)).rejects.toThrow('secrets are down');
    expect(engine.calls).toEqual([]);
    expect(await engine.deliver()).toMatchObject({ verdict: 'delivered' });
    expect(engine.rows.get('delivery-1')?.attempts).toHaveLength(1);
  });

  test('the claim fails: nothing is sent', async () => {
    const engine = anEngine(ok);
    engine.broken.add('claim');
    await expect(engine.deliver()).rejects.toThrow('claim is down');
    expect(engine.bodies).toEqual([]);
  });
});

describe('a destination that was just enabled', () => {
  test.each([undefined, false])('is sent to, though a cache still says isEnabled: %s', async (isEnabled) => {
    const engine = anEngine(ok);
    const table = engine.ports.destinations;
    engine.ports.destinations = {
      find: async (id, options) => {
        const current = await table.find(id);
        if (options?.isFresh === true || current === undefined) return current;
        return isEnabled === undefined ? undefined : { ...current, isEnabled };
      },
    };
    expect(await engine.deliver()).toMatchObject({ verdict: 'delivered' });
  });
});

describe('a message that comes twice', () => {
  test('is looked at again, as it is, after the claim of a live worker', async () => {
    const engine = anEngine(ok);
    await engine.ports.deliveries.claim(aMessage(), '2026-01-15T15:01:00.000Z');
    expect(await engine.deliver()).toEqual({ verdict: 'waits', reason: 'busy' });
    expect(engine.bodies).toEqual([]);
    expect(engine.later).toEqual([{ message: aMessage({ wait_left_seconds: 0 }), delaySeconds: 26 }]);
  });

  test('is sent again, as it was, when its worker died', async () => {
    const engine = anEngine(ok);
    await engine.ports.deliveries.claim(aMessage(), '2026-01-15T15:01:00.000Z');
    engine.clock.at += 120_000;
    expect(await engine.deliver()).toMatchObject({ verdict: 'delivered' });
  });

  test('is settled when it was delivered, or overtaken by its next attempt', async () => {
    const engine = anEngine(ok);
    await engine.deliver();
    expect(await engine.deliver()).toEqual({ verdict: 'settled' });
    const slow = anEngine(failing);
    await slow.deliver();
    expect(await slow.deliver()).toEqual({ verdict: 'settled' });
    expect([engine.bodies.length, slow.bodies.length]).toEqual([1, 1]);
  });
});

describe('a wait', () => {
  test.each([
    [1_000, undefined, 0],
    [1_001, 1.001, 0],
    [60_000, 60, 0],
    [900_000, 900, 0],
    [3_600_000, 900, 2_700],
  ])('of %i ms more hops %s seconds', async (waitMs, delaySeconds, left) => {
    const engine = anEngine(ok);
    const message = aMessage({ attempt: 2, not_before: new Date(engine.clock.at + waitMs).toISOString() });
    const report = await engine.deliver(message);
    if (delaySeconds === undefined) {
      expect(report.verdict).toBe('delivered');
    } else {
      expect(report).toEqual({ verdict: 'waits', reason: 'not-yet-due' });
      expect(engine.later).toEqual([{ message: { ...message, wait_left_seconds: left }, delaySeconds }]);
      expect(engine.calls).toEqual(['later 2']);
    }
  });

  test('ends when its queue says so, though the clock jumped back by two hours meanwhile', async () => {
    const engine = anEngine(failing, { retry: { delaysSeconds: [3_600] } });
    await engine.deliver();
    engine.clock.at -= 7_200_000;
    const hops: number[] = [];
    for (let hop = 0; hop < 3; hop += 1) {
      const { message, delaySeconds } = engine.later.at(-1) ?? { message: aMessage(), delaySeconds: 0 };
      hops.push(delaySeconds);
      engine.clock.at += delaySeconds * 1_000;
      expect(await engine.deliver(message)).toMatchObject({ reason: 'not-yet-due' });
    }
    expect(hops).toEqual([900, 900, 900]);
    expect(await engine.deliver(engine.later.at(-1)?.message)).toMatchObject({ verdict: 'failed' });
  });

  test('of a message without a word about it is the clock’s', async () => {
    const engine = anEngine(ok);
    const message = aMessage({ attempt: 2, not_before: new Date(engine.clock.at + 7_200_000).toISOString() });
    expect(await engine.deliver(message)).toMatchObject({ reason: 'not-yet-due' });
  });

  test('longer than a queue can hide is asked for in full, in the message', async () => {
    const engine = anEngine(failing, { retry: { delaysSeconds: [43_200] } });
    await engine.deliver();
    expect(engine.later).toMatchObject([
      { delaySeconds: 900, message: { not_before: '2026-01-16T03:00:00.000Z' } },
    ]);
  });
});

describe('a redriven dead letter', () => {
  test('has the whole schedule again, and its attempts are numbered on', async () => {
    const engine = anEngine(failing);
    await engine.deliver(aMessage({ attempt: 5, round: 2, first_attempt: 5 }));
    expect(engine.later).toMatchObject([
      { delaySeconds: 30, message: { attempt: 6, round: 2, first_attempt: 5 } },
    ]);
    await engine.deliver(aMessage({ attempt: 7, round: 2, first_attempt: 5 }));
    expect(engine.dead).toHaveLength(1);
  });
});

describe('a test by an operator', () => {
  test.each([
    ['fails for now', failing, 'receiver-failing'],
    ['fails for good', rejected, 'receiver-rejected'],
  ])('that %s is dead after one attempt, without a dead letter or an alert', async (_, answer, reason) => {
    const engine = anEngine(answer);
    expect(await engine.deliver(aMessage({ is_test: true }))).toMatchObject({ verdict: 'failed', reason });
    expect(engine.calls).toEqual(['claim 1', 'send', 'record dead']);
  });

  test('tries a disabled destination too', async () => {
    const engine = anEngine(ok, { isEnabled: false });
    expect(await engine.deliver(aMessage({ is_test: true }))).toMatchObject({ verdict: 'delivered' });
  });
});

describe('a delivery that nobody wants any more', () => {
  test('is suppressed when the destination was deleted', async () => {
    const engine = anEngine(ok);
    engine.destinations.pop();
    expect(await engine.deliver()).toEqual({ verdict: 'suppressed', reason: 'destination-deleted' });
    expect(engine.calls).toEqual(['suppress delivery-1 destination-deleted']);
  });

  test('is suppressed when the destination is disabled', async () => {
    const engine = anEngine(ok, { isEnabled: false });
    expect(await engine.deliver()).toEqual({ verdict: 'suppressed', reason: 'destination-disabled' });
    expect(engine.calls).toEqual(['suppress delivery-1 destination-disabled']);
  });

  test('is suppressed when the channel says so', async () => {
    const engine = anEngine(ok);
    const report = await engine.deliver(aMessage(), async () => ({
      verdict: 'suppressed',
      reason: 'recipient-removed',
    }));
    expect(report).toEqual({ verdict: 'suppressed', reason: 'recipient-removed' });
  });
});

describe('the alert about a dead letter', () => {
  test('names the destination, so that the others are told', async () => {
    const engine = anEngine(rejected);
    await engine.deliver();
    expect(engine.raised).toMatchObject([
      {
        is_repeat: true,
        alerts: [
          {
            type: 'tocsin.dead-letter',
            severity: 'critical',
            source: { id: SYSTEM_SOURCE_ID },
            details: { destination_id: 'dst_1', reason: 'receiver-rejected', example_alert_id: 'alert-1' },
          },
        ],
      },
    ]);
  });

  test.each([
    ['mail-not-permitted', /sandbox every recipient/],
    ['receiver-rejected', /^Mend the receiver$/],
  ] as const)('says what to do about %s', async (reason, remedy) => {
    const engine = anEngine({ verdict: 'failed', reason, facts: {} });
    await engine.deliver();
    expect(engine.raised[0]?.alerts[0]?.remediation?.steps?.[1]).toMatch(remedy);
  });

  test('is the same alert for every dead letter of the hour', async () => {
    const engine = anEngine(rejected);
    await engine.deliver();
    await engine.deliver(aMessage({ delivery_id: 'delivery-2' }));
    engine.clock.at += 3_600_000;
    await engine.deliver(aMessage({ delivery_id: 'delivery-3' }));
    const ids = engine.raised.map(({ alerts }) => alerts[0]?.id);
    expect(ids[1]).toBe(ids[0]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('is not raised about a system alert: no loops', async () => {
    const engine = anEngine(rejected);
    const alert = anAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } });
    expect(await engine.deliver(aMessage({ alert }))).toMatchObject({ verdict: 'failed' });
    expect(engine.dead).toHaveLength(1);
    expect(engine.raised).toEqual([]);
  });
});
