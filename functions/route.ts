import middy from '@middy/core';
import { cachedRoutingTable } from './adapters/memory/cached-configuration.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { ALERTS_COUNTED, withoutCanaries } from './adapters/process/event-metrics.ts';
import { dynamodbAlertStore } from './adapters/dynamodb/alerts.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbConfigVersion } from './adapters/dynamodb/config.ts';
import { dynamodbRoutingTable } from './adapters/dynamodb/routing-table.ts';
import { dynamodbSystemAlerts } from './adapters/dynamodb/system-alerts.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsDeliveryQueue } from './adapters/sqs/delivery-queue.ts';
import { sqsHideMessages } from './adapters/sqs/hide-messages.ts';
import { decodeMessageBody } from './adapters/sqs/message-body.ts';
import { systemTimer } from './adapters/process/timer.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { paced } from './handlers/middleware/paced.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { sqsBatch } from './handlers/middleware/sqs-batch.ts';
import { timeLeft } from './handlers/middleware/time-left.ts';
import { routeHandler } from './handlers/route-handler.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({
  clock,
  metrics: { stack: requireEnv(ENVIRONMENT.secretPrefix), counted: withoutCanaries(ALERTS_COUNTED) },
});
const table = requireEnv(ENVIRONMENT.table);
const retentionDays = Number(requireEnv(ENVIRONMENT.retentionDays));
const dynamodb = dynamodbClient();
const sqs = sqsClient();
const time = timeLeft();
/** A partition of an index takes 1,000 a second, and there are two routers at most (cdk/concurrency.ts). */
const ENTRIES_PER_ROUTER = 450;

/** The alerts queue: decides who is told, fans out to the delivery queues, stores alert and decision. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .use(time.middleware)
  .use(paced({ clock, timer: systemTimer }))
  .use(sqsBatch(sqsHideMessages({ client: sqs, queueUrls: [requireEnv(ENVIRONMENT.alertsQueueUrl)] })))
  .handler(
    routeHandler({
      routingTable: cachedRoutingTable(dynamodbRoutingTable({ client: dynamodb, table }), {
        clock,
        version: dynamodbConfigVersion({ client: dynamodb, table }),
      }),
      store: dynamodbAlertStore({
        client: dynamodb,
        table,
        clock,
        retentionDays,
        timeLeft: time,
        entriesPerSecond: ENTRIES_PER_ROUTER,
      }),
      systemAlerts: dynamodbSystemAlerts({ client: dynamodb, table, clock, retentionDays }),
      deliveries: sqsDeliveryQueue({
        client: sqs,
        queueUrls: {
          email: requireEnv(ENVIRONMENT.emailQueueUrl),
          webhook: requireEnv(ENVIRONMENT.webhookQueueUrl),
          privateWebhook: optionalEnv(ENVIRONMENT.privateWebhookQueueUrl),
        },
      }),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqs, queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { client: dynamodb, table, clock },
      ),
      clock,
      log,
      decode: decodeMessageBody,
    }),
  );
