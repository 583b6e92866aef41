import middy from '@middy/core';
import { dynamodbCanaries } from './adapters/dynamodb/canaries.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { httpsSender } from './adapters/https/sender.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { CANARIES_COUNTED } from './adapters/process/event-metrics.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { secretsManagerDestinationSecrets } from './adapters/secrets/destination-secrets.ts';
import { secretsManagerHeartbeatUrl } from './adapters/secrets/heartbeat-url.ts';
import { publicTier } from './core/deliver/webhook/address-tier.ts';
import { CANARY_DESTINATION_ID } from './core/model/config/canary.ts';
import { egressRanges, ENVIRONMENT } from './core/model/config/environment.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { receiveCanaryHandler } from './handlers/receive-canary-handler.ts';

const clock = { now: () => Date.now() };
const prefix = requireEnv(ENVIRONMENT.secretPrefix);
const log = consoleEventLog({ clock, metrics: { stack: prefix, counted: CANARIES_COUNTED } });
const addresses = publicTier(egressRanges(optionalEnv(ENVIRONMENT.egressAllow)));
const client = secretsManagerClient();
const secrets = secretsManagerDestinationSecrets({ client, prefix, clock });

const receive = receiveCanaryHandler({
  canaries: dynamodbCanaries({ client: dynamodbClient(), table: requireEnv(ENVIRONMENT.table) }),
  secret: async () => (await secrets.webhookSecret(CANARY_DESTINATION_ID, 0)).current ?? '',
  heartbeatUrl: secretsManagerHeartbeatUrl({ client, name: optionalEnv(ENVIRONMENT.heartbeatSecret) }),
  http: httpsSender({ isAllowedAddress: addresses.isAllowed, refusal: addresses.refusal, clock }),
  addresses,
  clock,
  log,
});

/** `POST /v1/canary`: the end of the canary's way. */
export const handler = middy<Parameters<typeof receive>[0], Awaited<ReturnType<typeof receive>>>()
  .use(requestIds(log))
  .handler(receive);
