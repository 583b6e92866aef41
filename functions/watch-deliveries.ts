import middy from '@middy/core';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbDeliveryEnds } from './adapters/dynamodb/deliveries/ends.ts';
import { dynamodbHolds } from './adapters/dynamodb/holds.ts';
import { dynamodbTally } from './adapters/dynamodb/deliveries/tally.ts';
import { dynamodbRequestRecords } from './adapters/dynamodb/requests.ts';
import { dynamodbSilenceEnds } from './adapters/dynamodb/silence-ends.ts';
import { dynamodbAcceptedEnds, dynamodbStoredAlerts } from './adapters/dynamodb/alerts.ts';
import { dynamodbWatchList } from './adapters/dynamodb/watch-list.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsDeadLetterWatch } from './adapters/sqs/dead-letter-watch.ts';
import { sqsDeliveryQueue } from './adapters/sqs/delivery-queue.ts';
import { sqsLanes } from './adapters/sqs/lanes.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { watchDeliveriesHandler } from './handlers/watch-deliveries-handler.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({ clock });
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };
const kept = { ...from, clock, retentionDays: Number(requireEnv(ENVIRONMENT.retentionDays)) };
const rows = { ...kept, tally: dynamodbTally(kept) };
const client = sqsClient();
const alertsQueueUrl = requireEnv(ENVIRONMENT.alertsQueueUrl);
const email = requireEnv(ENVIRONMENT.emailQueueUrl);
const awsEvents = optionalEnv(ENVIRONMENT.awsEventsDeadLetterUrl);
// Absent where there is no SES.
const emailFeedback = optionalEnv(ENVIRONMENT.emailFeedbackDeadLetterUrl);
const webhook = requireEnv(ENVIRONMENT.webhookQueueUrl);
const privateWebhook = optionalEnv(ENVIRONMENT.privateWebhookQueueUrl);
/** Of a deployment that has a function in a private network. */
const privateLane = privateWebhook !== undefined && {
  queues: [privateWebhook, requireEnv(ENVIRONMENT.privateWebhookRetryQueueUrl)],
  deadLetters: {
    privateWebhook: requireEnv(ENVIRONMENT.privateWebhookDeadLetterUrl),
    privateWebhookRetry: requireEnv(ENVIRONMENT.privateWebhookRetryDeadLetterUrl),
  },
};

/** Every minute: which dead letters nobody has recorded, and what was accepted and has not ended, which silences are over. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .handler(
    watchDeliveriesHandler({
      letters: sqsDeadLetterWatch({
        client,
        urls: {
          alerts: requireEnv(ENVIRONMENT.alertsDeadLetterUrl),
          email: requireEnv(ENVIRONMENT.emailDeadLetterUrl),
          webhook: requireEnv(ENVIRONMENT.webhookDeadLetterUrl),
          webhookRetry: requireEnv(ENVIRONMENT.webhookRetryDeadLetterUrl),
          ...(emailFeedback !== undefined && { emailFeedback }),
          ...(privateLane && privateLane.deadLetters),
          ...(awsEvents !== undefined && { awsEvents }),
        },
      }),
      deliveryEnds: dynamodbDeliveryEnds(rows),
      acceptedEnds: dynamodbAcceptedEnds(kept),
      requests: dynamodbRequestRecords(from),
      watchList: dynamodbWatchList(kept),
      stored: dynamodbStoredAlerts(from),
      holds: dynamodbHolds(rows),
      silenceEnds: dynamodbSilenceEnds(kept),
      lanes: sqsLanes({
        client,
        urls: {
          alerts: [alertsQueueUrl],
          email: [email],
          // A destination may have changed its network meanwhile.
          webhook: [
            webhook,
            requireEnv(ENVIRONMENT.webhookRetryQueueUrl),
            ...(privateLane ? privateLane.queues : []),
          ],
        },
      }),
      deliveries: sqsDeliveryQueue({ client, queueUrls: { email, webhook, privateWebhook } }),
      alerts: watchedAlertQueue(sqsAlertQueue({ client, queueUrl: alertsQueueUrl }), kept),
      clock,
      // As at ingest: one gateway, one tenant, and its name is the stack's.
      tenantId: requireEnv(ENVIRONMENT.secretPrefix),
      log,
    }),
  );
