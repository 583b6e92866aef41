import { describe, expect, test } from 'vitest';
import {
  announced,
  decide,
  HOURLY_LIMITS,
  type FloodFacts,
} from '../../../../functions/core/deliver/flood/decide.ts';
import { EMPTY_FLOW, type Flow } from '../../../../functions/core/model/wire/flow.ts';

const T0 = Date.parse('2026-01-15T15:00:00.000Z');
const MINUTE = 60_000;

function anAddressee() {
  let flow: Flow = EMPTY_FLOW;
  let mails = 0;
  const send = (atMinutes: number, given: Partial<FloodFacts> = {}, quota?: 'scarce' | 'exhausted') => {
    mails += 1;
    const nowMs = T0 + atMinutes * MINUTE;
    const decision = decide(
      flow,
      {
        kind: 'alert',
        placeId: `mail-${String(mails)}`,
        floodKey: 'a',
        isUrgent: false,
        isPastWindows: false,
        ...given,
      },
      { nowMs, ...(quota !== undefined && { quota }) },
    );
    flow = decision.flow;
    const { verdict } = decision;
    if (verdict.verdict !== 'join') return verdict.verdict;
    flow = announced(flow, verdict, nowMs);
    return `${verdict.kind} ${String((verdict.openedMs - T0) / MINUTE)}-${String((verdict.closesMs - T0) / MINUTE)}`;
  };
  return { send, flow: () => flow };
}

describe('a flood of one key', () => {
  test('is one mail at once, then a digest for each window, twice as long each time, up to an hour', () => {
    const { send } = anAddressee();
    const seen = [0, 1, 4.9, 5, 14, 15, 34, 35, 75, 135, 195].map((at) => send(at));
    expect(seen).toEqual([
      'send',
      'window 0-5',
      'window 0-5',
      'window 5-15',
      'window 5-15',
      'window 15-35',
      'window 15-35',
      'window 35-75',
      'window 75-135',
      'window 135-195',
      'window 195-255',
    ]);
  });

  test('ends with a window that nobody joins: the next alert is a mail at once', () => {
    const alone = anAddressee();
    expect([alone.send(0), alone.send(5), alone.send(10)]).toEqual(['send', 'send', 'send']);
    const joined = anAddressee();
    expect([joined.send(0), joined.send(1), joined.send(14.9)]).toEqual([
      'send',
      'window 0-5',
      'window 5-15',
    ]);
    const ended = anAddressee();
    expect([ended.send(0), ended.send(1), ended.send(15)]).toEqual(['send', 'window 0-5', 'send']);
  });

  test('does not hold back another key, nor a retry', () => {
    const { send } = anAddressee();
    send(0);
    expect(send(1, { floodKey: 'b' })).toBe('send');
    expect(send(1, { isPastWindows: true })).toBe('send');
  });

  test('lets the first five urgent alerts through', () => {
    const { send } = anAddressee();
    const seen = Array.from({ length: 7 }, (_, index) => send(index / 10, { isUrgent: true }));
    expect(seen).toEqual(['send', 'send', 'send', 'send', 'send', 'window 0-5', 'window 0-5']);
  });
});

describe('the hourly limit', () => {
  const full = () => {
    const addressee = anAddressee();
    for (let index = 0; index < HOURLY_LIMITS.usual; index += 1) {
      expect(addressee.send(0, { floodKey: `k${String(index)}` })).toBe('send');
    }
    return addressee;
  };

  test('puts what is over it into one storm; critical ones have ten places more, storm mails the rest', () => {
    const { send } = full();
    expect(send(1, { floodKey: 'x' })).toBe('storm 1-6');
    expect(send(2, { floodKey: 'y', kind: 'digest' })).toBe('storm 1-6');
    for (let index = 0; index < 10; index += 1) {
      expect(send(2, { floodKey: `u${String(index)}`, isUrgent: true })).toBe('send');
    }
    expect(send(2, { floodKey: 'z', isUrgent: true })).toBe('storm 1-6');
    for (let index = 0; index < 10; index += 1) expect(send(6, { kind: 'storm' })).toBe('send');
    expect(send(6, { kind: 'storm' })).toBe('later');
    expect(send(7, { floodKey: 'x' })).toBe('storm 6-16');
  });

  test('slides: places are free again after an hour and a little', () => {
    const { send } = full();
    expect(send(60, { floodKey: 'x' })).toBe('storm 60-65');
    expect(send(66, { floodKey: 'x' })).toBe('send');
  });

  test('counts a message that comes twice once, and asks the row of one that comes later', () => {
    const { send, flow } = anAddressee();
    expect(send(0, { placeId: 'same' })).toBe('send');
    expect(send(0.2, { placeId: 'same' })).toBe('send');
    expect(flow().places).toHaveLength(1);
    expect(send(3, { placeId: 'same' })).toBe('look');
    expect(send(3, { placeId: 'same', rowState: 'pending' })).toBe('send');
    expect(flow().places).toEqual([{ id: 'same', atMs: T0 + 3 * MINUTE }]);
    expect(send(4, { placeId: 'same', rowState: 'sending' })).toBe('send');
    expect(flow().places).toHaveLength(2);
  });
});

test('a mail that may have been sent goes out again or waits, and is never in a digest as well', () => {
  const { send } = anAddressee();
  for (let index = 0; index < HOURLY_LIMITS.usual; index += 1) send(0, { floodKey: `k${String(index)}` });
  expect(send(1, { floodKey: 'x', isPastWindows: true })).toBe('storm 1-6');
  expect(send(1, { floodKey: 'x', isPastWindows: true, mayBeSent: true })).toBe('send');
  for (let index = 1; index < 20; index += 1) send(2, { mayBeSent: true });
  expect(send(2, { isPastWindows: true, mayBeSent: true })).toBe('later');
});

test('a quota that is nearly used up is kept for what is urgent', () => {
  const { send, flow } = anAddressee();
  expect(send(0, {}, 'scarce')).toBe('storm 0-5');
  expect(send(0, { isUrgent: true, floodKey: 'u' }, 'scarce')).toBe('send');
  const before = flow();
  expect(send(1, { isUrgent: true, floodKey: 'v' }, 'exhausted')).toBe('send');
  expect(flow()).toBe(before);
});

test('a clock that jumps back by two hours holds no mail back and joins no digest that is closed', () => {
  const { send } = anAddressee();
  expect([0, 1].map((at) => send(at))).toEqual(['send', 'window 0-5']);
  expect([-120, -119, -114].map((at) => send(at))).toEqual(['send', 'window -120--115', 'window -115--105']);
});

describe('what was held until now', () => {
  test('shares one digest, also with what is of another kind; what comes now is told at once', () => {
    const { send } = anAddressee();
    expect([
      send(0, { isHeld: true }),
      send(1, { isHeld: true, floodKey: 'b' }),
      send(2, { isHeld: true, isUrgent: true, floodKey: 'c' }),
      send(3, { floodKey: 'd' }),
    ]).toEqual(['storm 0-5', 'storm 0-5', 'storm 0-5', 'send']);
  });

  test('goes out by itself where no digests are wanted', () => {
    const { send } = anAddressee();
    expect(send(0, { isHeld: true, isPastWindows: true })).toBe('send');
  });
});
