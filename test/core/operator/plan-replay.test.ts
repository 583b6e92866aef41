import { describe, expect, it, test } from 'vitest';
import { planReplay, type ReplayPlan } from '../../../functions/core/operator/plan-replay.ts';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import type { DigestStory } from '../../../functions/core/operator/digest-story.ts';
import { aMessage, aRoutedAlert } from '../../adapters/records.ts';

const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const hoursAgo = (hours: number) => new Date(NOW_MS - hours * 3_600_000).toISOString();

function aDelivery(given: Partial<Delivery> = {}): Delivery {
  return {
    id: 'delivery-1',
    alert_id: 'alert-1',
    destination_id: 'dst_1',
    channel: 'webhook',
    state: 'dead',
    attempt: 3,
    round: 1,
    created_at: hoursAgo(5),
    updated_at: hoursAgo(4),
    attempts: [],
    ...given,
  };
}

function plan(
  delivery: Delivery,
  given: {
    isAgain?: boolean;
    destination?: { isEnabled: boolean; isUnreadable?: boolean };
    digest?: DigestStory;
  } = {},
): ReplayPlan {
  const { isAgain = false, destination = { isEnabled: true }, digest } = given;
  return planReplay({
    routed: aRoutedAlert(),
    deliveries: [delivery],
    owed: [],
    destinations: [{ id: 'dst_1', ...destination }],
    ...(digest !== undefined && { digests: new Map([[delivery.id, digest]]) }),
    digestMessage: () => aMessage({ delivery_id: 'digest-1' }),
    isAgain,
    nowMs: NOW_MS,
  });
}

const sent = ({ send }: ReplayPlan) => send.map(({ message }) => message);
const reason = ({ skipped }: ReplayPlan) => skipped[0]?.because;

describe('what is over is sent again in a new round, its attempts numbered on', () => {
  it.each(['dead', 'suppressed'] as const)('%s', (state) => {
    expect(sent(plan(aDelivery({ state })))).toMatchObject([{ attempt: 4, round: 2, first_attempt: 4 }]);
  });

  it('delivered, when it is asked for', () => {
    const delivery = aDelivery({ state: 'delivered' });
    expect(reason(plan(delivery))).toBe('delivered');
    expect(sent(plan(delivery, { isAgain: true }))).toMatchObject([{ round: 2, is_again: true }]);
  });
});

describe('what is not to be told, by what was told before', () => {
  it.each(['repeated', 'never-told', 'overtaken', 'end-not-wanted', 'already-handled'] as const)(
    'is sent only when it is asked for: %s',
    (because) => {
      const delivery = aDelivery({ state: 'suppressed', reason: because });
      expect(reason(plan(delivery))).toBe('not-owed');
      expect(sent(plan(delivery, { isAgain: true }))).toMatchObject([{ attempt: 4, round: 2 }]);
    },
  );
});

describe('what waits', () => {
  it.each(['pending', 'sending'] as const)('is left alone for an hour beyond its time: %s', (state) => {
    expect(reason(plan(aDelivery({ state, updated_at: hoursAgo(0.9) })))).toBe('under-way');
    expect(reason(plan(aDelivery({ state, due_at: hoursAgo(0.9) })))).toBe('under-way');
  });

  it('is sent again in its own round after that, so that only one of the two messages is claimed', () => {
    const delivery = aDelivery({ state: 'pending', updated_at: hoursAgo(3), due_at: hoursAgo(1.1) });
    expect(sent(plan(delivery))).toMatchObject([{ attempt: 4, round: 1 }]);
  });
});

describe('a destination decides whether anything is sent to it', () => {
  it.each([
    ['disabled', { isEnabled: false }, 'destination-disabled'],
    ['unreadable', { isEnabled: true, isUnreadable: true }, 'destination-unreadable'],
  ] as const)('%s', (_, destination, because) => {
    expect(reason(plan(aDelivery(), { destination }))).toBe(because);
  });

  it('deleted', () => {
    const gone = aDelivery({ destination_id: 'dst_gone' });
    expect(reason(plan(gone))).toBe('destination-deleted');
  });
});

test('a test delivery is never sent again', () => {
  expect(reason(plan(aDelivery({ is_test: true }), { isAgain: true }))).toBe('test');
});

test('what the configuration of now owes, and nobody planned, gets its first attempt', () => {
  const replay = planReplay({
    routed: aRoutedAlert(),
    deliveries: [aDelivery({ state: 'delivered' })],
    owed: [
      { id: 'delivery-1', destination_id: 'dst_1', channel: 'webhook' },
      { id: 'delivery-2', destination_id: 'dst_2', channel: 'email', recipient: 'ana@example.com' },
    ],
    destinations: [{ id: 'dst_1', isEnabled: true }],
    isAgain: false,
    nowMs: NOW_MS,
  });
  expect(replay.send).toMatchObject([
    { state: 'never-planned', message: { delivery_id: 'delivery-2', attempt: 1, round: 1 } },
  ]);
});

describe('what a digest tells of', () => {
  const story = (given: Partial<DigestStory>, closesAt = hoursAgo(2)): DigestStory => ({
    digest: { id: 'digest-1', kind: 'window', opened_at: hoursAgo(3), closes_at: closesAt },
    addressee: { destinationId: 'dst_1', recipient: 'ana@example.com' },
    state: 'open',
    ...given,
  });
  const joined = aDelivery({ state: 'digested', channel: 'email', recipient: 'ana@example.com' });

  it.each([
    ['open', story({ state: 'open' })],
    ['closed a moment ago', story({ state: 'due' }, hoursAgo(0.5))],
  ])('is under way while the digest is %s', (_, digest) => {
    expect(reason(plan(joined, { digest }))).toBe('under-way');
  });

  it('is delivered when the mail of its digest was', () => {
    const digest = story({ state: 'delivered', delivery: aDelivery({ state: 'delivered' }) });
    expect(reason(plan(joined, { digest }))).toBe('delivered');
  });

  it.each([
    ['dead', story({ state: 'dead', delivery: aDelivery() })],
    ['closed for more than an hour, and not begun', story({ state: 'due' }, hoursAgo(1.1))],
  ])('is told by the mail of its digest, sent again, when that is %s', (_, digest) => {
    expect(sent(plan(joined, { digest }))).toMatchObject([{ delivery_id: 'digest-1' }]);
  });

  it('is a mail of its own when it is asked for again', () => {
    const digest = story({ state: 'delivered', delivery: aDelivery({ state: 'delivered' }) });
    expect(sent(plan(joined, { digest, isAgain: true }))).toMatchObject([{ delivery_id: 'delivery-1' }]);
  });

  it('follows its digest into the storm that tells of both', () => {
    const storm = story({ state: 'delivered', delivery: aDelivery({ state: 'delivered' }) });
    expect(reason(plan(joined, { digest: story({ state: 'digested', toldBy: storm }) }))).toBe('delivered');
  });
});
