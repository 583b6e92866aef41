import middy from '@middy/core';
import { cachedDestinationRegistry, cachedSilences } from './adapters/memory/cached-configuration.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { DELIVERIES_COUNTED, withoutCanaries } from './adapters/process/event-metrics.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbDestinationRegistry } from './adapters/dynamodb/destinations.ts';
import { dynamodbDeliveryLog } from './adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from './adapters/dynamodb/deliveries/tally.ts';
import { dynamodbDestinationPauses } from './adapters/dynamodb/destination-pauses.ts';
import { dynamodbEndpointHealth } from './adapters/dynamodb/endpoint-health.ts';
import { dynamodbFloods } from './adapters/dynamodb/digests/floods.ts';
import { dynamodbStories } from './adapters/dynamodb/stories.ts';
import { dynamodbSilences } from './adapters/dynamodb/silences.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { httpsSender } from './adapters/https/sender.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { secretsManagerDestinationSecrets } from './adapters/secrets/destination-secrets.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsHideMessages } from './adapters/sqs/hide-messages.ts';
import { decodeMessageBody } from './adapters/sqs/message-body.ts';
import { sqsRetryQueue } from './adapters/sqs/retry-queue.ts';
import { systemTimer } from './adapters/process/timer.ts';
import { WHOLE_DESTINATION } from './core/config/stored/whole-destination.ts';
import type { Channel } from './core/deliver/attempt.ts';
import { endpointGate } from './core/deliver/webhook/endpoint/gate.ts';
import { prepareWebhook } from './core/deliver/webhook/prepare-webhook.ts';
import { privateTier, publicTier } from './core/deliver/webhook/address-tier.ts';
import { networkCheck } from './core/deliver/webhook/network.ts';
import { egressRanges, ENVIRONMENT } from './core/model/config/environment.ts';
import { deliverHandler } from './handlers/deliver-handler.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { sqsBatch } from './handlers/middleware/sqs-batch.ts';

const clock = { now: () => Date.now() };
const events = consoleEventLog({
  clock,
  metrics: { stack: requireEnv(ENVIRONMENT.secretPrefix), counted: withoutCanaries(DELIVERIES_COUNTED) },
});
const table = requireEnv(ENVIRONMENT.table);
const retentionDays = Number(requireEnv(ENVIRONMENT.retentionDays));
const privateRanges = optionalEnv(ENVIRONMENT.privateRanges);
const otherNetworkUrl = optionalEnv(ENVIRONMENT.otherNetworkQueueUrl);
const addresses =
  privateRanges === undefined
    ? publicTier(egressRanges(optionalEnv(ENVIRONMENT.egressAllow)))
    : privateTier(egressRanges(privateRanges));
const dynamodb = dynamodbClient();
const sqs = sqsClient();

const stories = dynamodbStories({ client: dynamodb, table, clock });
const retries = sqsRetryQueue({
  client: sqs,
  queueUrls: {
    webhook: {
      retry: requireEnv(ENVIRONMENT.webhookRetryQueueUrl),
      deadLetter: requireEnv(ENVIRONMENT.webhookDeadLetterUrl),
    },
  },
  otherNetworkUrl,
});

const tally = dynamodbTally({ client: dynamodb, table, clock, retentionDays });

const webhookPorts = {
  stories,
  floods: {
    ...dynamodbFloods({ client: dynamodb, table, clock, retentionDays, tally }),
    retries,
    clock,
  },
  secrets: secretsManagerDestinationSecrets({
    client: secretsManagerClient(),
    prefix: requireEnv(ENVIRONMENT.secretPrefix),
    clock,
  }),
  http: httpsSender({ isAllowedAddress: addresses.isAllowed, refusal: addresses.refusal, clock }),
  clock,
  addresses,
  target: requireEnv(ENVIRONMENT.commandTarget),
};

const random = { fraction: () => Math.random() };

const webhooks: Channel = {
  checkNetwork: networkCheck({
    isPrivate: privateRanges !== undefined,
    hasOther: otherNetworkUrl !== undefined,
  }),
  prepare: async (message, destination) => prepareWebhook(message, destination, webhookPorts),
  gate: endpointGate({
    health: dynamodbEndpointHealth({ client: dynamodb, table, clock }),
    pauses: dynamodbDestinationPauses({ client: dynamodb, table, clock }),
    timer: systemTimer,
    clock,
    random,
  }),
};

const silences = cachedSilences(dynamodbSilences({ client: dynamodb, table, clock, retentionDays }), {
  clock,
});

/**
 * The webhook and webhook-retry queues, or those of the private network: one signed HTTPS POST per message. The function in
 * the private network is this code as well; what it is told makes it the other one.
 */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(events))
  .use(
    sqsBatch(
      sqsHideMessages({
        client: sqs,
        queueUrls: [requireEnv(ENVIRONMENT.webhookQueueUrl), requireEnv(ENVIRONMENT.webhookRetryQueueUrl)],
      }),
    ),
  )
  .handler(
    deliverHandler(webhooks, {
      destinations: cachedDestinationRegistry(
        dynamodbDestinationRegistry({ client: dynamodb, table }, WHOLE_DESTINATION),
        { clock },
      ),
      deliveries: dynamodbDeliveryLog({ client: dynamodb, table, clock, retentionDays, tally }),
      retries,
      alerts: watchedAlertQueue(
        sqsAlertQueue({ client: sqs, queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
        { client: dynamodb, table, clock },
      ),
      stories,
      silences,
      clock,
      random,
      events,
      decode: decodeMessageBody,
    }),
  );
