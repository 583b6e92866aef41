import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { plannedDelivery, type Delivery } from '../model/wire/delivery.ts';

/** The deliveries of an alert: those that have a row, and those that wait in a queue for their first attempt. */
export function owedDeliveries(routed: RoutedAlert, rows: Delivery[]): Delivery[] {
  const known = new Set(rows.map(({ id }) => id));
  return [
    ...rows,
    ...routed.deliveries
      .filter(({ id }) => !known.has(id))
      .map((planned) => plannedDelivery(planned, routed)),
  ];
}
