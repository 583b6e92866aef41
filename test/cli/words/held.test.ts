import { expect, test } from 'vitest';
import { describeState } from '../../../cli/words/views.ts';
import { plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import { aRoutedAlert } from '../../adapters/records.ts';

test('a delivery that is held says until when, and outside of what', () => {
  const outside = { intervals: ['office-hours', 'holi\u001bdays'], until: '2026-01-16T07:00:00.000Z' };
  const planned = { id: 'd', destination_id: 'dst_1', channel: 'webhook', outside } as const;
  expect(describeState(plannedDelivery(planned, aRoutedAlert()))).toMatch(
    /^pending: held until 2026-01-16T07:00:00.000Z, outside of office-hours, holi[^\u001b]*days$/u,
  );
});
