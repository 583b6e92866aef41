import { describe, expect, test } from 'vitest';
import type { Answered, Channel } from '../../../functions/core/deliver/attempt.ts';
import { deliver } from '../../../functions/core/deliver/deliver.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import type { DeferralReason } from '../../../functions/core/model/wire/delivery-reasons.ts';
import { STANDARD_RETRY } from '../../../functions/core/model/config/destination.ts';
import { aMailingList, aMessage } from '../../adapters/records.ts';
import { memoryPorts, NOW } from './memory-ports.ts';

const ok: Answered = { verdict: 'delivered', facts: { message_id: 'ses-1' } };
const throttled: Answered = {
  verdict: 'waits',
  reason: 'mail-throttled',
  facts: { detail: 'Throttling: Maximum sending rate exceeded.' },
};
const down: Answered = { verdict: 'retry', reason: 'mail-service-failed', facts: {} };
const mail = (given: Partial<DeliveryMessage> = {}) =>
  aMessage({ channel: 'email', destination_id: 'dst_2', recipient: 'ops@example.com', ...given });

/** An engine whose mail service answers in turn; the last answer for ever. `wait` is what is known beforehand. */
function anEngine(answers: Answered[], wait: { reason?: DeferralReason } = {}) {
  const world = memoryPorts([aMailingList()]);
  const left = [...answers];
  const prepare: Channel['prepare'] = async (message) => ({
    body: 'mail',
    message,
    schedule: STANDARD_RETRY,
    ...(wait.reason !== undefined && { wait: wait.reason }),
    send: async () => {
      world.calls.push('send');
      return (left.length > 1 ? left.shift() : left[0]) ?? ok;
    },
  });
  const engine = {
    ...world,
    deliver: async (message = mail()) => deliver(message, { prepare }, world.ports, world.ports.clock.now()),
    /** Lets time pass until the message that was sent last is due, and delivers it. */
    deliverNext: async () => {
      const { message } = world.later.at(-1) ?? { message: mail() };
      world.clock.at = Date.parse(message.not_before ?? NOW);
      return engine.deliver(message);
    },
    row: () => world.rows.get('delivery-1'),
  };
  return engine;
}

