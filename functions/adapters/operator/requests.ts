import { alertIdsOf, type AcceptedRequest } from '../../core/model/wire/accepted-request.ts';
import type { GatewayRecords } from '../../core/operator/ports.ts';
import { openOnes, type RequestStory } from '../../core/operator/request-story.ts';
import { joinedDigest } from '../../core/model/wire/joined-digest.ts';
import { isTaken, sentDelivery, unbegunDigest } from '../../core/model/wire/watched.ts';
import { plannedDelivery } from '../../core/model/wire/delivery.ts';
import { dynamodbStoredAlerts } from '../dynamodb/alerts.ts';
import { findAlerts } from '../dynamodb/alert-items.ts';
import { requestLookupPartition } from '../dynamodb/keys.ts';
import { findByLookup } from './find-by-lookup.ts';
import { readRequest } from '../dynamodb/request-attributes.ts';
import { dynamodbRequestRecords } from '../dynamodb/requests.ts';
import { dynamodbWatchList } from '../dynamodb/watch-list.ts';
import type { RetainedItems } from '../dynamodb/table-access.ts';

const DAY_MS = 86_400_000;
/** More of them say nothing more. */
const OPEN_DELIVERIES = 1_000;

/** What the operator's tools read of requests. */
export function dynamodbGatewayRequests({
  client,
  table,
  clock,
  retentionDays,
  wait,
}: RetainedItems & { wait: (ms: number) => Promise<unknown> }): Pick<
  GatewayRecords,
  'openDeliveries' | 'openRequests' | 'request'
> {
  const requests = dynamodbRequestRecords({ client, table, wait });
  const stored = dynamodbStoredAlerts({ client, table, wait });
  const watchList = dynamodbWatchList({ client, table, clock, retentionDays, wait });

  async function storyOf(request: AcceptedRequest, isLost: boolean): Promise<RequestStory> {
    const ids = alertIdsOf(request);
    const stored = await findAlerts(ids, { client, table, isConsistent: true, wait });
    return {
      request,
      isLost,
      alerts: ids.map((id) => ({ id, routing: stored.get(id)?.routing ?? 'waiting' })),
    };
  }

  return {
    request: async (id) => {
      const item = await findByLookup({ client, table }, requestLookupPartition(id));
      // Its key may have been taken over by a later request.
      const request = item?.['request_id'] === id ? readRequest(item) : undefined;
      if (request === undefined) return undefined;
      const isLost = (await watchList.requests()).some(
        (one) => one.kind === 'request' && one.id === id && one.isLost,
      );
      return storyOf(request, isLost);
    },

    openDeliveries: async () => {
      const watched = (await watchList.deliveries(OPEN_DELIVERIES)).filter(
        (one) => one.kind === 'delivery' || one.kind === 'held',
      );
      const rows = await stored.rows(watched);
      const sent = watched
        .filter((one) => one.kind === 'delivery')
        .filter((one) => one.sent !== undefined && !isTaken(one.sent, rows.get(one.deliveryId)));
      const isSent = new Set<unknown>(sent);
      const unwritten = watched.filter((one) => !rows.has(one.deliveryId) && !isSent.has(one));
      const alerts = await stored.find(unwritten.map(({ alertId }) => alertId));
      // One that was planned and never begun has no row.
      const planned = unwritten.flatMap(({ alertId, deliveryId }) => {
        const routed = alerts.get(alertId)?.routed;
        const one = routed?.deliveries.find(({ id }) => id === deliveryId);
        return routed === undefined || one === undefined ? [] : [plannedDelivery(one, routed)];
      });
      const joined = unwritten.flatMap((one) => ('joined' in one && one.joined ? [one.joined.by] : []));
      const digests = [...(await stored.rows(joined)).values()].flatMap((joiner) => {
        const digest = joinedDigest(joiner);
        return digest === undefined ? [] : [unbegunDigest(digest, joiner)];
      });
      // Of one that an operator sent, the row tells of an earlier round.
      for (const { deliveryId } of sent) rows.delete(deliveryId);
      return [
        ...rows.values(),
        ...planned,
        ...digests,
        ...sent.flatMap((one) => one.sent ?? []).map(sentDelivery),
      ];
    },

    // What the watcher has not come to yet, and what it has noted as open.
    openRequests: async () => {
      const nowAt = new Date(clock.now()).toISOString();
      const from = (await requests.lookedAtUntil()) ?? new Date(clock.now() - DAY_MS).toISOString();
      const candidates = new Map<string, { request: AcceptedRequest; isLost: boolean }>();
      for await (const page of requests.between(from, nowAt)) {
        for (const request of page) candidates.set(request.requestId, { request, isLost: false });
      }
      for (const watched of await watchList.requests()) {
        if (watched.kind === 'request') candidates.set(watched.id, watched);
      }
      const stories: RequestStory[] = [];
      for (const { request, isLost } of candidates.values()) stories.push(await storyOf(request, isLost));
      return openOnes(stories);
    },
  };
}
