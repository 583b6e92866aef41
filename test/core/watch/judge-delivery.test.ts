import { describe, expect, it, test } from 'vitest';
import { judgeDelivery, OVERDUE_AFTER_MS } from '../../../functions/core/watch/judge-delivery.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const at = (ms: number) => new Date(NOW_MS + ms).toISOString();

function aDelivery(given: Partial<Delivery> = {}): Delivery {
  return {
    id: 'delivery-1',
    alert_id: 'alert-1',
    destination_id: 'dst_1',
    channel: 'webhook',
    state: 'pending',
    attempt: 1,
    round: 1,
    created_at: at(-86_400_000),
    updated_at: at(-86_400_000),
    attempts: [],
    ...given,
  };
}

const STANDINGS: Record<Delivery['state'], 'over' | 'overdue'> = {
  pending: 'overdue',
  sending: 'overdue',
  digested: 'over',
  delivered: 'over',
  suppressed: 'over',
  dead: 'over',
};

test.each(Object.entries(STANDINGS))('a delivery that has been %s for a day is %s', (state, expected) => {
  expect(judgeDelivery(aDelivery({ state: state as Delivery['state'] }), NOW_MS).standing).toBe(expected);
});

describe('the latest of what a row says decides', () => {
  it.each(['updated_at', 'due_at', 'lease_until'] as const)('%s', (field) => {
    const justUnder = aDelivery({ [field]: at(1 - OVERDUE_AFTER_MS) });
    expect(judgeDelivery(justUnder, NOW_MS)).toMatchObject({ standing: 'under-way' });
    const reached = aDelivery({ [field]: at(-OVERDUE_AFTER_MS) });
    expect(judgeDelivery(reached, NOW_MS)).toEqual({
      standing: 'overdue',
      sinceMs: NOW_MS - OVERDUE_AFTER_MS,
    });
  });
});

test('the next look is when it would be overdue, and at least a minute away', () => {
  expect(judgeDelivery(aDelivery({ due_at: at(0) }), NOW_MS)).toEqual({
    standing: 'under-way',
    lookAtMs: NOW_MS + OVERDUE_AFTER_MS,
  });
  expect(judgeDelivery(aDelivery({ due_at: at(1 - OVERDUE_AFTER_MS) }), NOW_MS)).toEqual({
    standing: 'under-way',
    lookAtMs: NOW_MS + 60_000,
  });
});
