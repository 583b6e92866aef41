import { randomUUID } from 'node:crypto';
import middy from '@middy/core';
import { dynamodbStoredAlerts } from './adapters/dynamodb/alerts.ts';
import { dynamodbCanaries } from './adapters/dynamodb/canaries.ts';
import { dynamodbCanaryConfiguration } from './adapters/dynamodb/canary-configuration.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { httpsPublicDoor } from './adapters/https/public-door.ts';
import { httpsSender } from './adapters/https/sender.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { secretsManagerHeartbeatUrl } from './adapters/secrets/heartbeat-url.ts';
import { secretsManagerSourceSecrets } from './adapters/secrets/source-secrets.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { runCanary } from './core/canary/run-canary.ts';
import { publicTier } from './core/deliver/webhook/address-tier.ts';
import { egressRanges, ENVIRONMENT } from './core/model/config/environment.ts';
import { CANARY_SOURCE_ID } from './core/model/wire/alert.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';

const clock = { now: () => Date.now() };
const log = consoleEventLog({ clock });
const from = { client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) };
const prefix = requireEnv(ENVIRONMENT.secretPrefix);
const secretsClient = secretsManagerClient();
const secrets = secretsManagerSourceSecrets({ client: secretsClient, prefix, clock });
const heartbeatSecret = optionalEnv(ENVIRONMENT.heartbeatSecret);
const addresses = publicTier(egressRanges(optionalEnv(ENVIRONMENT.egressAllow)));

/** By the clock: sends a canary through the public door, and tells when an earlier one is late or missing. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(log))
  .handler(async () =>
    runCanary({
      configuration: dynamodbCanaryConfiguration({
        ...from,
        clock,
        receiveUrl: requireEnv(ENVIRONMENT.canaryUrl),
      }),
      canaries: dynamodbCanaries(from),
      secret: async () => (await secrets.credential(CANARY_SOURCE_ID)).current,
      door: httpsPublicDoor({ clock }),
      ingestUrl: requireEnv(ENVIRONMENT.ingestUrl),
      stored: dynamodbStoredAlerts(from),
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqsClient(), queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { ...from, clock },
      ),
      heartbeatUrl: secretsManagerHeartbeatUrl({ client: secretsClient, name: heartbeatSecret }),
      hasHeartbeat: heartbeatSecret !== undefined,
      sendsMail: optionalEnv(ENVIRONMENT.withoutSes) === undefined,
      http: httpsSender({ isAllowedAddress: addresses.isAllowed, refusal: addresses.refusal, clock }),
      addresses,
      clock,
      ids: { uuid: randomUUID },
      // As at ingest: one gateway, one tenant, and its name is the stack's.
      tenantId: prefix,
      log,
    }),
  );
