import { matchesAlertFilter } from '../../functions/core/operator/alert-filter.ts';
import { matchesFilter } from '../../functions/core/operator/delivery-filter.ts';
import { owedDeliveries } from '../../functions/core/operator/owed-deliveries.ts';
import type { EndpointHealth } from '../../functions/core/model/wire/endpoint-health.ts';
import type { Looks } from '../../functions/core/operator/looks.ts';
import type { GatewayRecords, Page } from '../../functions/core/operator/ports.ts';
import { openOnes, type RequestStory } from '../../functions/core/operator/request-story.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import { onePlan } from '../../functions/core/model/wire/one-plan.ts';
import { asItStands, type Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Clock } from '../../functions/core/world.ts';

/** What a test puts where the table has alerts, the rows of deliveries, and requests. */
type KeptRecords = {
  alerts: Map<string, RoutedAlert>;
  deliveries: Map<string, Delivery>;
  requests: RequestStory[];
};

/**
 * Records in memory, held against the table's by test/contracts/records.test.ts. What is looked for, what an alert is
 * owed and how a delivery stands are rules of the core. There are no digests: their tests have a table.
 */
export function memoryRecords(kept: KeptRecords, clock: Clock): GatewayRecords {
  const asNow = (delivery: Delivery) => asItStands(delivery, clock.now());
  return {
    alerts: async (query) =>
      pageOf(
        [...kept.alerts.values()]
          .filter(
            (routed) =>
              isWithin(routed.alert.received_at, query) &&
              (query.sourceId === undefined || routed.alert.source.id === query.sourceId) &&
              matchesAlertFilter(routed, query),
          )
          .sort((a, b) => newestFirst(a.alert.received_at, b.alert.received_at, a.alert.id, b.alert.id)),
        query,
      ),
    alert: async (id) => {
      const routed = kept.alerts.get(id);
      if (routed === undefined) return undefined;
      const rows = [...kept.deliveries.values()].filter((delivery) => delivery.alert_id === id).map(asNow);
      return { routed, deliveries: owedDeliveries(routed, rows) };
    },
    deliveries: async (query) =>
      pageOf(
        [...kept.deliveries.values()]
          .map(asNow)
          .filter(
            (delivery) =>
              delivery.destination_id === query.destinationId &&
              isWithin(delivery.created_at, query) &&
              matchesFilter(delivery, query),
          )
          .sort((a, b) => newestFirst(a.created_at, b.created_at, a.id, b.id)),
        query,
      ),
    delivery: async (id) => {
      const delivery = kept.deliveries.get(id);
      return delivery === undefined ? undefined : asNow(delivery);
    },
    request: async (id) => kept.requests.find(({ request }) => request.requestId === id),
    openDeliveries: async () =>
      [...kept.deliveries.values()].filter(({ state }) => state === 'pending' || state === 'sending'),
    openRequests: async () => openOnes(kept.requests),
    idsBeginning: async ({ prefix, since, destinationIds }) =>
      [
        ...[...kept.alerts.values()].map(({ alert }) => ({
          kind: 'alert' as const,
          id: alert.id,
          at: alert.received_at,
        })),
        ...[...kept.deliveries.values()]
          .filter((row) => destinationIds.includes(row.destination_id))
          .flatMap(({ id, alert_id: of, created_at: at, own_digest: digest }) => [
            { kind: 'delivery' as const, id, at },
            ...(digest === undefined ? [] : [{ kind: 'digest' as const, id: of, at }]),
          ]),
        ...kept.requests.map(({ request }) => ({
          kind: 'request' as const,
          id: request.requestId,
          at: request.receivedAt,
        })),
      ].flatMap(({ kind, id, at }) => (id.startsWith(prefix) && at >= since ? [{ kind, id }] : [])),
    digest: async () => undefined,
    digestMembers: async () => ({ items: [] }),
    putAlert: async (routed) => {
      const stored = kept.alerts.get(routed.alert.id);
      kept.alerts.set(routed.alert.id, stored === undefined ? routed : onePlan(stored, routed));
    },
  };
}

function isWithin(instant: string, { since, until }: { since: string; until: string }): boolean {
  return instant >= since && instant <= until;
}

function newestFirst(at: string, otherAt: string, id: string, otherId: string): number {
  return otherAt.localeCompare(at) || otherId.localeCompare(id);
}

/** A page of a list; `after` is the number of those before it. */
function pageOf<T>(found: T[], { limit, after }: { limit: number; after?: string }): Page<T> {
  const start = Number(after ?? 0);
  const end = start + limit;
  return { items: found.slice(start, end), ...(end < found.length && { next: String(end) }) };
}

/** Looks in memory: a look finds all that there is. */
export function memoryLooks(
  kept: KeptRecords & { endpointHealth: Map<string, EndpointHealth> },
  clock: Clock,
): Looks {
  const records = memoryRecords(kept, clock);
  return {
    async alerts(query) {
      const { items, next } = await records.alerts(query);
      return {
        items: items.map(({ alert, routing, deliveries }) => ({
          id: alert.id,
          receivedAt: alert.received_at,
          severity: alert.severity,
          status: alert.status,
          type: alert.type,
          title: alert.title,
          sourceId: alert.source.id,
          routing,
          sentTo: deliveries.length,
        })),
        lookedBackTo: items.at(-1)?.alert.received_at ?? query.since,
        ...(next !== undefined && { next }),
      };
    },
    async deliveries(query) {
      const page = await records.deliveries(query);
      return { ...page, lookedBackTo: page.items.at(-1)?.created_at ?? query.since };
    },
    async owed({ since, until, limit, after, ...filter }) {
      const { items, next } = await records.alerts({
        since,
        until,
        limit,
        ...(after !== undefined && { after }),
      });
      const found = await Promise.all(items.map(async ({ alert }) => records.alert(alert.id)));
      return {
        items: found.flatMap((one) =>
          (one?.deliveries ?? [])
            .filter((delivery) => matchesFilter(delivery, filter))
            .map((delivery) => ({ delivery, alertTitle: one?.routed.alert.title ?? '' })),
        ),
        lookedBackTo: items.at(-1)?.alert.received_at ?? since,
        ...(next !== undefined && { next }),
      };
    },
    async titles(ids) {
      const found = await Promise.all(ids.map(async (id) => records.alert(id)));
      return new Map(
        found.flatMap((one) => (one === undefined ? [] : [[one.routed.alert.id, one.routed.alert.title]])),
      );
    },
    endpoints: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const health = kept.endpointHealth.get(id);
          return health === undefined ? [] : [[id, health]];
        }),
      ),
    configVersion: async () => '',
  };
}
