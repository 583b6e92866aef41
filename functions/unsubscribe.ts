import middy from '@middy/core';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbDestinationRegistry } from './adapters/dynamodb/destinations.ts';
import { dynamodbSuppressions } from './adapters/dynamodb/suppressions.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { READING_KEY_AGES, secretsManagerUnsubscribeKeys } from './adapters/secrets/unsubscribe-keys.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { pageErrors } from './handlers/middleware/page-errors.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { unsubscribeHandler } from './handlers/unsubscribe-handler.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({ clock });
const prefix = requireEnv(ENVIRONMENT.secretPrefix);
const contact = optionalEnv(ENVIRONMENT.operatorEmail);
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };

/** `GET` and `POST /v1/unsubscribe/{token}`: the page behind the link in every mail. */
export const handler = middy()
  .use(requestIds(log))
  .use(pageErrors(log))
  .handler(
    unsubscribeHandler({
      destinations: dynamodbDestinationRegistry(from),
      suppressions: dynamodbSuppressions(from),
      keys: secretsManagerUnsubscribeKeys({
        client: secretsManagerClient(),
        prefix,
        clock,
        ages: READING_KEY_AGES,
      }),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqsClient(), queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { ...from, clock },
      ),
      clock,
      tenantId: prefix,
      log,
      ...(contact !== undefined && { contact }),
    }),
  );
