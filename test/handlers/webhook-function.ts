import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbDestinationPauses } from '../../functions/adapters/dynamodb/destination-pauses.ts';
import { dynamodbDestinationRegistry } from '../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbFloods } from '../../functions/adapters/dynamodb/digests/floods.ts';
import { dynamodbEndpointHealth } from '../../functions/adapters/dynamodb/endpoint-health.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { dynamodbStories } from '../../functions/adapters/dynamodb/stories.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import type { Channel } from '../../functions/core/deliver/attempt.ts';
import type { DeliverPorts } from '../../functions/core/deliver/deliver.ts';
import type { HttpSender } from '../../functions/core/deliver/ports.ts';
import type { AddressTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import { endpointGate } from '../../functions/core/deliver/webhook/endpoint/gate.ts';
import { prepareWebhook } from '../../functions/core/deliver/webhook/prepare-webhook.ts';
import type { Clock, EventLog } from '../../functions/core/world.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { noWait } from '../adapters/dynamodb-table.ts';
import type { Connections } from './mortal-workers.ts';

type WebhookPorts = Parameters<typeof prepareWebhook>[2];

/** The deliverer of webhooks over these connections, wired as `functions/deliver-webhook.ts` wires it, but for its caches. */
export function webhookFunction(
  { client, sqs }: Connections,
  told: {
    table: string;
    retentionDays: number;
    clock: Clock;
    queueUrls: { retry: string; deadLetter: string; alerts: string; otherNetwork?: string };
    checkNetwork?: Channel['checkNetwork'];
    addresses: AddressTier;
    secrets: WebhookPorts['secrets'];
    post: HttpSender['post'];
    /** Where alerts may be silenced. */
    silences?: DeliverPorts['silences'];
    log: EventLog;
  },
) {
  const { clock, queueUrls, checkNetwork, silences } = told;
  const at = { client, table: told.table, clock, retentionDays: told.retentionDays };
  const stories = dynamodbStories(at);
  const tally = dynamodbTally(at);
  const retries = sqsRetryQueue({
    client: sqs,
    queueUrls: { webhook: { retry: queueUrls.retry, deadLetter: queueUrls.deadLetter } },
    otherNetworkUrl: queueUrls.otherNetwork,
  });
  const ports: WebhookPorts = {
    stories,
    floods: { ...dynamodbFloods({ ...at, moment: noWait, tally }), retries, clock },
    secrets: told.secrets,
    http: { post: told.post },
    clock,
    addresses: told.addresses,
  };
  const random = { fraction: () => 0.5 };
  const health = dynamodbEndpointHealth(at);
  const pauses = dynamodbDestinationPauses(at);
  return deliverHandler(
    {
      ...(checkNetwork !== undefined && { checkNetwork }),
      prepare: async (message, destination) => prepareWebhook(message, destination, ports),
      gate: endpointGate({ health, pauses, timer: { after: () => () => {} }, clock, random }),
    },
    {
      destinations: dynamodbDestinationRegistry(at),
      deliveries: dynamodbDeliveryLog({ ...at, wait: noWait, tally }),
      retries,
      alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queueUrls.alerts }), at),
      stories,
      ...(silences !== undefined && { silences }),
      clock,
      random,
      events: told.log,
      decode: decodeMessageBody,
    },
  );
}
