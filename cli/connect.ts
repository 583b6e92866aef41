import { randomUUID } from 'node:crypto';
import { stsCallerIdentity } from '../functions/adapters/operator/caller-identity.ts';
import { dynamodbStoredAlerts } from '../functions/adapters/dynamodb/alerts.ts';
import { dynamodbCanaries } from '../functions/adapters/dynamodb/canaries.ts';
import { dynamodbCanaryConfiguration } from '../functions/adapters/dynamodb/canary-configuration.ts';
import { dynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamodbAuditRecords } from '../functions/adapters/operator/audit.ts';
import { dynamodbConfigHistory } from '../functions/adapters/operator/config-history.ts';
import { dynamodbConfigStore } from '../functions/adapters/operator/config-store.ts';
import { dynamodbEndpointHealth } from '../functions/adapters/dynamodb/endpoint-health.ts';
import { dynamodbGatewayRecords } from '../functions/adapters/operator/records.ts';
import { dynamodbRemediationStore } from '../functions/adapters/operator/remediation-store.ts';
import { dynamodbSourceHealthRecords } from '../functions/adapters/dynamodb/source-health.ts';
import { localEvents } from '../functions/adapters/operator/local-events.ts';
import { dynamodbSuppressions } from '../functions/adapters/dynamodb/suppressions.ts';
import { dynamodbSentDeliveries } from '../functions/adapters/operator/sent-deliveries.ts';
import { secretsManagerClient } from '../functions/adapters/secrets/client.ts';
import { secretsManagerUnsubscribeKeyWriter } from '../functions/adapters/operator/unsubscribe-key-writer.ts';
import { secretsManagerSecretWriter } from '../functions/adapters/operator/secret-writer.ts';
import { dynamodbWatchList } from '../functions/adapters/dynamodb/watch-list.ts';
import { watchedAlertQueue } from '../functions/adapters/dynamodb/raised-alerts.ts';
import { watchedDeliveryQueue } from '../functions/core/operator/watched-deliveries.ts';
import { watchedRedrive } from '../functions/core/operator/watched-redrive.ts';
import { sqsAlertQueue } from '../functions/adapters/sqs/alert-queue.ts';
import { sesClient } from '../functions/adapters/ses/client.ts';
import { dynamodbLooks } from '../functions/adapters/operator/looks.ts';
import { sesMailAccount } from '../functions/adapters/operator/mail-account.ts';
import { sqsClient } from '../functions/adapters/sqs/client.ts';
import { sqsDeadLetterQueues } from '../functions/adapters/operator/dead-letter-queues.ts';
import { sqsDeliveryQueue } from '../functions/adapters/sqs/delivery-queue.ts';
import { sqsQueueDepths } from '../functions/adapters/operator/queue-depths.ts';
import { snsClient } from '../functions/adapters/operator/sns-client.ts';
import { snsOperatorTopic } from '../functions/adapters/operator/operator-topic.ts';
import { awsOrganization, organizationsClient } from '../functions/adapters/operator/organization.ts';
import { ssmClient } from '../functions/adapters/operator/ssm-client.ts';
import { ssmManifest } from '../functions/adapters/operator/manifest.ts';
import { callerOf, once } from './caller.ts';
import { CliFailure } from './failure.ts';
import { readLocalManifest } from './read-manifest.ts';
import type { AwsClientOptions } from '../functions/adapters/aws/client-options.ts';
import { privateQueuesOf, queuesOf, type Manifest } from '../functions/core/model/config/manifest.ts';
import type { Clock } from '../functions/core/world.ts';
import type { Gateway, Target } from './gateway.ts';

type Sleep = (ms: number) => Promise<void>;

/** From a laptop AWS is further away than from a function, and a person can wait. */
const PATIENT = { connectionTimeoutMs: 5_000, requestTimeoutMs: 20_000 };

/**
 * Opens the gateway that a target names: in AWS with the operator's own identity, which is all the access control
 * there is; in a local run with the key that its manifest holds.
 */
export async function connect(target: Target, clock: Clock, sleep: Sleep): Promise<Gateway> {
  if (target.kind === 'local') {
    const manifest = await readLocalManifest(target.data);
    if (manifest.credentials === undefined) {
      throw new CliFailure(
        'no-gateway',
        `the manifest in ${JSON.stringify(target.data)} has no key for the local run; start that again with npm start`,
      );
    }
    return openGateway(manifest, clock, sleep, {
      ...PATIENT,
      maxAttempts: 2,
      region: manifest.region,
      ...(manifest.endpoint !== undefined && { endpoint: manifest.endpoint }),
      credentials: manifest.credentials,
    });
  }
  const options = {
    ...PATIENT,
    maxAttempts: 4,
    ...(target.region !== undefined && { region: target.region }),
  };
  const client = ssmClient(options);
  try {
    const manifest = await ssmManifest({ client, stack: target.stack });
    return openGateway(manifest, clock, sleep, { ...options, region: manifest.region });
  } finally {
    client.destroy();
  }
}

