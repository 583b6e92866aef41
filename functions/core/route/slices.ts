import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';

/** A slice is four writes of the table, and fifty calls of the delivery queues: well under a second, on a slow day ten. */
const MAX_ALERTS = 100;
const MAX_DELIVERIES = 500;
/** Of deliveries, each with its alert: they are encoded all at once. */
const MAX_CHARACTERS = 16 * 1024 * 1024;

/**
 * Cuts routed alerts, in their order, into slices of bounded work: the router makes progress slice by slice.
 *
 * An alert that is owed to more than 500 recipients is a slice by itself.
 */
export function slicesOf(alerts: readonly RoutedAlert[]): RoutedAlert[][] {
  const slices: RoutedAlert[][] = [];
  let slice: RoutedAlert[] = [];
  let sum = { deliveries: 0, characters: 0 };
  for (const routed of alerts) {
    const count = routed.deliveries.length;
    const characters = count * JSON.stringify(routed.alert).length;
    const isFull =
      slice.length === MAX_ALERTS ||
      sum.deliveries + count > MAX_DELIVERIES ||
      sum.characters + characters > MAX_CHARACTERS;
    if (isFull && slice.length > 0) {
      slices.push(slice);
      slice = [];
      sum = { deliveries: 0, characters: 0 };
    }
    slice.push(routed);
    sum = { deliveries: sum.deliveries + count, characters: sum.characters + characters };
  }
  return slice.length > 0 ? [...slices, slice] : slices;
}
