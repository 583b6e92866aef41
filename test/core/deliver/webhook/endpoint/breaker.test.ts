import { describe, expect, test } from 'vitest';
import { admit } from '../../../../../functions/core/deliver/webhook/endpoint/breaker.ts';
import type { Answered, Channel } from '../../../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../../../functions/core/deliver/deliver.ts';
import type { DeliveryMessage } from '../../../../../functions/core/model/wire/delivery.ts';
import type { FailureReason } from '../../../../../functions/core/model/wire/delivery-reasons.ts';
import { SYSTEM_SOURCE_ID } from '../../../../../functions/core/model/wire/alert.ts';
import { aMessage, anAlert, aWebhook } from '../../../../adapters/records.ts';
import { memoryPorts, NOW } from '../../memory-ports.ts';

const ok: Answered = { verdict: 'delivered', facts: {} };
const failing: Answered = { verdict: 'retry', reason: 'timeout', facts: {} };
const failed = (reason: FailureReason): Answered => ({
  verdict: 'failed',
  reason,
  facts: {},
});
const NOW_MS = Date.parse(NOW);
const inMs = (ms: number) => new Date(NOW_MS + ms).toISOString();

/** An engine with a breaker; the receiver answers what `answer` holds at the time. */
function anEngine(first: Answered = failing, delaysSeconds: number[] = []) {
  const world = memoryPorts([aWebhook({ retry: { delaysSeconds } })], {
    fraction: 0,
  });
  const receiver = { answer: first, posts: 0 };
  const prepare: Channel['prepare'] = async (message) => ({
    body: 'body',
    message,
    schedule: { delaysSeconds: [30, 30, 30] },
    send: async () => {
      receiver.posts += 1;
      world.calls.push('send');
      return receiver.answer;
    },
  });
  let messages = 0;
  /** A message of another delivery, in the slow lane unless the test says otherwise. */
  const another = (given: Partial<DeliveryMessage> = {}) => {
    messages += 1;
    return aMessage({ delivery_id: `delivery-${messages}`, not_before: NOW, ...given });
  };
  const { not_before: _, ...inFastLane } = aMessage({ delivery_id: 'fast' });
  const send = async (message: DeliveryMessage = another()) =>
    deliver(message, { prepare, gate: world.gate }, world.ports, 0);
  const fail = async (times: number) => {
    for (let time = 0; time < times; time += 1) await send();
  };
  return { ...world, receiver, send, fail, another, inFastLane };
}

describe('admission', () => {
  const open = { failures: 5, openings: 1, openUntil: inMs(60_000) };
  const halfOpen = { ...open, openUntil: inMs(-1) };
  test.each([
    ['nothing known, fast lane', undefined, false, {}],
    ['no failures, fast lane', { failures: 0, openings: 0 }, false, {}],
    [
      'a failure, fast lane',
      { failures: 1, openings: 0 },
      false,
      { verdict: 'waits', untilMs: NOW_MS, reason: 'slow-lane' },
    ],
    [
      'slow, fast lane',
      { failures: 0, openings: 0, slowUntil: inMs(-1) },
      false,
      { verdict: 'waits', untilMs: NOW_MS, reason: 'slow-lane' },
    ],
    ['slow, slow lane', { failures: 0, openings: 0, slowUntil: inMs(1) }, true, {}],
    [
      'slow and open',
      { ...open, slowUntil: inMs(1) },
      false,
      { verdict: 'waits', untilMs: NOW_MS + 67_500, reason: 'breaker-open' },
    ],
    ['a failure, slow lane', { failures: 4, openings: 0 }, true, {}],
    ['open, fast lane', open, false, { verdict: 'waits', untilMs: NOW_MS + 67_500, reason: 'breaker-open' }],
    ['open, slow lane', open, true, { verdict: 'waits', untilMs: NOW_MS + 67_500, reason: 'breaker-open' }],
    ['open until now', { ...open, openUntil: NOW }, true, { isProbe: true }],
    ['half-open, fast lane', halfOpen, false, { verdict: 'waits', untilMs: NOW_MS, reason: 'slow-lane' }],
    ['half-open, slow lane', halfOpen, true, { isProbe: true }],
    [
      'half-open, somebody probes',
      { ...halfOpen, probeUntil: inMs(30_000) },
      true,
      { verdict: 'waits', untilMs: NOW_MS + 37_500, reason: 'breaker-open' },
    ],
    [
      'half-open, the probe was not heard of again',
      { ...halfOpen, probeUntil: inMs(-1) },
      true,
      { isProbe: true },
    ],
    ['open since a clock that jumped back', { ...open, openUntil: inMs(7_200_000) }, true, { isProbe: true }],
    [
      'probed since a clock that jumped back',
      { ...halfOpen, probeUntil: inMs(7_200_000) },
      true,
      { isProbe: true },
    ],
  ])('%s', (_, health, isInSlowLane, expected) => {
    expect(admit(health, { isInSlowLane, nowMs: NOW_MS, fraction: 0.5, longestMs: 900_000 })).toEqual(
      expected,
    );
  });
});

