import { expect, it } from 'vitest';
import type { Delivery } from '../../../functions/core/model/wire/delivery.ts';
import { matchesFilter } from '../../../functions/core/operator/delivery-filter.ts';

const delivery: Delivery = {
  id: 'delivery-1',
  alert_id: 'alert-1',
  destination_id: 'dst_1',
  channel: 'email',
  recipient: 'Ana@Example.com',
  state: 'delivered',
  attempt: 1,
  round: 1,
  created_at: '2026-03-01T12:00:00.000Z',
  updated_at: '2026-03-01T12:00:00.000Z',
  attempts: [],
  mail_events: [
    { id: 'e1', type: 'bounce', at: '2026-03-01T12:01:00.000Z', message_id: 'm', is_permanent: true },
  ],
};

it.each([
  ['nothing asked', {}, true],
  ['its state', { state: 'delivered' }, true],
  ['another state', { state: 'dead' }, false],
  ['a part of the address in another case', { recipient: 'ana@ex' }, true],
  ['another address', { recipient: 'ben' }, false],
  ['what became of the mail', { mailState: 'bounced' }, true],
  ['something else that became of it', { mailState: 'arrived' }, false],
  ['one of two that does not hold', { state: 'delivered', recipient: 'ben' }, false],
] as const)('%s: %j matches is %s', (_, filter, expected) => {
  expect(matchesFilter(delivery, filter)).toBe(expected);
});

it('a delivery without a recipient matches no address', () => {
  const { recipient: _, ...webhook } = delivery;
  expect(matchesFilter(webhook, { recipient: '' })).toBe(false);
});
