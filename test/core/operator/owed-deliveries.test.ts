import { expect, test } from 'vitest';
import { owedDeliveries } from '../../../functions/core/operator/owed-deliveries.ts';
import { plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import { aRoutedAlert } from '../../adapters/records.ts';

const planned = ['one', 'two'].map((id) => ({ id, destination_id: 'dst_1', channel: 'webhook' as const }));
const routed = aRoutedAlert({}, { deliveries: planned });
const waiting = planned.map((one) => plannedDelivery(one, routed));

test('an alert whose deliveries have no row yet is owed them all, and they wait', () => {
  expect(owedDeliveries(routed, [])).toEqual(waiting);
  expect(waiting.map(({ state, attempt }) => [state, attempt])).toEqual([
    ['pending', 0],
    ['pending', 0],
  ]);
});

test('a delivery that has a row is told by its row alone', () => {
  const rows = waiting.slice(0, 1).map((row) => ({ ...row, state: 'delivered' as const, attempt: 1 }));
  expect(owedDeliveries(routed, rows)).toEqual([...rows, ...waiting.slice(1)]);
});

test('a row that no plan names is told as well: an operator sent a test', () => {
  const rows = waiting.map((row) => ({ ...row, id: 'another' }));
  expect(owedDeliveries(aRoutedAlert(), rows)).toEqual(rows);
});
