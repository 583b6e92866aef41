import { describe, expect, test } from 'vitest';
import {
  changed,
  isRunning,
  latestMs,
  LONGEST_OPEN_MS,
  type WrittenHealth,
} from '../../../../../functions/core/deliver/webhook/endpoint/health.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const iso = (ms: number) => new Date(NOW_MS + ms).toISOString();
const known = (given: Partial<WrittenHealth> = {}): WrittenHealth => ({ failures: 2, openings: 1, ...given });
const open = known({ openUntil: iso(60_000) });
const probing = known({ openUntil: iso(-1), probeUntil: iso(10_000) });

describe('a failure', () => {
  test('counts from none, ends a probe, and is not counted while the breaker is open', () => {
    const change = { change: 'failure', endedMs: NOW_MS } as const;
    expect(changed(undefined, change, NOW_MS)).toEqual({ failures: 1, openings: 0, failedAt: iso(0) });
    expect(changed(probing, change, NOW_MS)).toEqual(
      known({ failures: 3, openUntil: iso(-1), failedAt: iso(0) }),
    );
    expect(changed(open, change, NOW_MS)).toBeUndefined();
  });

  test('after a success is the first again, unless another one ended after that success', () => {
    const change = { change: 'first-failure', endedMs: NOW_MS, successMs: NOW_MS - 5_000 } as const;
    expect(changed(known({ failedAt: iso(-6_000) }), change, NOW_MS)).toMatchObject({
      failures: 1,
      openings: 0,
    });
    expect(changed(known({ failedAt: iso(-5_000) }), change, NOW_MS)).toBeUndefined();
  });
});

test('a breaker is opened once, and that ends a probe', () => {
  const change = { change: 'open', openings: 2, untilMs: NOW_MS + 120_000 } as const;
  expect(changed(probing, change, NOW_MS)).toEqual(known({ openings: 2, openUntil: iso(120_000) }));
  expect(changed(open, change, NOW_MS)).toBeUndefined();
});

test('one probe at a time is made, once the breaker was open and is no longer', () => {
  const change = { change: 'probe', untilMs: NOW_MS + 10_000 } as const;
  expect(changed(known({ openUntil: iso(-1) }), change, NOW_MS)).toMatchObject({ probeUntil: iso(10_000) });
  for (const health of [undefined, known({ openings: 0 }), open, probing])
    expect(changed(health, change, NOW_MS)).toBeUndefined();
});

test('a success closes what has failures, and changes nothing else', () => {
  expect(changed(probing, { change: 'close' }, NOW_MS)).toEqual({ failures: 0, openings: 0 });
  expect(changed(known({ failures: 0 }), { change: 'close' }, NOW_MS)).toBeUndefined();
});

test('slowness is prolonged, never shortened, and taken back only as it was read', () => {
  const slow = { change: 'slow', untilMs: NOW_MS + 60_000, unlessAfterMs: NOW_MS + 30_000 } as const;
  expect(changed(known({ slowUntil: iso(30_000) }), slow, NOW_MS)).toMatchObject({ slowUntil: iso(60_000) });
  expect(changed(known({ slowUntil: iso(30_001) }), slow, NOW_MS)).toBeUndefined();
  const fast = { change: 'fast', slowUntil: iso(30_000) } as const;
  expect(changed(known({ slowUntil: iso(30_000) }), fast, NOW_MS)).toEqual(known());
  expect(changed(known({ slowUntil: iso(60_000) }), fast, NOW_MS)).toBeUndefined();
});

test('no breaker runs for longer than one may be open: what is further away was written before the clock jumped back', () => {
  expect(isRunning(undefined, NOW_MS)).toBe(false);
  expect(isRunning(iso(0), NOW_MS)).toBe(false);
  expect(isRunning(iso(LONGEST_OPEN_MS), NOW_MS)).toBe(true);
  expect(isRunning(new Date(latestMs(NOW_MS) + 1).toISOString(), NOW_MS)).toBe(false);
});
