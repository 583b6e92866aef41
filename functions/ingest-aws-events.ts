import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { batchedSourceHealth } from './adapters/memory/batched-source-health.ts';
import { cachedSourceRegistry } from './adapters/memory/cached-configuration.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { ALERTS_COUNTED } from './adapters/process/event-metrics.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { dynamodbAwsSources } from './adapters/dynamodb/aws-sources.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbRequestLedger } from './adapters/dynamodb/requests.ts';
import { dynamodbSourceHealthWriter } from './adapters/dynamodb/source-health.ts';
import { dynamodbSourceRegistry } from './adapters/dynamodb/sources.ts';
import { inMemoryRateLimiter } from './adapters/memory/rate-limiter.ts';
import { requireEnv } from './adapters/process/environment.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsAwsEventLetters } from './adapters/sqs/aws-event-letters.ts';
import { sqsHideMessages } from './adapters/sqs/hide-messages.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIdOf } from './core/model/wire/ids.ts';
import { ingestAwsEventsHandler } from './handlers/ingest-aws-events-handler.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { sqsBatch } from './handlers/middleware/sqs-batch.ts';

const clock = { now: () => Date.now() };
const prefix = requireEnv(ENVIRONMENT.secretPrefix);
const log = consoleEventLog({ clock, metrics: { stack: prefix, counted: ALERTS_COUNTED } });
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };
const sqs = sqsClient();
const never = async (): Promise<never> => {
  throw new Error('an event has no secret and asks nobody to confirm anything');
};

/** The aws-events queue: what EventBridge handed over becomes alerts, as a request does. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .use(sqsBatch(sqsHideMessages({ client: sqs, queueUrls: [requireEnv(ENVIRONMENT.awsEventsQueueUrl)] })))
  .handler(
    ingestAwsEventsHandler({
      sources: cachedSourceRegistry(dynamodbSourceRegistry(from), { clock }),
      secrets: { credential: never, refresh: never },
      limiter: inMemoryRateLimiter(),
      ledger: dynamodbRequestLedger({ ...from, clock }),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqs, queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { ...from, clock },
      ),
      awsSources: dynamodbAwsSources({ ...from, clock }),
      letters: sqsAwsEventLetters({
        client: sqs,
        deadLetterUrl: requireEnv(ENVIRONMENT.awsEventsDeadLetterUrl),
      }),
      clock,
      ids: { uuid: () => requestIdOf(randomUUID()) },
      // The secret prefix is the stack's name, which is what a tenant is here: one gateway, one tenant.
      tenantId: prefix,
      sns: { certificate: never, confirm: never },
      health: batchedSourceHealth({ writer: dynamodbSourceHealthWriter(from), clock, log }),
      log,
    }),
  );
