import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecords } from '../../core/operator/audit/ports.ts';
import type { Clock } from '../../core/world.ts';
import { dynamodbStoredAlerts } from '../dynamodb/alerts.ts';
import type { DynamodbClient } from '../dynamodb/client.ts';
import { dynamodbRequestRecords } from '../dynamodb/requests.ts';
import { dynamodbWatchList } from '../dynamodb/watch-list.ts';
import { dynamodbGatewayDigests } from './digests.ts';

/** What an audit reads of the table, by pages of an index and in batches of a hundred. */
export function dynamodbAuditRecords({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  wait?: (ms: number) => Promise<unknown>;
}): AuditRecords {
  const requests = dynamodbRequestRecords({ client, table, wait });
  const stored = dynamodbStoredAlerts({ client, table, wait });
  const watchList = dynamodbWatchList({ client, table, clock, retentionDays, wait });
  const { digest } = dynamodbGatewayDigests({ client, table, isExpired: () => false, wait });
  return {
    requests: (since, until) => requests.between(since, until),
    alerts: async (alertIds) => stored.find(alertIds),
    digest,
    lostRequests: async () =>
      new Set(
        (await watchList.requests()).flatMap((one) => (one.kind === 'request' && one.isLost ? [one.id] : [])),
      ),
  };
}
