import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { AuditRecords } from '../../functions/core/operator/audit/ports.ts';
import type { RequestStory } from '../../functions/core/operator/request-story.ts';

/** What an audit reads, in memory; held against the table's by test/contracts/audited.test.ts. It has no digests. */
export function memoryAudited(kept: {
  alerts: ReadonlyMap<string, RoutedAlert>;
  deliveries: ReadonlyMap<string, Delivery>;
  requests: readonly RequestStory[];
}): AuditRecords {
  return {
    async *requests(since, until) {
      yield kept.requests
        .map(({ request }) => request)
        .filter(({ receivedAt }) => receivedAt > since && receivedAt <= until);
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
    digest: async () => undefined,
    lostRequests: async () =>
      new Set(kept.requests.flatMap(({ request, isLost }) => (isLost ? [request.requestId] : []))),
  };
}
