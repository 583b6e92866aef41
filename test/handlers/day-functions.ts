import type { SQSEvent } from 'aws-lambda';
import {
  dynamodbAcceptedEnds,
  dynamodbAlertStore,
  dynamodbStoredAlerts,
} from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryEnds } from '../../functions/adapters/dynamodb/deliveries/ends.ts';
import { dynamodbHolds } from '../../functions/adapters/dynamodb/holds.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { dynamodbRequestRecords } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbRoutingTable } from '../../functions/adapters/dynamodb/routing-table.ts';
import { dynamodbSilenceEnds } from '../../functions/adapters/dynamodb/silence-ends.ts';
import { dynamodbSilences } from '../../functions/adapters/dynamodb/silences.ts';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import { dynamodbWatchList } from '../../functions/adapters/dynamodb/watch-list.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsDeadLetterWatch } from '../../functions/adapters/sqs/dead-letter-watch.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { sqsLanes } from '../../functions/adapters/sqs/lanes.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import type { HttpAnswer } from '../../functions/core/deliver/ports.ts';
import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { DeadLetterQueueId } from '../../functions/core/model/wire/dead-letter.ts';
import type { Clock, EventLog } from '../../functions/core/world.ts';
import { routeHandler } from '../../functions/handlers/route-handler.ts';
import { watchDeliveriesHandler } from '../../functions/handlers/watch-deliveries-handler.ts';
import { noWait } from '../adapters/dynamodb-table.ts';
import type { Connections } from './mortal-workers.ts';
import { webhookFunction } from './webhook-function.ts';

/** What the functions of the day are told, as the stack tells its own. */
export type DayParts = {
  queues: Manifest['queues'];
  table: string;
  retentionDays: number;
  clock: Clock;
  log: EventLog;
};

/** The router over these connections; answers which messages failed. */
export function dayRouter(
  { client, sqs }: Connections,
  { queues, table, retentionDays, clock, log }: DayParts,
) {
  const at = { client, table, clock, retentionDays };
  const handle = routeHandler({
    routingTable: dynamodbRoutingTable(at),
    store: dynamodbAlertStore({ ...at, wait: noWait }),
    systemAlerts: dynamodbSystemAlerts(at),
    deliveries: deliveriesOf(sqs, queues),
    alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), at),
    clock,
    log,
    decode: decodeMessageBody,
  });
  return async (event: SQSEvent) =>
    (await handle(event, { getRemainingTimeInMillis: () => 30_000 })).failedMessageIds;
}

/** The deliverer of webhooks over these connections; answers which messages failed. */
export function dayDeliverer(
  { client, sqs }: Connections,
  { queues, table, retentionDays, clock, log }: DayParts,
  post: () => Promise<HttpAnswer>,
) {
  const handle = webhookFunction(
    { client, sqs },
    {
      table,
      retentionDays,
      clock,
      queueUrls: {
        retry: queues.webhookRetry.url,
        deadLetter: queues.webhook.deadLetterUrl,
        alerts: queues.alerts.url,
      },
      addresses: publicTier(),
      secrets: { webhookSecret: async () => ({ current: '' }) },
      post,
      silences: dynamodbSilences({ client, table, clock, retentionDays }),
      log,
    },
  );
  return async (event: SQSEvent) => (await handle(event)).failedMessageIds;
}

/** The watcher of deliveries, whose own calls never fail. */
export function dayWatcher(
  { client, sqs }: Connections,
  { queues, table, retentionDays, clock, log }: DayParts,
  otherLetters: Record<'emailFeedback' | 'awsEvents', { deadLetterUrl: string }>,
) {
  const kept = { client, table, clock, retentionDays };
  return watchDeliveriesHandler({
    letters: sqsDeadLetterWatch({
      client: sqs,
      urls: Object.fromEntries(
        Object.entries({ ...queues, ...otherLetters }).map(([id, { deadLetterUrl }]) => [id, deadLetterUrl]),
      ) as Record<DeadLetterQueueId, string>,
    }),
    deliveryEnds: dynamodbDeliveryEnds(kept),
    acceptedEnds: dynamodbAcceptedEnds(kept),
    requests: dynamodbRequestRecords({ ...kept, wait: noWait }),
    watchList: dynamodbWatchList({ ...kept, wait: noWait }),
    holds: dynamodbHolds(kept),
    silenceEnds: dynamodbSilenceEnds(kept),
    stored: dynamodbStoredAlerts({ ...kept, wait: noWait }),
    lanes: sqsLanes({
      client: sqs,
      urls: {
        alerts: [queues.alerts.url],
        email: [queues.email.url],
        webhook: [queues.webhook.url, queues.webhookRetry.url],
      },
    }),
    deliveries: deliveriesOf(sqs, queues),
    alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), kept),
    clock,
    tenantId: 'Tocsin',
    log,
  });
}

function deliveriesOf(sqs: Connections['sqs'], queues: DayParts['queues']) {
  return sqsDeliveryQueue({
    client: sqs,
    queueUrls: { email: queues.email.url, webhook: queues.webhook.url },
  });
}
