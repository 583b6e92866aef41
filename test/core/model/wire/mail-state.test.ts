import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../../functions/core/model/wire/delivery.ts';
import { matchesFilter } from '../../../../functions/core/operator/delivery-filter.ts';
import type { MailEvent, MailEventType } from '../../../../functions/core/model/wire/mail-event.ts';
import { hasGoneWrong, mailFate } from '../../../../functions/core/model/wire/mail-state.ts';
import { anAttempt } from '../../../adapters/records.ts';

const event = (type: MailEventType, given: Partial<MailEvent> = {}): MailEvent => ({
  id: `${type}-1`,
  type,
  at: '2026-01-15T14:30:00.000Z',
  message_id: 'ses-1',
  ...given,
});
const hard = event('bounce', { is_permanent: true });
const soft = event('bounce', { is_permanent: false });

function aMail(events: MailEvent[], given: Partial<Delivery> = {}): Delivery {
  return {
    id: 'delivery-1',
    alert_id: 'alert-1',
    destination_id: 'dst_2',
    channel: 'email',
    recipient: 'Ana@Example.com',
    state: 'delivered',
    attempt: 1,
    round: 1,
    created_at: '2026-01-15T14:23:01.000Z',
    updated_at: '2026-01-15T14:23:02.000Z',
    attempts: [anAttempt({ message_id: 'ses-1' })],
    mail_events: events,
    ...given,
  };
}

describe('what became of a mail that the service took', () => {
  test.each<[string, MailEvent[], string]>([
    ['nothing yet', [], 'accepted'],
    ['that it was sent', [event('send')], 'accepted'],
    ['a delay', [event('send'), event('delivery-delay')], 'delayed'],
    ['that it arrived', [event('send'), event('delivery')], 'arrived'],
    ['a delay, then that it arrived', [event('delivery-delay'), event('delivery')], 'arrived'],
    ['a hard bounce', [event('send'), hard], 'bounced'],
    ['a soft bounce', [soft], 'bounced'],
    ['that it arrived, then a bounce after all', [event('delivery'), hard], 'bounced'],
    ['a complaint', [event('delivery'), event('complaint', { detail: 'abuse' })], 'complained'],
    ['a complaint and a bounce', [event('complaint'), hard], 'complained'],
    ['that it is no spam', [event('delivery'), event('complaint', { detail: 'not-spam' })], 'arrived'],
    ['malware', [event('send'), event('reject')], 'rejected'],
    ['a template that it cannot fill in', [event('rendering-failure')], 'rejected'],
  ])('is told by %s, in any order', (_, events, state) => {
    expect(mailFate(aMail(events))?.state).toBe(state);
    expect(mailFate(aMail(events.toReversed()))?.state).toBe(state);
  });

  test('is proved by the latest event that says so', () => {
    const later = event('delivery-delay', { id: 'later', at: '2026-01-15T16:00:00.000Z' });
    expect(mailFate(aMail([later, event('delivery-delay')]))?.event).toEqual(later);
  });

  test('is what became of the last one, when it was sent again', () => {
    const attempts = [anAttempt({ message_id: 'ses-1' }), anAttempt({ number: 2, message_id: 'ses-2' })];
    const again = event('delivery', { message_id: 'ses-2' });
    expect(mailFate(aMail([hard, again], { attempts }))?.state).toBe('arrived');
    expect(mailFate(aMail([hard], { attempts }))?.state).toBe('accepted');
  });

  test.each<Partial<Delivery>>([{ channel: 'webhook' }, { state: 'pending' }, { state: 'dead' }])(
    'is nothing for %o',
    (given) => {
      expect(mailFate(aMail([hard], given))).toBeUndefined();
    },
  );

  test.each([
    ['accepted', false],
    ['delayed', false],
    ['arrived', false],
    ['rejected', true],
    ['bounced', true],
    ['complained', true],
  ] as const)('%s has gone wrong: %s', (state, isWrong) => {
    expect(hasGoneWrong({ state })).toBe(isWrong);
  });
});

test.each([
  [{}, true],
  [{ recipient: 'ana@example.com' }, true],
  [{ recipient: 'ANA@' }, true],
  [{ recipient: 'ben@example.com' }, false],
  [{ mailState: 'bounced' }, true],
  [{ mailState: 'arrived' }, false],
  [{ state: 'delivered' }, true],
  [{ state: 'dead' }, false],
] as const)('a filter of %o matches a bounced mail to Ana: %s', (filter, isMatch) => {
  expect(matchesFilter(aMail([hard]), filter)).toBe(isMatch);
});
