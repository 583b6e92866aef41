import type { RoutedAlert } from './accepted-alerts.ts';

/**
 * An alert that is stored, and the same alert decided once more, as one: nothing that was planned is forgotten.
 *
 * Two routers may have the same alert, or an operator plans a delivery while another one does. What each of them planned is in a
 * queue by then. The decision that was stored first stays, and what is planned beyond it is added; one that is `dead`
 * was no decision.
 */
export function onePlan(stored: RoutedAlert, again: RoutedAlert): RoutedAlert {
  const [first, then] = stored.routing === 'dead' ? [again, stored] : [stored, again];
  const planned = new Set(first.deliveries.map(({ id }) => id));
  const decided = new Set(first.trace.map(({ destination_id: id }) => id));
  return {
    ...first,
    deliveries: [...first.deliveries, ...then.deliveries.filter(({ id }) => !planned.has(id))],
    trace: [...first.trace, ...then.trace.filter(({ destination_id: id }) => !decided.has(id))],
  };
}
