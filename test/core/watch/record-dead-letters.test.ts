import { describe, expect, test } from 'vitest';
import { recordDeadLetters } from '../../../functions/core/watch/record-dead-letters.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import type { DeadLetter } from '../../../functions/core/model/wire/dead-letter.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { aMessage, anAlert } from '../../adapters/records.ts';

const NOW = Date.parse('2026-01-15T15:00:00.000Z');

function aLetter(given: Partial<DeadLetter> = {}): DeadLetter {
  const messageId = given.messageId ?? 'm-1';
  return {
    queue: 'webhook',
    messageId,
    receiptHandle: messageId,
    sentAt: new Date(NOW).toISOString(),
    reason: 'pipeline-fault',
    isUnrecorded: true,
    delivery: aMessage({ delivery_id: `delivery-${messageId}` }),
    body: '',
    ...given,
  };
}

/** What becomes of the letters, every write in its order; a name in `broken` makes that write fail. */
async function look(
  letters: DeadLetter[],
  given: { broken?: string; row?: Partial<Delivery>; secondsPerWrite?: number; isRestated?: boolean } = {},
) {
  const { broken, row, secondsPerWrite = 0, isRestated = true } = given;
  const calls: string[] = [];
  const clock = { at: NOW, now: () => clock.at };
  const did = (what: string) => {
    calls.push(what);
    clock.at += secondsPerWrite * 1_000;
    if (broken !== undefined && what.startsWith(broken)) throw new Error(`${broken} is down`);
  };
  const result = await recordDeadLetters({
    letters: {
      read: async function* read() {
        yield* letters;
      },
      restate: async ({ messageId }) => {
        did(`restate ${messageId}`);
        return isRestated;
      },
      drop: async ({ messageId }) => did(`drop ${messageId}`),
      release: async (held) => did(`release ${held.map(({ messageId }) => messageId).join(' ')}`.trim()),
    },
    deliveryEnds: {
      find: async () => row as Delivery | undefined,
      bury: async (message) => did(`bury ${message.delivery_id}`),
    },
    acceptedEnds: {
      bury: async ({ alerts }) => {
        did(`bury alerts of a request`);
        return alerts;
      },
    },
    alerts: { enqueue: async ({ alerts }) => did(`tell ${String(alerts[0]?.details['queue'])}`) },
    clock,
    tenantId: 'default',
  });
  return { calls, result };
}

describe('a letter that SQS moved', () => {
  test('is laid down again, recorded, told and removed, in this order', async () => {
    const { calls, result } = await look([aLetter()]);
    expect(calls).toEqual(['restate m-1', 'bury delivery-m-1', 'tell webhook', 'drop m-1', 'release']);
    expect(result).toMatchObject({ read: 1, isComplete: true, failures: [] });
  });

  test.each([
    ['restate', ['restate m-1', 'release m-1']],
    ['bury', ['restate m-1', 'bury delivery-m-1', 'release m-1']],
    ['tell', ['restate m-1', 'bury delivery-m-1', 'tell webhook', 'release m-1']],
    ['drop', ['restate m-1', 'bury delivery-m-1', 'tell webhook', 'drop m-1', 'release m-1']],
  ])('stays for the next look when %s fails', async (broken, expected) => {
    const { calls, result } = await look([aLetter()], { broken });
    expect(calls).toEqual(expected);
    expect(result).toMatchObject({
      isComplete: false,
      recorded: [],
      failures: [{ error: expect.any(Error) as Error }],
    });
  });

  test('that cannot be laid down again is recorded where it lies', async () => {
    const { calls, result } = await look([aLetter()], { isRestated: false });
    expect(calls).toEqual(['restate m-1', 'bury delivery-m-1', 'tell webhook', 'release m-1']);
    expect(result.recorded).toHaveLength(1);
  });

  test('of accepted alerts records each of them', async () => {
    const { delivery: _none, ...bare } = aLetter({ queue: 'alerts' });
    const accepted = { schema_version: '1' as const, request_id: 'r', alerts: [anAlert()] };
    const { calls } = await look([{ ...bare, accepted }]);
    expect(calls).toContain('bury alerts of a request');
  });

  test('whose attempt a live worker holds waits, and one whose worker died does not', async () => {
    const sending = { state: 'sending' as const };
    const live = await look([aLetter()], {
      row: { ...sending, lease_until: new Date(NOW + 1).toISOString() },
    });
    expect(live.calls).toEqual(['release m-1']);
    expect(live.result.isComplete).toBe(false);
    const dead = await look([aLetter()], { row: { ...sending, lease_until: new Date(NOW).toISOString() } });
    expect(dead.calls).toContain('drop m-1');
  });

  test('of a system alert is recorded and not told: no loops', async () => {
    const alert = anAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } });
    const { calls } = await look([aLetter({ delivery: aMessage({ delivery_id: 'd', alert }) })]);
    expect(calls).toEqual(['restate m-1', 'bury d', 'drop m-1', 'release']);
  });
});

describe('a look into the queues', () => {
  test('leaves a letter alone that is recorded', async () => {
    const { calls, result } = await look([aLetter({ isUnrecorded: false })]);
    expect(calls).toEqual(['release m-1']);
    expect(result).toMatchObject({ read: 1, isComplete: true, recorded: [] });
  });

  test('tells of a queue once, however many letters lie there', async () => {
    const letters = ['m-1', 'm-2', 'm-3'].map((messageId) => aLetter({ messageId }));
    const { calls } = await look([...letters, aLetter({ messageId: 'm-4', queue: 'email' })]);
    expect(calls.filter((call) => call.startsWith('tell')).sort()).toEqual(['tell email', 'tell webhook']);
    expect(calls.filter((call) => call.startsWith('drop'))).toHaveLength(4);
  });

  test('ends in time, and says that it is not complete', async () => {
    const letters = Array.from({ length: 40 }, (_, index) => aLetter({ messageId: `m-${String(index)}` }));
    const { result } = await look(letters, { secondsPerWrite: 2 });
    expect(result.isComplete).toBe(false);
    expect(result.recorded.length).toBeGreaterThan(0);
    expect(result.recorded.length).toBeLessThan(letters.length);
  });

  test('reads so many letters and no more', async () => {
    const letters = Array.from({ length: 2_001 }, (_, index) =>
      aLetter({ messageId: `m-${String(index)}`, isUnrecorded: false }),
    );
    expect((await look(letters)).result).toMatchObject({ read: 2_000, isComplete: false });
  });
});
