import middy from '@middy/core';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbDestinationRegistry } from './adapters/dynamodb/destinations.ts';
import { dynamodbMailEvents } from './adapters/dynamodb/deliveries/mail-events.ts';
import { dynamodbSuppressions } from './adapters/dynamodb/suppressions.ts';
import { requireEnv } from './adapters/process/environment.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsHideMessages } from './adapters/sqs/hide-messages.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { sqsBatch } from './handlers/middleware/sqs-batch.ts';
import { recordFeedbackHandler } from './handlers/record-feedback-handler.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({ clock });
const sqs = sqsClient();
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };

/** The email-feedback queue: what SES tells about mails that it took. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .use(sqsBatch(sqsHideMessages({ client: sqs, queueUrls: [requireEnv(ENVIRONMENT.emailFeedbackQueueUrl)] })))
  .handler(
    recordFeedbackHandler({
      destinations: dynamodbDestinationRegistry(from),
      mailEvents: dynamodbMailEvents(from),
      suppressions: dynamodbSuppressions(from),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqs, queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { ...from, clock },
      ),
      clock,
      // The secret prefix is the stack's name, which is what a tenant is here.
      tenantId: requireEnv(ENVIRONMENT.secretPrefix),
      log,
    }),
  );
