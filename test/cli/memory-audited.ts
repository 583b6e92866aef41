import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import { isSystemAlert, type Alert } from '../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { AuditRecords, SentDelivery, Window } from '../../functions/core/operator/audit/ports.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';

/** What an audit reads, in memory; held against the table's by test/contracts/audited.test.ts. It has no digests, and no receiver has failed. */
export function memoryAudited(kept: {
  alerts: ReadonlyMap<string, RoutedAlert>;
  deliveries: ReadonlyMap<string, Delivery>;
  requests: readonly RequestStory[];
  /** System alerts that are looked after. */
  raised?: readonly Alert[];
  /** What operators sent, each delivery once. */
  sent?: readonly SentDelivery[];
}): AuditRecords {
  return {
    async *requests(since, until) {
      yield kept.requests
        .map(({ request }) => request)
        .filter(({ receivedAt }) => isWithin(receivedAt, { since, until }));
    },
    alerts: async (ids) =>
      new Map(
        ids.flatMap((id) => {
          const routed = kept.alerts.get(id);
          if (routed === undefined) return [];
          const rows = routed.deliveries.flatMap((planned) => kept.deliveries.get(planned.id) ?? []);
          return [[id, { routed, rows }] as const];
        }),
      ),
    rows: async (deliveries) =>
      new Map(
        deliveries.flatMap(({ deliveryId }) => {
          const row = kept.deliveries.get(deliveryId);
          return row === undefined ? [] : [[deliveryId, row] as const];
        }),
      ),
    endpoints: async () => new Map(),
    digest: async () => undefined,
    lostRequests: async () =>
      new Set(kept.requests.flatMap(({ request, isLost }) => (isLost ? [request.requestId] : []))),
    async *ownAlerts(window) {
      yield [...kept.alerts.values()]
        .filter(({ alert }) => isSystemAlert(alert) && isWithin(alert.received_at, window))
        .map(({ alert }) => alert.id);
    },
    raised: async (window) => (kept.raised ?? []).filter((alert) => isWithin(alert.received_at, window)),
    async *sent(window) {
      yield (kept.sent ?? []).filter(({ sent }) => isWithin(sent.at, window));
    },
  };
}

const isWithin = (instant: string, { since, until }: Window): boolean => instant > since && instant <= until;
