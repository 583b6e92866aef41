import { describe, expect, test } from 'vitest';
import type { Answered, Unclaimed } from '../../../functions/core/deliver/attempt.ts';
import { settleAttempt, settleUnclaimed } from '../../../functions/core/deliver/settle.ts';
import type { Stories } from '../../../functions/core/deliver/ports.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { NO_STORY } from '../../../functions/core/model/wire/story.ts';
import { aMessage, anAlert, aWebhook } from '../../adapters/records.ts';
import { memoryPorts, NOW } from './memory-ports.ts';

const NOW_MS = Date.parse(NOW);

/** Stories that tell of each change, which can only be that a telling is taken back. */
function storiesOf({ calls, broken, ports }: ReturnType<typeof memoryPorts>): Stories {
  return {
    clock: ports.clock,
    change: async (_reader, step) => {
      calls.push('take-back');
      if (broken.has('take-back')) throw new Error('take-back is down');
      return step(NO_STORY).result;
    },
  };
}

/** A world in which the first attempt of a delivery is claimed. */
async function aClaim(given: Parameters<typeof aMessage>[0] = {}) {
  const world = memoryPorts([aWebhook()]);
  const message = aMessage(given);
  const claim = await world.ports.deliveries.claim(message, new Date(NOW_MS + 25_000).toISOString());
  const delivery: Delivery =
    claim.claim === 'granted' ? claim.delivery : expect.fail('the claim is not granted');
  world.calls.length = 0;
  const ended = {
    delivery,
    message,
    schedule: { delaysSeconds: [30] },
    attempt: {
      number: 1,
      started_at: NOW,
      duration_ms: 12,
      destination_version: 1,
      status: 500,
      detail: 'in words',
    },
    destination: undefined,
    alert: () => anAlert({ type: 'tocsin.dead-letter' }),
  };
  return { ...world, ports: { ...world.ports, stories: storiesOf(world) }, message, ended };
}

describe('a verdict over a claimed attempt is written in order', () => {
  test.each<[string, Answered, string[], object]>([
    ['delivered', { verdict: 'delivered', facts: {} }, ['record delivered'], { state: 'delivered' }],
    [
      'retry: the next message is there before the row hides that there must be one',
      { verdict: 'retry', reason: 'timeout', facts: {} },
      ['later 2', 'record pending'],
      { state: 'pending', reason: 'timeout' },
    ],
    [
      'waits for the mail service: the message first, then the row gives the claim up',
      { verdict: 'waits', reason: 'mail-throttled', facts: {} },
      ['later 1', 'defer mail-throttled'],
      { state: 'pending', reason: 'mail-throttled', deferrals: 1 },
    ],
    [
      'failed: the story, dead letter and alert before the row calls it dead',
      { verdict: 'failed', reason: 'receiver-rejected', facts: {} },
      ['take-back', 'dead-letter receiver-rejected', 'alert tocsin.dead-letter', 'record dead'],
      { state: 'dead', reason: 'receiver-rejected' },
    ],
  ])('%s', async (_, answered, calls, row) => {
    const world = await aClaim();
    await settleAttempt(answered, world.ended, world.ports);
    expect(world.calls).toEqual(calls);
    expect(world.rows.get('delivery-1')).toMatchObject(row);
  });

  test('failed, of a test by an operator: the row alone', async () => {
    const world = await aClaim({ is_test: true });
    await settleAttempt({ verdict: 'failed', reason: 'receiver-gone', facts: {} }, world.ended, world.ports);
    expect(world.calls).toEqual(['record dead']);
  });

  test('failed, where nobody is to be told: no alert', async () => {
    const world = await aClaim();
    const ended = { ...world.ended, alert: () => undefined };
    await settleAttempt({ verdict: 'failed', reason: 'receiver-gone', facts: {} }, ended, world.ports);
    expect(world.calls).toEqual(['take-back', 'dead-letter receiver-gone', 'record dead']);
  });

  test('a retry whose answer was lost says in its message that it may be sent', async () => {
    const world = await aClaim();
    const answered: Answered = {
      verdict: 'retry',
      reason: 'mail-service-failed',
      mayBeSent: true,
      facts: {},
    };
    await settleAttempt(answered, world.ended, world.ports);
    expect(world.later).toMatchObject([{ message: { attempt: 2, may_be_sent: true } }]);
  });

  test.each<[Answered, string[]]>([
    [{ verdict: 'retry', reason: 'timeout', facts: {} }, ['later', 'record']],
    [{ verdict: 'waits', reason: 'mail-throttled', facts: {} }, ['later', 'defer']],
    [
      { verdict: 'failed', reason: 'receiver-gone', facts: {} },
      ['take-back', 'dead-letter', 'alert', 'record'],
    ],
  ])('%o: a write that fails is thrown, and none after it is made', async (answered, writes) => {
    for (const [index, write] of writes.entries()) {
      const world = await aClaim();
      world.broken.add(write);
      await expect(settleAttempt(answered, world.ended, world.ports)).rejects.toThrow(`${write} is down`);
      expect(world.calls.map((call) => call.split(' ')[0])).toEqual(writes.slice(0, index + 1));
    }
  });
});

describe('a verdict without a claim is written in order', () => {
  test.each<[string, Unclaimed, string[], object]>([
    ['settled', { verdict: 'settled' }, [], { verdict: 'settled' }],
    [
      'settled, an empty digest',
      { verdict: 'settled', reason: 'empty-digest' },
      [],
      { reason: 'empty-digest' },
    ],
    [
      'settled, and its reader was not told',
      { verdict: 'settled', isUntold: true },
      ['take-back'],
      { verdict: 'settled' },
    ],
    ['digested', { verdict: 'digested' }, [], { verdict: 'digested' }],
    [
      'suppressed',
      { verdict: 'suppressed', reason: 'unsubscribed' },
      ['suppress delivery-1 unsubscribed'],
      { reason: 'unsubscribed' },
    ],
    [
      'waits, not yet due',
      { verdict: 'waits', reason: 'not-yet-due' },
      ['later 1'],
      { reason: 'not-yet-due' },
    ],
    ['waits, busy', { verdict: 'waits', reason: 'busy' }, ['later 1'], { reason: 'busy' }],
    [
      'waits for a breaker',
      { verdict: 'waits', reason: 'breaker-open', untilMs: NOW_MS + 1_000 },
      ['later 1'],
      { reason: 'breaker-open' },
    ],
    [
      'waits for the mail service',
      { verdict: 'waits', reason: 'mail-quota-exhausted' },
      ['later 1', 'defer mail-quota-exhausted'],
      { reason: 'mail-quota-exhausted' },
    ],
  ])('%s', async (_, verdict, calls, report) => {
    const world = memoryPorts([aWebhook()]);
    const ports = { ...world.ports, stories: storiesOf(world) };
    expect(await settleUnclaimed(aMessage(), verdict, ports)).toMatchObject(report);
    expect(world.calls).toEqual(calls);
  });
});
