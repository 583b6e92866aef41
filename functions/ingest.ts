import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { answerDeadlines } from './adapters/aws/answer-deadlines.ts';
import { batchedSourceHealth } from './adapters/memory/batched-source-health.ts';
import { cachedSourceRegistry } from './adapters/memory/cached-configuration.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { ALERTS_COUNTED, withoutCanaries } from './adapters/process/event-metrics.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbSourceRegistry } from './adapters/dynamodb/sources.ts';
import { dynamodbRequestLedger } from './adapters/dynamodb/requests.ts';
import { dynamodbSourceHealthWriter } from './adapters/dynamodb/source-health.ts';
import { requireEnv } from './adapters/process/environment.ts';
import { httpsSns } from './adapters/https/sns.ts';
import { inMemoryRateLimiter } from './adapters/memory/rate-limiter.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { secretsManagerSourceSecrets } from './adapters/secrets/source-secrets.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIdOf } from './core/model/wire/ids.ts';
import { ingestHandler } from './handlers/ingest-handler.ts';
import { httpErrors } from './handlers/middleware/http-errors.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';

const clock = { now: () => Date.now() };
const table = requireEnv(ENVIRONMENT.table);
// A sender waits for the answer, and comes again after a 503.
const dynamodb = dynamodbClient({ maxThrottledAttempts: 2 });
const prefix = requireEnv(ENVIRONMENT.secretPrefix);
const log = consoleEventLog({
  clock,
  metrics: { stack: prefix, counted: withoutCanaries(ALERTS_COUNTED) },
});

/** `POST /v1/ingest/{sourceId}`: authenticates, accepts, answers 202 once the alerts are durable. */
export const handler = middy()
  .use(requestIds(log))
  .use(httpErrors())
  .handler(
    ingestHandler({
      sources: cachedSourceRegistry(dynamodbSourceRegistry({ client: dynamodb, table }), { clock }),
      secrets: secretsManagerSourceSecrets({ client: secretsManagerClient(), prefix, clock }),
      limiter: inMemoryRateLimiter(),
      ledger: dynamodbRequestLedger({ client: dynamodb, table, clock }),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqsClient(), queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { client: dynamodb, table, clock },
      ),
      clock,
      deadlines: answerDeadlines(),
      ids: { uuid: () => requestIdOf(randomUUID()) },
      // The secret prefix is the stack's name, which is what a tenant is here: one gateway, one tenant.
      tenantId: prefix,
      sns: httpsSns({ clock }),
      health: batchedSourceHealth({
        writer: dynamodbSourceHealthWriter({ client: dynamodb, table }),
        clock,
        log,
      }),
      log,
    }),
  );