describe('a mail that the service takes nothing of now', () => {
  test('goes back to its queue as the same attempt before the row says that it waits', async () => {
    const engine = anEngine([throttled, ok]);
    expect(await engine.deliver()).toEqual({ verdict: 'waits', reason: 'mail-throttled' });
    expect(engine.calls).toEqual(['claim 1', 'send', 'later 1', 'defer mail-throttled']);
    expect(engine.later).toMatchObject([{ delaySeconds: 10, message: { attempt: 1, deferrals: 1 } }]);
    expect(engine.row()).toMatchObject({
      state: 'pending',
      reason: 'mail-throttled',
      attempt: 1,
      due_at: '2026-01-15T15:00:10.000Z',
      deferrals: 1,
      deferred_since: NOW,
      attempts: [],
    });
  });

  test('is sent when the service takes it, and has used one attempt, which tells of the wait', async () => {
    const engine = anEngine([throttled, throttled, throttled, throttled, throttled, ok]);
    await engine.deliver();
    for (let time = 0; time < 4; time += 1) await engine.deliverNext();
    expect(await engine.deliverNext()).toMatchObject({ verdict: 'delivered' });
    expect(engine.row()).toMatchObject({
      state: 'delivered',
      attempts: [{ number: 1, outcome: 'delivered', deferrals: 5, deferred_since: NOW }],
    });
    expect(engine.row()?.attempts).toHaveLength(1);
  });

  test('has all its retries afterwards, each counted anew', async () => {
    const engine = anEngine([throttled, down, throttled, down, down, down]);
    await engine.deliver();
    const results = [];
    for (let time = 0; time < 5; time += 1) results.push((await engine.deliverNext()).verdict);
    expect(results).toEqual(['retry', 'waits', 'retry', 'retry', 'failed']);
    expect(engine.row()?.attempts.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(engine.row()?.attempts.map(({ deferrals }) => deferrals)).toEqual([1, 1, undefined, undefined]);
  });

  test('is dead after 24 hours, with what the service said, and the others are told', async () => {
    const engine = anEngine([throttled]);
    let report = await engine.deliver();
    let times = 0;
    while (report.verdict === 'waits' && times < 1_000) {
      times += 1;
      report = await engine.deliverNext();
    }
    expect(report).toMatchObject({ verdict: 'failed', reason: 'mail-service-failing' });
    const waitedMs = engine.clock.at - Date.parse(NOW);
    expect(waitedMs).toBeGreaterThanOrEqual(24 * 3_600_000);
    expect(waitedMs).toBeLessThan(24 * 3_600_000 + 300_000);
    expect(engine.row()?.attempts).toMatchObject([
      {
        number: 1,
        outcome: 'failed',
        reason: 'mail-service-failing',
        detail: 'Throttling: Maximum sending rate exceeded.',
      },
    ]);
    expect(engine.dead).toMatchObject([{ reason: 'mail-service-failing' }]);
    expect(engine.raised.flatMap(({ alerts }) => alerts.map(({ type }) => type))).toEqual([
      'tocsin.dead-letter',
    ]);
  });

  test('is not waited for by an operator who tests', async () => {
    const engine = anEngine([throttled]);
    expect(await engine.deliver(mail({ is_test: true }))).toMatchObject({
      verdict: 'failed',
      reason: 'mail-service-failing',
    });
    expect(engine.calls).toEqual(['claim 1', 'send', 'record dead']);
  });
});

describe('a mail of which it is known that nothing is taken', () => {
  test('waits without an attempt and without a claim', async () => {
    const engine = anEngine([ok], { reason: 'mail-quota-exhausted' });
    expect(await engine.deliver()).toEqual({ verdict: 'waits', reason: 'mail-quota-exhausted' });
    expect(engine.calls).toEqual(['later 1', 'defer mail-quota-exhausted']);
    expect(engine.row()).toMatchObject({ state: 'pending', reason: 'mail-quota-exhausted', attempts: [] });
  });

  test('is tried once more after 24 hours', async () => {
    const engine = anEngine([ok], { reason: 'mail-quota-exhausted' });
    const message = mail({ deferrals: 200, deferred_since: '2026-01-14T15:00:00.000Z' });
    expect(await engine.deliver(message)).toMatchObject({ verdict: 'delivered' });
  });

  test('is tried at once by an operator who tests', async () => {
    const engine = anEngine([ok], { reason: 'mail-quota-exhausted' });
    expect(await engine.deliver(mail({ is_test: true }))).toMatchObject({ verdict: 'delivered' });
  });
});

describe('of two messages of one attempt', () => {
  test('the one that was put back later counts, the other is let go', async () => {
    const engine = anEngine([throttled, ok]);
    await engine.deliver();
    expect(await engine.deliver()).toEqual({ verdict: 'settled' });
    expect(await engine.deliverNext()).toMatchObject({ verdict: 'delivered' });
    expect(engine.calls.filter((call) => call === 'send')).toHaveLength(2);
  });

  test('both end in one mail when the worker died before the row told of the wait', async () => {
    const engine = anEngine([throttled, ok]);
    engine.broken.add('defer');
    await expect(engine.deliver()).rejects.toThrow('defer is down');
    engine.broken.clear();
    // The copy comes back while the claim of the dead worker still holds.
    expect(await engine.deliverNext()).toEqual({ verdict: 'waits', reason: 'busy' });
    engine.clock.at += 26_000;
    expect(await engine.deliver()).toMatchObject({ verdict: 'delivered' });
    const copy = engine.later[0]?.message ?? mail();
    expect(await engine.deliver(copy)).toEqual({ verdict: 'settled' });
    expect(engine.row()?.attempts).toHaveLength(1);
  });

  test('both are one chain again after the next wait', async () => {
    const engine = anEngine([throttled]);
    engine.broken.add('defer');
    await expect(engine.deliver()).rejects.toThrow('defer is down');
    engine.broken.clear();
    const copy = engine.later[0]?.message ?? mail();
    engine.clock.at += 26_000;
    await engine.deliver();
    await engine.deliver(copy);
    engine.clock.at += 60_000;
    const chains = engine.later.map(({ message }) => message).slice(1);
    const results = [];
    for (const message of chains) results.push((await engine.deliver(message)).verdict);
    expect(results).toEqual(['settled', 'waits']);
  });
});
