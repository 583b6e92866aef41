import { expect, it } from 'vitest';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { UnreadableConfig } from '../../../functions/core/model/config/unreadable-config.ts';
import { watchConfiguration } from '../../../functions/core/watch/watch-configuration.ts';

const ITEMS: UnreadableConfig[] = [
  { kind: 'route', id: 'rte_1', problem: 'condition is missing; expected an object' },
  { kind: 'silence', id: 'sil_1', problem: 'endsAt is missing; expected a date and time' },
];

async function told(items: UnreadableConfig[]): Promise<AcceptedAlerts[]> {
  const sent: AcceptedAlerts[] = [];
  await watchConfiguration(items, {
    alerts: { enqueue: async (accepted) => void sent.push(accepted) },
    clock: { now: () => Date.parse('2026-01-15T15:10:00.000Z') },
    tenantId: 'tenant-1',
  });
  return sent;
}

it('each item that cannot be read is told, all in one message that may be repeated', async () => {
  const [message, ...others] = await told(ITEMS);
  expect(others).toEqual([]);
  expect(message?.is_repeat).toBe(true);
  expect(message?.alerts.map(({ details }) => details['id'])).toEqual(['rte_1', 'sil_1']);
});

it('two looks within an hour tell the same alerts', async () => {
  const ids = async () => (await told(ITEMS)).flatMap(({ alerts }) => alerts.map(({ id }) => id));
  expect(await ids()).toEqual(await ids());
});

it('nothing is sent while everything can be read', async () => {
  expect(await told([])).toEqual([]);
});
