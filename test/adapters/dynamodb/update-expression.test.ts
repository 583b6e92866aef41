import { describe, expect, it } from 'vitest';
import { conditionHeld } from '../../../functions/adapters/dynamodb/conditions.ts';
import { throttledWaits } from '../../../functions/adapters/dynamodb/throttled.ts';
import { updateOf } from '../../../functions/adapters/dynamodb/update-expression.ts';

describe('the update expression of a write', () => {
  it('sets, keeps what is there, appends, counts and removes', () => {
    expect(
      updateOf({
        set: { state: 'dead', lease: undefined },
        setOnce: { created: 'now' },
        append: { attempts: { number: 1 } },
        increment: ['version'],
        remove: ['due'],
        names: ['round'],
        values: { ':seen': 1 },
      }),
    ).toEqual({
      UpdateExpression:
        'SET #state = :state, #created = if_not_exists(#created, :created), #attempts = list_append(#attempts, :attempts), #version = if_not_exists(#version, :from) + :step REMOVE #lease, #due',
      ExpressionAttributeNames: {
        '#state': 'state',
        '#lease': 'lease',
        '#created': 'created',
        '#attempts': 'attempts',
        '#version': 'version',
        '#due': 'due',
        '#round': 'round',
      },
      ExpressionAttributeValues: {
        ':state': 'dead',
        ':created': 'now',
        ':attempts': [{ number: 1 }],
        ':from': 0,
        ':step': 1,
        ':seen': 1,
      },
    });
  });

  it('removes nothing where nothing is to go', () => {
    expect(updateOf({ set: { a: 1 } }).UpdateExpression).toBe('SET #a = :a');
  });
});

describe('a conditional write', () => {
  const failure = (name: string) => Object.assign(new Error('x'), { name });

  it('went through, or met its condition', async () => {
    expect(await conditionHeld(Promise.resolve())).toBe(true);
    expect(await conditionHeld(Promise.reject(failure('ConditionalCheckFailedException')))).toBe(false);
  });

  it('that failed for another reason is no answer', async () => {
    await expect(conditionHeld(Promise.reject(failure('ThrottlingException')))).rejects.toThrow('x');
  });
});

describe('waits for a table that leaves work unprocessed', () => {
  it('double up to two seconds, and end five seconds before the time is over', async () => {
    const time = { leftMs: 20_000 };
    const waits: number[] = [];
    const again = throttledWaits({
      timeLeft: { ms: () => time.leftMs },
      wait: async (ms) => {
        waits.push(ms);
        time.leftMs -= ms;
      },
    });
    while (await again()) expect(time.leftMs).toBeGreaterThanOrEqual(5_000);
    const bounds = waits.map((_, index) => Math.min(2_000, 50 * 2 ** index));
    expect(waits.every((ms, index) => ms >= bounds[index]! / 2 && ms <= bounds[index]!)).toBe(true);
    expect(waits.length).toBeGreaterThan(6);
  });

  it('are none where the time would not do for another call', async () => {
    const wait = async () => Promise.reject(new Error('nobody should wait'));
    expect(await throttledWaits({ timeLeft: { ms: () => 5_000 }, wait })()).toBe(false);
  });
});
