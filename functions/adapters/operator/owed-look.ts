import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { asItStands, type Delivery } from '../../core/model/wire/delivery.ts';
import { digestDeliveryId } from '../../core/model/wire/digest.ts';
import { addresseeOf, joinedDigest } from '../../core/model/wire/joined-digest.ts';
import type { Clock } from '../../core/world.ts';
import { matchesFilter } from '../../core/operator/delivery-filter.ts';
import type { Look, OwedDelivery, OwedQuery } from '../../core/operator/looks.ts';
import { owedDeliveries } from '../../core/operator/owed-deliveries.ts';
import type { AlertQuery } from '../../core/operator/ports.ts';
import { begunOf } from '../dynamodb/deliveries/begun.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import type { Item } from '../dynamodb/pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';
import { encodePosition, type Placed } from './day-pages.ts';

/** Where most of what is read may not be wanted, so many deliveries are read. */
const SIFTED = 250;

type From = TableAccess & {
  clock: Clock;
  wait: (ms: number) => Promise<unknown>;
  isExpired: (item: Item) => boolean;
};

/** One look at the deliveries of all destinations, by the alerts that they are of: see `Looks`. */
export async function lookAtOwed(
  { alertsOf, ...from }: From & { alertsOf: (query: AlertQuery) => Promise<Look<Placed<RoutedAlert>>> },
  { since, until, limit, after, ...filter }: OwedQuery,
): Promise<Look<OwedDelivery>> {
  const isSifted = Object.values(filter).some((value) => value !== undefined);
  const wanted = isSifted ? SIFTED : limit;
  const look = await alertsOf({ since, until, limit: wanted, ...(after !== undefined && { after }) });
  const taken = withDeliveries(wanted, look.items);
  const found = await owedOf(
    taken.map(({ value }) => value),
    from,
  );
  const last = taken.at(-1);
  return {
    items: found.filter(({ delivery }) => matchesFilter(delivery, filter)),
    ...(taken.length === look.items.length || last === undefined
      ? { lookedBackTo: look.lookedBackTo, ...(look.next !== undefined && { next: look.next }) }
      : { lookedBackTo: last.value.alert.received_at, next: encodePosition(last.place) }),
  };
}

/** The first of the alerts, until so many deliveries are planned for them: one alert at least. */
function withDeliveries(
  wanted: number,
  alerts: readonly Placed<RoutedAlert>[],
): readonly Placed<RoutedAlert>[] {
  let planned = 0;
  const end = alerts.findIndex(({ value: { deliveries } }, index) => {
    planned += deliveries.length;
    return index > 0 && planned > wanted;
  });
  return end === -1 ? alerts : alerts.slice(0, end);
}

async function owedOf(alerts: readonly RoutedAlert[], from: From): Promise<OwedDelivery[]> {
  const reading = { ...from, isConsistent: false };
  const planned = alerts.flatMap(({ alert, deliveries }) =>
    deliveries.map((delivery) => ({ alertId: alert.id, delivery })),
  );
  const rows = await liveRows(
    planned.map(({ alertId, delivery }) => ({ alertId, deliveryId: delivery.id })),
    from,
  );
  const begun = new Map((await begunOf(planned, rows, reading)).map((one) => [one.id, one]));
  const owed = alerts.flatMap((routed) => {
    const known = routed.deliveries.flatMap(({ id }): Delivery[] => {
      const row = rows.get(id);
      const one = row === undefined ? begun.get(id) : readDelivery(row);
      return one === undefined ? [] : [asItStands(one, from.clock.now())];
    });
    return owedDeliveries(routed, known).map((delivery) => ({ delivery, alertTitle: routed.alert.title }));
  });
  const digests = await digestsOf(
    owed.map(({ delivery }) => delivery),
    from,
  );
  return [...digests.map((delivery) => ({ delivery })), ...owed];
}

/** The messages of the digests that tell of these deliveries, and of the storm that tells of such a digest. */
async function digestsOf(deliveries: readonly Delivery[], from: From): Promise<Delivery[]> {
  const ids = new Map(
    deliveries.flatMap((delivery) => {
      const digest = joinedDigest(delivery);
      if (digest === undefined) return [];
      const deliveryId = digestDeliveryId(digest.id, addresseeOf(delivery));
      return [[deliveryId, { alertId: digest.id, deliveryId }] as const];
    }),
  );
  if (ids.size === 0) return [];
  const rows = await liveRows([...ids.values()], from);
  const found = [...rows.values()].map((row) => asItStands(readDelivery(row), from.clock.now()));
  // No digest joins what joins another: there is one storm at most.
  const storms = await digestsOf(found, from);
  return [...storms, ...found];
}

async function liveRows(ids: Parameters<typeof findRows>[0], from: From): Promise<Map<string, Item>> {
  const rows = await findRows(ids, { ...from, isConsistent: false });
  return new Map([...rows].filter(([, row]) => !from.isExpired(row)));
}
