import { describe, expect, test } from 'vitest';
import type { Answered, Channel } from '../../../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../../../functions/core/deliver/deliver.ts';
import type { DeliveryMessage } from '../../../../../functions/core/model/wire/delivery.ts';
import { aMessage, aWebhook } from '../../../../adapters/records.ts';
import { memoryPorts, NOW } from '../../memory-ports.ts';

const ok: Answered = { verdict: 'delivered', facts: {} };
const NOW_MS = Date.parse(NOW);
const inMs = (ms: number) => new Date(NOW_MS + ms).toISOString();

/** An engine whose receiver answers after so many milliseconds. */
function anEngine({ answer = ok } = {}) {
  const world = memoryPorts([aWebhook({ retry: { delaysSeconds: [30] } })]);
  const receiver = { takesMs: 100, answer };
  const prepare: Channel['prepare'] = async (message) => ({
    body: 'body',
    message,
    schedule: { delaysSeconds: [30] },
    send: async () => {
      world.calls.push('send');
      const due = [...world.timers].filter(({ ms }) => ms <= receiver.takesMs);
      for (const { ms, run } of due) {
        world.clock.at += ms;
        run();
        world.clock.at += receiver.takesMs - ms;
      }
      if (due.length === 0) world.clock.at += receiver.takesMs;
      return receiver.answer;
    },
  });
  let messages = 0;
  const send = async (given: Partial<DeliveryMessage> = {}) => {
    messages += 1;
    const message = aMessage({ delivery_id: `delivery-${messages}`, ...given });
    return deliver(message, { prepare, gate: world.gate }, world.ports, 0);
  };
  const inSlowLane = { not_before: NOW };
  return { ...world, receiver, send, inSlowLane };
}

describe('an endpoint', () => {
  test('that answers within a second costs no write and stays in the fast lane', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 999;
    await engine.send();
    await engine.send();
    expect(engine.calls).toEqual([
      'claim 1',
      'send',
      'record delivered',
      'claim 1',
      'send',
      'record delivered',
    ]);
    expect(engine.timers.size).toBe(0);
  });

  test('that has not answered after a second is slow from then on, not from its answer on', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    expect(await engine.send()).toMatchObject({ verdict: 'delivered', durationMs: 3_000 });
    expect(engine.calls).toEqual(['claim 1', 'send', `slow ${inMs(61_000)}`, 'record delivered']);
  });

  test('that is slow gets its deliveries in the slow lane, without an attempt consumed', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    await engine.send();
    engine.calls.length = 0;
    expect(await engine.send()).toEqual({ verdict: 'waits', reason: 'slow-lane' });
    expect(engine.calls).toEqual(['later 1']);
    const [moved] = engine.later;
    expect(moved?.delaySeconds).toBe(0);
    expect(await engine.send(moved?.message)).toMatchObject({ verdict: 'delivered' });
  });

  test('that stays slow is written every half minute, not with every delivery', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    for (let times = 0; times < 20; times += 1) await engine.send(engine.inSlowLane);
    // 20 attempts of three seconds: at 1 s and at 31 s.
    expect(engine.calls.filter((call) => call.startsWith('slow'))).toHaveLength(2);
  });

  test('that is fast again is so after a minute without a slow answer, by its next fast one', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    await engine.send();
    engine.receiver.takesMs = 499;
    engine.clock.at = NOW_MS + 60_500;
    await engine.send(engine.inSlowLane);
    expect(engine.health.get('dst_1')).toMatchObject({ slowUntil: inMs(61_000) });
    expect(await engine.send()).toMatchObject({ reason: 'slow-lane' });
    engine.clock.at = NOW_MS + 61_000;
    await engine.send(engine.inSlowLane);
    expect(engine.calls.at(-1)).toBe('fast dst_1');
    expect(await engine.send()).toMatchObject({ verdict: 'delivered' });
  });

  test('that is neither slow nor fast stays where it is', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    await engine.send();
    engine.receiver.takesMs = 500;
    engine.clock.at = NOW_MS + 120_000;
    await engine.send(engine.inSlowLane);
    expect(await engine.send()).toMatchObject({ reason: 'slow-lane' });
  });

  test('that times out is slow long before its attempt fails', async () => {
    const engine = anEngine({ answer: { verdict: 'retry', reason: 'timeout', facts: {} } });
    engine.receiver.takesMs = 10_000;
    await engine.send();
    expect(engine.calls.indexOf(`slow ${inMs(61_000)}`)).toBe(2);
    expect(engine.health.get('dst_1')).toMatchObject({ failures: 1, slowUntil: inMs(61_000) });
  });

  test('is not called slow by a test of an operator', async () => {
    const engine = anEngine();
    engine.receiver.takesMs = 3_000;
    await engine.send({ is_test: true });
    expect(engine.health.size).toBe(0);
  });

  test('whose slowness cannot be written costs no delivery', async () => {
    const engine = anEngine();
    engine.broken.add('slow');
    engine.receiver.takesMs = 3_000;
    expect(await engine.send()).toMatchObject({ verdict: 'delivered' });
  });
});
