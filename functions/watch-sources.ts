import middy from '@middy/core';
import { dynamodbAwsSources } from './adapters/dynamodb/aws-sources.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { dynamodbAlertStore } from './adapters/dynamodb/alerts.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbRoutingTable } from './adapters/dynamodb/routing-table.ts';
import { dynamodbSourceList } from './adapters/dynamodb/sources.ts';
import { dynamodbUnreadableRemediation } from './adapters/dynamodb/remediation.ts';
import { dynamodbSourceHealthRecords } from './adapters/dynamodb/source-health.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { AWS_EVENTS } from './core/model/config/aws-events.ts';
import { ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { watchSourcesHandler } from './handlers/watch-sources-handler.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({ clock });
const listed = optionalEnv(ENVIRONMENT.awsEvents)?.split(',') ?? [];
const awsEvents = AWS_EVENTS.filter((one) => listed.includes(one));
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };

/** Every five minutes: silent sources, configuration that cannot be read, client certificates that end soon. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .handler(
    watchSourcesHandler({
      sources: dynamodbSourceList(from),
      health: dynamodbSourceHealthRecords(from),
      routingTable: dynamodbRoutingTable(from),
      awsSources: dynamodbAwsSources({ ...from, clock }),
      awsEvents,
      remediation: dynamodbUnreadableRemediation(from),
      store: dynamodbAlertStore({
        ...from,
        clock,
        retentionDays: Number(requireEnv(ENVIRONMENT.retentionDays)),
      }),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqsClient(), queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { ...from, clock },
      ),
      clock,
      // As at ingest: one gateway, one tenant, and its name is the stack's.
      tenantId: requireEnv(ENVIRONMENT.secretPrefix),
      log,
    }),
  );
