import { describe, expect, test } from 'vitest';
import type { Answered } from '../../../../../functions/core/deliver/attempt.ts';
import type { DeliveryMessage } from '../../../../../functions/core/model/wire/delivery.ts';
import { aMessage, aWebhook } from '../../../../adapters/records.ts';
import { memoryPorts, NOW } from '../../memory-ports.ts';

const NOW_MS = Date.parse(NOW);
const inMs = (ms: number) => new Date(NOW_MS + ms).toISOString();
const DESTINATION = aWebhook({ retry: { delaysSeconds: [3_600] } });
const ATTEMPT = { started_at: NOW, duration_ms: 100 };
const answered = (given: Partial<Answered> = {}): Answered =>
  ({ verdict: 'retry', reason: 'timeout', facts: {}, ...given }) as Answered;
const DELIVERED: Answered = { verdict: 'delivered', facts: {} };

/** A gate, and what is asked of it about one destination. */
function aGate() {
  const world = memoryPorts([DESTINATION]);
  const { gate } = world;
  return {
    ...world,
    look: async (message: Partial<DeliveryMessage> = {}) =>
      (await gate.look(DESTINATION.id))(aMessage(message), DESTINATION),
    confirm: async (leave: Parameters<typeof gate.confirm>[2]) =>
      gate.confirm(aMessage(), DESTINATION, leave),
    learn: async (what: Answered, message: Partial<DeliveryMessage> = {}, attempt = ATTEMPT) =>
      gate.learn(aMessage(message), DESTINATION, what, attempt),
    open: (untilMs: number) =>
      void world.health.set(DESTINATION.id, { failures: 5, openings: 1, openUntil: inMs(untilMs) }),
  };
}

describe('the gate, asked before an attempt', () => {
  test('gives leave where nothing is known of the endpoint', async () => {
    expect(await aGate().look()).toEqual({});
  });

  test('lets a first attempt wait for the slow lane where an attempt failed before', async () => {
    const gate = aGate();
    gate.health.set(DESTINATION.id, { failures: 1, openings: 0 });
    expect(await gate.look()).toMatchObject({ verdict: 'waits', reason: 'slow-lane' });
    expect(await gate.look({ not_before: NOW })).toEqual({});
  });

  test('lets every message wait while the breaker is open, and a test by an operator none', async () => {
    const gate = aGate();
    gate.open(60_000);
    expect(await gate.look()).toMatchObject({ verdict: 'waits', reason: 'breaker-open' });
    expect(await gate.look({ is_test: true })).toEqual({});
  });

  test('ends a delivery that has waited for the breaker for 24 hours, without an attempt', async () => {
    const gate = aGate();
    gate.open(60_000);
    expect(await gate.look({ deferred_since: inMs(-86_400_000) })).toMatchObject({
      instead: { verdict: 'failed', reason: 'receiver-failing' },
    });
    expect(await gate.look({ deferred_since: inMs(-86_399_999) })).toMatchObject({ verdict: 'waits' });
  });
});

describe('the gate, asked last before the claim', () => {
  test('leaves a leave as it is that is for no probe', async () => {
    const gate = aGate();
    expect(await gate.confirm({})).toEqual({});
    expect(gate.calls).toEqual([]);
  });

  test('lets one message probe, and the others wait for what it finds', async () => {
    const gate = aGate();
    gate.open(-1);
    expect(await gate.confirm({ isProbe: true })).toEqual({ isProbe: true });
    expect(await gate.confirm({ isProbe: true })).toMatchObject({ verdict: 'waits', reason: 'breaker-open' });
  });

  test('gives leave where the breaker was closed in the meantime', async () => {
    const gate = aGate();
    gate.health.set(DESTINATION.id, { failures: 0, openings: 0 });
    expect(await gate.confirm({ isProbe: true })).toEqual({ isProbe: true });
  });
});

describe('the gate, while an attempt is made', () => {
  test('notes that the endpoint is slow as soon as it is, and no failure of that note costs the attempt', async () => {
    const gate = aGate();
    gate.broken.add('slow');
    const send = async () => {
      for (const { run } of gate.timers) run();
      return DELIVERED;
    };
    expect(await gate.gate.watch(aMessage(), send)).toEqual(DELIVERED);
    expect(gate.calls).toHaveLength(1);
    expect(gate.timers.size).toBe(0);
  });

  test('watches no test by an operator, and stops watching an attempt that throws', async () => {
    const gate = aGate();
    await gate.gate.watch(aMessage({ is_test: true }), async () => {
      expect(gate.timers.size).toBe(0);
      return DELIVERED;
    });
    const failing = gate.gate.watch(aMessage(), async () => {
      expect(gate.timers.size).toBe(1);
      throw new Error('a bug');
    });
    await expect(failing).rejects.toThrow('a bug');
    expect(gate.timers.size).toBe(0);
  });
});

describe('the gate, after an attempt', () => {
  test('opens the breaker at the fifth failure in a row', async () => {
    const gate = aGate();
    for (let failures = 1; failures <= 4; failures += 1) {
      // oxlint-disable-next-line no-await-in-loop -- failures follow one another
      await gate.learn(answered());
    }
    expect(gate.health.get(DESTINATION.id)).toMatchObject({ failures: 4 });
    expect(gate.calls.some((call) => call.startsWith('open'))).toBe(false);
    await gate.learn(answered());
    expect(gate.calls.at(-1)).toMatch(/^open /u);
  });

  test.each<[string, Answered]>([
    ['that was delivered', DELIVERED],
    ['that was refused', answered({ verdict: 'failed', reason: 'receiver-rejected' })],
    ['that was sent elsewhere', answered({ verdict: 'failed', reason: 'receiver-redirected' })],
  ])('%s closes the breaker: the endpoint answers', async (_what, what) => {
    const gate = aGate();
    gate.open(-1);
    await gate.gate.look(DESTINATION.id);
    await gate.learn(what);
    expect(gate.health.get(DESTINATION.id)?.failures ?? 0).toBe(0);
  });

  test('pauses a destination whose receiver is gone, and learns of a test only what is good', async () => {
    const gate = aGate();
    const gone = answered({ verdict: 'failed', reason: 'receiver-gone' });
    await gate.learn(gone, { is_test: true });
    await gate.learn(answered(), { is_test: true });
    expect(gate.calls).toEqual([]);
    await gate.learn(gone);
    expect(gate.calls).toEqual([`pause ${DESTINATION.id} receiver-gone`]);
  });
});