function openGateway(manifest: Manifest, clock: Clock, sleep: Sleep, options: AwsClientOptions): Gateway {
  const clients = openClients(manifest, options);
  const parts = { manifest, clients, clock, sleep };
  return {
    manifest,
    identity: clients.identity,
    ...configurationOf(parts),
    ...recordsOf(parts),
    ...queuesIn(parts),
    mailAccount: sesMailAccount({ client: clients.ses }),
    organization: clients.organization,
    ...(clients.localEvents !== undefined && { localEvents: clients.localEvents }),
    ...canaryOf(parts),
    ...(manifest.operatorTopic !== undefined &&
      manifest.endpoint === undefined && {
        operatorTopic: snsOperatorTopic({ client: clients.sns, topicArn: manifest.operatorTopic }),
      }),
    close: clients.close,
  };
}

/** The clients that call AWS and have to be closed. */
function openClients({ region, endpoint, credentials }: Manifest, options: AwsClientOptions) {
  const sqs = sqsClient(options);
  // An SDK client finds the operator's identity and renews it: profiles, sign-ins, roles.
  const found = sqs.config.credentials;
  const dynamodb = dynamodbClient({ credentials: found, ...options });
  const clients = {
    sqs,
    dynamodb,
    secrets: secretsManagerClient(options),
    ses: sesClient(options),
    sns: snsClient(options),
    identity: stsCallerIdentity({ ...options, region }, async () => found()),
    localEvents:
      endpoint === undefined || credentials === undefined
        ? undefined
        : localEvents({ ...options, region, endpoint, credentials }),
  };
  const organizations: { destroy(): void }[] = [];
  return {
    ...clients,
    /** With the operator's own identity in any case: no local run has an organization. */
    organization: (profile?: string) => {
      const client = organizationsClient({ ...PATIENT, maxAttempts: 8, region }, profile);
      organizations.push(client);
      return awsOrganization({ client });
    },
    close: (): void => {
      for (const client of [...Object.values(clients), ...organizations]) client?.destroy();
    },
  };
}

type Parts = { manifest: Manifest; clients: ReturnType<typeof openClients>; clock: Clock; sleep: Sleep };

/** The stores of configuration, its history, and the secrets beside it. */
function configurationOf({ manifest, clients, clock, sleep }: Parts) {
  const { secretPrefix: prefix } = manifest;
  const kept = { client: clients.dynamodb, table: manifest.table };
  const author = { by: once(async () => callerOf(clients.identity)), clock };
  const secrets = { client: clients.secrets, prefix, uuid: randomUUID };
  return {
    config: dynamodbConfigStore({ ...kept, author, sleep }),
    history: dynamodbConfigHistory(kept),
    remediation: dynamodbRemediationStore({ ...kept, author }),
    suppressions: dynamodbSuppressions(kept),
    secrets: secretsManagerSecretWriter(secrets),
    unsubscribeKey: secretsManagerUnsubscribeKeyWriter(secrets),
  };
}

/** The records that the functions have written. */
function recordsOf({ manifest, clients, clock }: Parts) {
  const kept = retained({ manifest, clients, clock });
  return {
    records: dynamodbGatewayRecords(kept),
    looks: dynamodbLooks(kept),
    audited: dynamodbAuditRecords(kept),
    sourceHealth: dynamodbSourceHealthRecords(kept),
    endpoints: dynamodbEndpointHealth(kept),
  };
}

/** The queues: their depths, their dead letters, and senders to them. Each message that is sent is watched until it has ended. */
function queuesIn({ manifest, clients, clock }: Parts) {
  const { sqs: client } = clients;
  const kept = retained({ manifest, clients, clock });
  const watchList = dynamodbWatchList(kept);
  const queues = queuesOf(manifest);
  const { alerts, email, webhook } = manifest.queues;
  const privateWebhook = privateQueuesOf(manifest)?.privateWebhook.url;
  // The emulators know at once that a queue is empty.
  const isEmulated = manifest.endpoint !== undefined;
  const deadLetters = sqsDeadLetterQueues({ client, queues, ...(isEmulated && { receiveWaitSeconds: 0 }) });
  const deliveries = sqsDeliveryQueue({
    client,
    queueUrls: { email: email.url, webhook: webhook.url, privateWebhook },
  });
  return {
    queues: sqsQueueDepths({ client, queues }),
    deadLetters: watchedRedrive(deadLetters, watchList, clock),
    deliveries: watchedDeliveryQueue(deliveries, watchList, dynamodbSentDeliveries(kept), clock),
    alerts: watchedAlertQueue(sqsAlertQueue({ client, queueUrl: alerts.url }), kept),
  };
}

/** How canaries fare; absent where there are none. */
function canaryOf({ manifest, clients, clock }: Parts): Pick<Gateway, 'canary'> {
  if (manifest.canary === undefined || !('url' in manifest.canary)) return {};
  const kept = retained({ manifest, clients, clock });
  return {
    canary: {
      canaries: dynamodbCanaries(kept),
      stored: dynamodbStoredAlerts(kept),
      configuration: dynamodbCanaryConfiguration({ ...kept, receiveUrl: manifest.canary.url }),
    },
  };
}

function retained({ manifest, clients, clock }: Omit<Parts, 'sleep'>) {
  const { table, retentionDays } = manifest;
  return { client: clients.dynamodb, table, clock, retentionDays };
}