describe('a healthy endpoint', () => {
  test('costs no write beside claim and record', async () => {
    const engine = anEngine(ok);
    await engine.send(engine.inFastLane);
    expect(engine.calls).toEqual(['claim 1', 'send', 'record delivered']);
  });
});

describe('an endpoint with a failure behind it', () => {
  test('is served in the slow lane until it succeeds, without an attempt consumed', async () => {
    const engine = anEngine();
    await engine.fail(1);
    expect(await engine.send(engine.inFastLane)).toEqual({ verdict: 'waits', reason: 'slow-lane' });
    expect(engine.receiver.posts).toBe(1);
    const moved = engine.later.at(-1);
    expect(moved).toEqual({
      delaySeconds: 0,
      message: { ...engine.inFastLane, not_before: NOW, wait_left_seconds: 0 },
    });
    engine.receiver.answer = ok;
    expect(await engine.send(moved?.message)).toMatchObject({ verdict: 'delivered' });
    expect(engine.calls.slice(-2)).toEqual(['record delivered', 'close dst_1']);
    expect(await engine.send({ ...engine.inFastLane, delivery_id: 'next' })).toMatchObject({
      verdict: 'delivered',
    });
  });

  test('that refuses is up all the same', async () => {
    const engine = anEngine();
    await engine.fail(4);
    engine.receiver.answer = failed('receiver-rejected');
    await engine.send();
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 0, openings: 0 });
  });

  test.each(['refused-url', 'unusable-certificate', 'pipeline-fault'] as const)(
    'is neither better nor worse for %s, which is no word of its',
    async (reason) => {
      const engine = anEngine();
      await engine.fail(4);
      engine.receiver.answer = failed(reason);
      await engine.send();
      expect(engine.health.get('dst_1')).toMatchObject({ failures: 4, openings: 0 });
    },
  );
});

describe('the breaker', () => {
  test('opens after five failures in a row, and not after four and a success', async () => {
    const engine = anEngine();
    await engine.fail(4);
    engine.receiver.answer = ok;
    await engine.send();
    engine.receiver.answer = failing;
    await engine.fail(4);
    expect(engine.calls.some((call) => call.startsWith('open'))).toBe(false);
    await engine.fail(1);
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 5, openings: 1, openUntil: inMs(60_000) });
  });

  test('stays closed when the attempts of a batch fail now and then: the others are successes in between', async () => {
    const engine = anEngine();
    const answers = Array.from({ length: 10 }, () => Promise.withResolvers<Answered>());
    let posts = 0;
    const prepare: Channel['prepare'] = async (message) => ({
      body: 'body',
      message,
      schedule: { delaysSeconds: [30] },
      send: async () => answers[posts++]?.promise ?? ok,
    });
    // All of them begin while nothing is known of the endpoint.
    const batch = answers.map(async () =>
      deliver(engine.another(), { prepare, gate: engine.gate }, engine.ports, 0),
    );
    for (const [index, answer] of answers.entries()) {
      answer.resolve(index % 2 === 0 ? failing : ok);
      await Promise.all(batch.slice(index, index + 1));
    }
    expect(engine.calls.filter((call) => call.startsWith('open'))).toEqual([]);
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 0 });
  });

  test('defers what comes while it is open: no attempt, no claim, the number stays', async () => {
    const engine = anEngine();
    await engine.fail(5);
    engine.calls.length = 0;
    const message = engine.another({ attempt: 3, first_attempt: 2, round: 2 });
    expect(await engine.send(message)).toEqual({ verdict: 'waits', reason: 'breaker-open' });
    expect(engine.calls).toEqual(['later 3']);
    expect(engine.later.at(-1)).toEqual({
      delaySeconds: 60,
      message: { ...message, not_before: inMs(60_000), wait_left_seconds: 0, deferred_since: NOW },
    });
  });

  test('lets one probe through when the time is up, and the others wait for what it finds', async () => {
    const engine = anEngine();
    await engine.fail(5);
    engine.clock.at += 60_000;
    const first = Promise.withResolvers<Answered>();
    const prepare: Channel['prepare'] = async (message) => ({
      body: 'body',
      message,
      schedule: { delaysSeconds: [] },
      send: async () => first.promise,
    });
    const probe = deliver(engine.another(), { prepare, gate: engine.gate }, engine.ports, 0);
    await Promise.resolve();
    const others = await Promise.all([engine.send(), engine.send(), engine.send()]);
    expect(others).toEqual(others.map(() => ({ verdict: 'waits', reason: 'breaker-open' })));
    first.resolve(ok);
    expect(await probe).toMatchObject({ verdict: 'delivered' });
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 0, openings: 0 });
    engine.receiver.answer = ok;
    engine.clock.at += 30_000;
    expect(await engine.send(engine.later.at(-1)?.message)).toMatchObject({ verdict: 'delivered' });
  });

  test('stays open for longer with every probe that fails: 60 s, 2, 4, 8, 15 and 15 min', async () => {
    const engine = anEngine();
    await engine.fail(5);
    const minutes: number[] = [];
    for (let probe = 0; probe < 6; probe += 1) {
      const { openUntil = NOW } = engine.health.get('dst_1') ?? {};
      minutes.push((Date.parse(openUntil) - engine.clock.at) / 60_000);
      engine.clock.at = Date.parse(openUntil);
      await engine.fail(1);
    }
    expect(minutes).toEqual([1, 2, 4, 8, 15, 15]);
  });

  test.each([
    [[1, 2], 2],
    [[30, 120, 480], 60],
    [[], 60],
  ])(
    'of a destination with the schedule %j opens for %i s: its longest step bounds it',
    async (delays, seconds) => {
      const engine = anEngine(failing, delays);
      await engine.fail(5);
      expect(engine.health.get('dst_1')?.openUntil).toBe(inMs(seconds * 1_000));
    },
  );

  test('counts a burst of failures once', async () => {
    const engine = anEngine();
    await Promise.all(Array.from({ length: 10 }, async () => engine.send()));
    expect(engine.health.get('dst_1')).toMatchObject({ openings: 1, openUntil: inMs(60_000) });
  });

  test('that is lost is closed', async () => {
    const engine = anEngine();
    await engine.fail(5);
    engine.health.clear();
    engine.receiver.answer = ok;
    expect(await engine.send()).toMatchObject({ verdict: 'delivered' });
  });

  test('lets a test by an operator through, whose success closes it and whose failure does not count', async () => {
    const engine = anEngine();
    await engine.fail(5);
    const before = engine.health.get('dst_1');
    expect(await engine.send(engine.another({ is_test: true }))).toMatchObject({ verdict: 'failed' });
    expect(engine.health.get('dst_1')).toEqual(before);
    engine.receiver.answer = ok;
    expect(await engine.send(engine.another({ is_test: true }))).toMatchObject({ verdict: 'delivered' });
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 0, openings: 0 });
  });

  test('keeps nothing for ever: after 24 hours of waiting a delivery fails without an attempt', async () => {
    const engine = anEngine();
    await engine.fail(5);
    engine.receiver.posts = 0;
    const waiting = (ms: number) => engine.another({ deferred_since: inMs(-ms) });
    expect(await engine.send(waiting(86_399_999))).toMatchObject({ verdict: 'waits' });
    expect(await engine.send(waiting(86_400_000))).toMatchObject({
      verdict: 'failed',
      reason: 'receiver-failing',
    });
    expect(engine.receiver.posts).toBe(0);
    expect(engine.dead).toMatchObject([{ detail: expect.stringContaining('24 hours') as string }]);
  });
});

