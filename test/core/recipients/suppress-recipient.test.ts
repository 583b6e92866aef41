import { describe, expect, it, test } from 'vitest';
import { suppressRecipient } from '../../../functions/core/recipients/suppress-recipient.ts';
import {
  RECIPIENT_SUPPRESSION_REASONS,
  type Suppression,
} from '../../../functions/core/model/wire/suppression.ts';
import { aMailDestination, memoryAlerts, memorySuppressions } from './memory-suppressions.ts';

const destination = aMailDestination();
const suppression = (given: Partial<Suppression> = {}): Suppression => ({
  destination_id: destination.id,
  address: 'ana@example.com',
  reason: 'unsubscribed',
  at: '2026-11-20T00:00:00.000Z',
  by: 'page',
  ...given,
});

function world() {
  const alerts = memoryAlerts();
  const ports = {
    suppressions: memorySuppressions(),
    alerts,
    clock: { now: () => Date.parse('2026-11-21T00:00:00.000Z') },
    tenantId: 'default',
  };
  return { ports, alerts };
}

describe('a recipient who is suppressed', () => {
  it.each(RECIPIENT_SUPPRESSION_REASONS)('is told of with the reason, masked: %s', async (reason) => {
    const { ports, alerts } = world();
    expect(await suppressRecipient(destination, suppression({ reason }), ports)).toBe('added');
    const isOwnWish = reason === 'unsubscribed' || reason === 'by-operator';
    expect(alerts.distinct()).toMatchObject([
      {
        type: isOwnWish ? 'tocsin.recipient-left' : 'tocsin.recipient-suppressed',
        details: { recipient: 'a***@example.com', reason, remaining_recipients: 1 },
      },
    ]);
    expect(JSON.stringify(alerts.distinct())).not.toContain('ana@');
  });

  it('is told of once, however often and at once', async () => {
    const { ports, alerts } = world();
    const results = await Promise.all([
      suppressRecipient(destination, suppression(), ports),
      suppressRecipient(destination, suppression(), ports),
    ]);
    expect(results.toSorted()).toEqual(['added', 'already']);
    await suppressRecipient(destination, suppression({ at: '2026-11-22T00:00:00.000Z' }), ports);
    expect(alerts.distinct()).toHaveLength(1);
  });
});

test('the last recipient who leaves is told of as a destination that reaches nobody', async () => {
  const { ports, alerts } = world();
  await suppressRecipient(destination, suppression({ address: 'ben@example.com' }), ports);
  await suppressRecipient(destination, suppression(), ports);
  expect(alerts.distinct().map(({ type }) => type)).toEqual([
    'tocsin.recipient-left',
    'tocsin.recipient-left',
    'tocsin.destination-without-recipients',
  ]);
});

test('an announcement that a crash prevented is made by the next call', async () => {
  const { ports, alerts } = world();
  const down = { ...ports, alerts: { enqueue: async () => Promise.reject(new Error('down')) } };
  await expect(suppressRecipient(destination, suppression(), down)).rejects.toThrow('down');
  expect(await suppressRecipient(destination, suppression(), ports)).toBe('already');
  expect(alerts.distinct()).toHaveLength(1);
});
