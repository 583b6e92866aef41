import { describe, expect, it } from 'vitest';
import {
  isAttemptOf,
  isGranted,
  isHeld,
  isOpen,
  isStillClaimed,
  latestLease,
} from '../../../functions/core/deliver/claim.ts';
import type { DeliveryState } from '../../../functions/core/model/wire/delivery.ts';
import { aMessage } from '../../adapters/records.ts';

const NOW = '2026-01-15T15:00:00.000Z';
const OVER = '2026-01-15T14:59:59.999Z';
const RUNNING = '2026-01-15T15:00:30.000Z';
/** Given before the clock jumped back. */
const ABSURD = '2026-01-16T15:00:00.000Z';

type Row = NonNullable<Parameters<typeof isGranted>[0]>;
type Message = Parameters<typeof aMessage>[0];
const row = (given: Partial<Row>): Row => ({ state: 'pending', attempt: 1, round: 1, ...given });

/** The table in the comment of `isGranted`, and what it does not grant: `d` stands for a digest. */
const GRANTS: [what: string, row: Row | undefined, message: Message, worker: boolean, digest: boolean][] = [
  ['no row', undefined, {}, true, true],
  ['a later attempt of a pending row', row({}), { attempt: 2 }, true, true],
  ['the same attempt of a pending row', row({}), { attempt: 1 }, false, false],
  ['an earlier attempt', row({ attempt: 3 }), { attempt: 2 }, false, false],
  ['the attempt that was put back, at its last return', row({ deferrals: 2 }), { deferrals: 2 }, true, true],
  ['the attempt that was put back, overtaken', row({ deferrals: 2 }), { deferrals: 1 }, false, false],
  [
    'a later attempt of one that is sent',
    row({ state: 'sending', lease_until: RUNNING }),
    { attempt: 2 },
    true,
    true,
  ],
  ['the attempt that a worker makes', row({ state: 'sending', lease_until: RUNNING }), {}, false, false],
  [
    'the attempt of a worker whose lease is over',
    row({ state: 'sending', lease_until: OVER }),
    {},
    true,
    false,
  ],
  ['the same, overtaken', row({ state: 'sending', lease_until: OVER, deferrals: 1 }), {}, false, false],
  [
    'an attempt with a lease that no clock gives',
    row({ state: 'sending', lease_until: ABSURD }),
    {},
    true,
    false,
  ],
  ['an attempt without a lease', row({ state: 'sending' }), {}, false, false],
  ['the same round of a dead one', row({ state: 'dead' }), { attempt: 9 }, false, false],
  ['a later round of a dead one', row({ state: 'dead' }), { round: 2 }, true, true],
  ['a later round of a suppressed one', row({ state: 'suppressed' }), { round: 2 }, true, true],
  ['a later round of a digested one', row({ state: 'digested' }), { round: 2 }, true, true],
  ['a later round of a delivered one', row({ state: 'delivered' }), { round: 2 }, false, false],
  ['a later round that says so', row({ state: 'delivered' }), { round: 2, is_again: true }, true, true],
  ['the same round that says so', row({ state: 'delivered' }), { is_again: true }, false, false],
];

describe('an attempt is granted', () => {
  it.each(GRANTS)('by %s as the table says', (_what, of, message, toWorker, toDigest) => {
    expect(isGranted(of, aMessage(message), NOW)).toBe(toWorker);
    expect(isGranted(of, aMessage(message), NOW, 'digest')).toBe(toDigest);
  });
});

describe('a worker', () => {
  const claimed = row({ state: 'sending', attempt: 2, lease_until: RUNNING });

  it.each<[string, Row, Message, boolean]>([
    ['holds the attempt until its lease is over', claimed, { attempt: 2 }, true],
    ['holds no other attempt', claimed, { attempt: 1 }, false],
    ['holds nothing of another round', claimed, { attempt: 2, round: 2 }, false],
    ['holds nothing once its lease is over', { ...claimed, lease_until: OVER }, { attempt: 2 }, false],
    ['holds nothing that it has put back', { ...claimed, deferrals: 1 }, { attempt: 2 }, false],
  ])('%s', (_what, of, message, holds) => {
    expect(isHeld(of, aMessage(message), NOW)).toBe(holds);
  });

  it('writes what came of its attempt only while its own lease stands', () => {
    const own = { attempt: 2, round: 1, lease_until: RUNNING };
    expect(isStillClaimed(claimed, own)).toBe(true);
    expect(isStillClaimed({ ...claimed, lease_until: OVER }, own)).toBe(false);
    expect(isStillClaimed({ ...claimed, state: 'delivered' }, own)).toBe(false);
    expect(isAttemptOf(claimed, { attempt: 2, round: 2 })).toBe(false);
  });
});

it('a delivery is open until it has an end', () => {
  const states: DeliveryState[] = ['sending', 'pending', 'delivered', 'digested', 'suppressed', 'dead'];
  expect(states.filter((state) => isOpen({ state }))).toEqual(['sending', 'pending']);
});

it('the latest lease is later than any that is given now, and close', () => {
  const ms = Date.parse(latestLease(NOW)) - Date.parse(NOW);
  expect(ms).toBeGreaterThan(60_000);
  expect(ms).toBeLessThan(10 * 60_000);
});
