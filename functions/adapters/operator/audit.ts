import { setTimeout as sleep } from 'node:timers/promises';
import { SYSTEM_SOURCE_ID } from '../../core/model/wire/alert.ts';
import type { AuditRecords } from '../../core/operator/audit/ports.ts';
import { dynamodbStoredAlerts } from '../dynamodb/alerts.ts';
import { dynamodbRequestRecords } from '../dynamodb/requests.ts';
import { dynamodbWatchList } from '../dynamodb/watch-list.ts';
import { dynamodbGatewayDigests } from './digests.ts';
import { readEndpoints } from './endpoints.ts';
import { dynamodbGatewayRecords } from './records.ts';
import { dynamodbSentDeliveries } from './sent-deliveries.ts';
import type { RetainedItems } from '../dynamodb/table-access.ts';

const ALERTS_PER_PAGE = 100;

/** What an audit reads of the table, by pages of an index and in batches of a hundred. */
export function dynamodbAuditRecords({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: RetainedItems & { wait?: (ms: number) => Promise<unknown> }): AuditRecords {
  const requests = dynamodbRequestRecords({ client, table, wait });
  const stored = dynamodbStoredAlerts({ client, table, wait });
  const watchList = dynamodbWatchList({ client, table, clock, retentionDays, wait });
  const records = dynamodbGatewayRecords({ client, table, clock, retentionDays });
  const { digest } = dynamodbGatewayDigests({ client, table, isExpired: () => false, wait });
  return {
    requests: (since, until) => requests.between(since, until),
    alerts: async (alertIds) => stored.find(alertIds),
    rows: async (deliveries) => stored.rows(deliveries),
    endpoints: async (destinationIds) => readEndpoints(destinationIds, { client, table, wait }),
    digest,
    lostRequests: async () =>
      new Set(
        (await watchList.requests()).flatMap((one) => (one.kind === 'request' && one.isLost ? [one.id] : [])),
      ),

    ownAlerts: async function* ownAlerts(window) {
      let after: string | undefined;
      do {
        const page = await records.alerts({
          ...window,
          sourceId: SYSTEM_SOURCE_ID,
          limit: ALERTS_PER_PAGE,
          ...(after !== undefined && { after }),
        });
        const ids = page.items
          .filter(({ alert }) => alert.received_at > window.since)
          .map(({ alert }) => alert.id);
        yield ids;
        after = page.next;
      } while (after !== undefined);
    },

    raised: async ({ since, until }) =>
      (await watchList.alerts()).filter(
        ({ received_at: receivedAt }) => receivedAt > since && receivedAt <= until,
      ),

    sent: (window) => dynamodbSentDeliveries({ client, table, clock, retentionDays, wait }).within(window),
  };
}