describe('410 Gone', () => {
  test('is a dead letter, an alert to the others and a record, and then the destination is paused', async () => {
    const engine = anEngine(failed('receiver-gone'));
    expect(await engine.send()).toMatchObject({ verdict: 'failed', reason: 'receiver-gone' });
    expect(engine.calls).toEqual([
      'claim 1',
      'send',
      'dead-letter receiver-gone',
      'alert tocsin.destination-gone',
      'record dead',
      'pause dst_1 receiver-gone',
    ]);
    expect(engine.raised[0]?.alerts[0]).toMatchObject({
      severity: 'critical',
      details: { destination_id: 'dst_1', reason: 'receiver-gone' },
    });
  });

  test('to a system alert is told as well: pausing ends by itself', async () => {
    const engine = anEngine(failed('receiver-gone'));
    await engine.send(
      engine.another({
        alert: anAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } }),
      }),
    );
    expect(engine.raised).toHaveLength(1);
  });

  test('to a test by an operator pauses nothing', async () => {
    const engine = anEngine(failed('receiver-gone'));
    await engine.send(engine.another({ is_test: true }));
    expect(engine.calls).toEqual(['claim 1', 'send', 'record dead']);
  });
});

describe('a delivery that takes its worker down', () => {
  test('is begun three times and then is a dead letter, told as a fault of ours', async () => {
    const engine = anEngine();
    const message = engine.another();
    for (let life = 0; life < 3; life += 1) {
      await engine.ports.deliveries.claim(message, inMs(0));
      engine.clock.at += 360_000;
    }
    expect(await engine.send(message)).toMatchObject({ verdict: 'failed', reason: 'pipeline-fault' });
    expect(engine.receiver.posts).toBe(0);
    expect(engine.dead).toMatchObject([
      { reason: 'pipeline-fault', detail: expect.stringContaining('3 times') as string },
    ]);
  });

  test('may begin again when an operator redrives it', async () => {
    const engine = anEngine(ok);
    const message = engine.another();
    for (let life = 0; life < 3; life += 1) {
      await engine.ports.deliveries.claim(message, inMs(0));
      engine.clock.at += 360_000;
    }
    await engine.send(message);
    const redriven = { ...message, attempt: 2, round: 2, first_attempt: 2 };
    expect(await engine.send(redriven)).toMatchObject({ verdict: 'delivered' });
  });
});
