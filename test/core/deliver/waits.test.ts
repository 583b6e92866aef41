import { describe, expect, test } from 'vitest';
import type { Answered, Waits } from '../../../functions/core/deliver/attempt.ts';
import {
  LEASE_MS,
  LONGEST_WAIT_MS,
  mayDefer,
  nextAttempt,
  notYetDue,
  retryDelaySeconds,
  sendToWait,
  waitOf,
  withinBounds,
} from '../../../functions/core/deliver/waits.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import { STANDARD_RETRY } from '../../../functions/core/model/config/destination.ts';
import { aMessage } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');

describe('the wait before the next attempt', () => {
  test.each([
    [1, 0, 24],
    [1, 0.5, 30],
    [1, 0.999999, 36],
    [2, 0.5, 120],
    [3, 0.5, 480],
    [4, 0.5, undefined],
  ])('after %i failures, jitter at %d: %s s', (failed, fraction, seconds) => {
    const delay = retryDelaySeconds(STANDARD_RETRY, failed, { reason: 'receiver-error' }, fraction);
    if (seconds === undefined) expect(delay).toBeUndefined();
    else expect(delay).toBeCloseTo(seconds, 2);
  });

  test.each(['timeout', 'receiver-busy'] as const)('is at least a minute after %s', (reason) => {
    expect(retryDelaySeconds(STANDARD_RETRY, 1, { reason }, 0)).toBe(60);
    expect(retryDelaySeconds(STANDARD_RETRY, 2, { reason }, 0)).toBe(96);
  });

  test('is as long as the receiver asks, but never longer than the longest step', () => {
    const wait = (retryAfterMs: number) =>
      retryDelaySeconds(STANDARD_RETRY, 1, { reason: 'receiver-error', retryAfterMs }, 0.5);
    expect([1_000, 45_000, 480_000, 481_000, 1e15].map(wait)).toEqual([30, 45, 480, 480, 480]);
  });

  test('follows a schedule of seconds, whatever the floors say', () => {
    const quick = { delaysSeconds: [1, 2] };
    expect(retryDelaySeconds(quick, 1, { reason: 'timeout', retryAfterMs: 60_000 }, 0.5)).toBe(2);
  });

  test('of no schedule is none', () => {
    expect(
      retryDelaySeconds({ delaysSeconds: [] }, 1, { reason: 'timeout', retryAfterMs: 1 }, 0.5),
    ).toBeUndefined();
  });
});

const at = (nowMs: number, fraction = 0.5) => ({
  clock: { now: () => nowMs },
  random: { fraction: () => fraction },
});
const inMs = (ms: number) => new Date(NOW_MS + ms).toISOString();

describe('a message that waits for the mail service', () => {
  test.each([
    [undefined, 10],
    [1, 20],
    [2, 40],
    [3, 80],
    [4, 160],
    [5, 300],
    [1_000, 300],
  ])('after %s waits for its rate waits for %d s', (deferrals, delaySeconds) => {
    const message = aMessage(deferrals === undefined ? {} : { deferrals });
    const wait = waitOf(message, { verdict: 'waits', reason: 'mail-throttled' }, at(NOW_MS));
    expect(wait.delaySeconds).toBe(delaySeconds);
  });

  test('for the quota of the day waits for ten minutes, give or take', () => {
    const [least, most] = [0, 0.999].map(
      (fraction) =>
        waitOf(
          aMessage({ deferrals: 7 }),
          { verdict: 'waits', reason: 'mail-quota-exhausted' },
          at(NOW_MS, fraction),
        ).delaySeconds,
    );
    expect(least).toBe(300);
    expect(most).toBeCloseTo(899.4);
  });

  test('stays the same attempt, and tells since when it waits and how often it was put back', () => {
    const message = aMessage({ attempt: 2 });
    const throttled: Waits = { verdict: 'waits', reason: 'mail-throttled' };
    const once = waitOf(message, throttled, at(NOW_MS));
    expect(once).toEqual({
      message: { ...message, deferrals: 1, deferred_since: inMs(0), not_before: inMs(10_000) },
      delaySeconds: 10,
      row: { reason: 'mail-throttled', dueAt: inMs(10_000) },
    });
    const twice = waitOf(once.message, throttled, at(NOW_MS + 10_000));
    expect(twice.message).toMatchObject({ attempt: 2, deferrals: 2, deferred_since: inMs(0) });
  });
});

describe('a message that waits until an instant', () => {
  test.each(['slow-lane', 'hourly-limit', 'digest-closed'] as const)(
    'because of %s comes back then, and its row says nothing',
    (reason) => {
      const message = aMessage();
      const wait = waitOf(message, { verdict: 'waits', reason, untilMs: NOW_MS + 5_000 }, at(NOW_MS));
      expect(wait).toEqual({ message: { ...message, not_before: inMs(5_000) }, delaySeconds: 5 });
    },
  );

  test('because of the breaker tells since when it waits', () => {
    const message = aMessage();
    const waits: Waits = { verdict: 'waits', reason: 'breaker-open', untilMs: NOW_MS + 60_000 };
    const wait = waitOf(message, waits, at(NOW_MS));
    expect(wait.message).toEqual({ ...message, not_before: inMs(60_000), deferred_since: inMs(0) });
    expect(waitOf(wait.message, waits, at(NOW_MS + 1_000)).message.deferred_since).toBe(inMs(0));
  });

  test('because another worker holds the claim comes back when the lease is over', () => {
    const message = aMessage();
    const wait = waitOf(message, { verdict: 'waits', reason: 'busy' }, at(NOW_MS));
    expect(wait).toEqual({ message, delaySeconds: LEASE_MS / 1_000 + 1 });
  });

  test('and was shown too early has the rest of its wait before it', () => {
    const message = aMessage({ not_before: inMs(7_000) });
    expect(notYetDue(message, NOW_MS)).toEqual({ verdict: 'waits', reason: 'not-yet-due' });
    expect(waitOf(message, { verdict: 'waits', reason: 'not-yet-due' }, at(NOW_MS)).delaySeconds).toBe(7);
    expect(notYetDue(message, NOW_MS + 6_000)).toBeUndefined();
    expect(notYetDue({ ...message, wait_left_seconds: 1 }, NOW_MS)).toBeUndefined();
  });
});

describe('the next attempt', () => {
  test('has the next number, its time, and no waits of the last one', () => {
    const message = aMessage({ attempt: 2, deferrals: 3 });
    const { deferrals: _, ...rest } = message;
    const next = nextAttempt(message, { reason: 'receiver-error' }, STANDARD_RETRY, at(NOW_MS));
    expect(next).toEqual({
      wait: { message: { ...rest, attempt: 3, not_before: inMs(120_000) }, delaySeconds: 120 },
      dueAt: inMs(120_000),
    });
  });
});

describe('the bounds of every wait', () => {
  const throttled: Answered = { verdict: 'waits', reason: 'mail-throttled', facts: { detail: 'slow down' } };
  const failing: Answered = { verdict: 'retry', reason: 'timeout', facts: {} };
  const dead = (reason: string) => ({ verdict: 'failed', reason });
  const since = (ms: number) => aMessage({ deferrals: 9, deferred_since: inMs(-ms) });

  test.each<[string, Answered, DeliveryMessage, object]>([
    ['a wait within 24 hours is one', throttled, since(LONGEST_WAIT_MS - 1), { verdict: 'waits' }],
    ['a wait of 24 hours is over', throttled, since(LONGEST_WAIT_MS), dead('mail-service-failing')],
    [
      'a test by an operator does not wait',
      throttled,
      aMessage({ is_test: true }),
      dead('mail-service-failing'),
    ],
    ['a retry within the schedule is one', failing, aMessage({ attempt: 3 }), { verdict: 'retry' }],
    ['a retry beyond the schedule is none', failing, aMessage({ attempt: 4 }), dead('receiver-unreachable')],
    [
      'the schedule counts from the round',
      failing,
      aMessage({ attempt: 6, first_attempt: 4 }),
      { verdict: 'retry' },
    ],
    [
      'a test by an operator is tried once',
      failing,
      aMessage({ is_test: true }),
      dead('receiver-unreachable'),
    ],
    [
      'what was delivered is',
      { verdict: 'delivered', facts: {} },
      since(LONGEST_WAIT_MS),
      { verdict: 'delivered' },
    ],
  ])('%s', (_, answered, message, expected) => {
    expect(withinBounds(answered, message, STANDARD_RETRY, NOW_MS)).toMatchObject({
      ...expected,
      facts: answered.facts,
    });
  });

  test('an attempt that was never put back may wait', () => {
    expect(mayDefer(aMessage(), NOW_MS)).toBe(true);
  });
});

describe('a wait longer than SQS can hide a message', () => {
  test.each([
    [60, 60, 0],
    [900, 900, 0],
    [3_600, 900, 2_700],
    [900.5, 900, 1],
  ])('of %d s is sent for %d s and says that %d s are left', async (delaySeconds, hop, left) => {
    const sent: unknown[] = [];
    const message = aMessage();
    await sendToWait({ message, delaySeconds }, { sendLater: async (...call) => void sent.push(call) });
    expect(sent).toEqual([[{ ...message, wait_left_seconds: left }, hop]]);
  });
});
