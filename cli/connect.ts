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

/** From a laptop AWS is further away than from a function, and nobody waits in milliseconds. */
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
  const { table, queues, retentionDays } = manifest;
  const secrets = secretsManagerClient(options);
  const ses = sesClient(options);
  const sqs = sqsClient(options);
  const sns = snsClient(options);
  // With the operator's own identity in any case: no local run has an organization.
  const organizations: { destroy(): void }[] = [];
  // An SDK client finds the operator's identity and renews it: profiles, sign-ins, roles.
  const dynamodb = dynamodbClient({ credentials: sqs.config.credentials, ...options });
  const identity = stsCallerIdentity({ ...options, region: manifest.region }, async () =>
    sqs.config.credentials(),
  );
  const kept = { client: dynamodb, table, clock, retentionDays };
  const watchList = dynamodbWatchList(kept);
  const local =
    manifest.endpoint === undefined || manifest.credentials === undefined
      ? undefined
      : localEvents({
          ...options,
          region: manifest.region,
          endpoint: manifest.endpoint,
          credentials: manifest.credentials,
        });
  const author = { by: once(async () => callerOf(identity)), clock };
  return {
    manifest,
    identity,
    config: dynamodbConfigStore({ client: dynamodb, table, author, sleep }),
    history: dynamodbConfigHistory({ client: dynamodb, table }),
    secrets: secretsManagerSecretWriter({
      client: secrets,
      prefix: manifest.secretPrefix,
      uuid: randomUUID,
    }),
    records: dynamodbGatewayRecords(kept),
    looks: dynamodbLooks(kept),
    audited: dynamodbAuditRecords(kept),
    sourceHealth: dynamodbSourceHealthRecords({ client: dynamodb, table }),
    endpoints: dynamodbEndpointHealth({ client: dynamodb, table, clock }),
    deadLetters: watchedRedrive(
      sqsDeadLetterQueues({
        client: sqs,
        queues: queuesOf(manifest),
        // The emulators know at once that a queue is empty.
        ...(manifest.endpoint !== undefined && { receiveWaitSeconds: 0 }),
      }),
      watchList,
      clock,
    ),
    queues: sqsQueueDepths({
      client: sqs,
      queues: queuesOf(manifest),
    }),
    deliveries: watchedDeliveryQueue(
      sqsDeliveryQueue({
        client: sqs,
        queueUrls: {
          email: queues.email.url,
          webhook: queues.webhook.url,
          privateWebhook: privateQueuesOf(manifest)?.privateWebhook.url,
        },
      }),
      watchList,
      dynamodbSentDeliveries(kept),
      clock,
    ),
    alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), kept),
    suppressions: dynamodbSuppressions({ client: dynamodb, table }),
    remediation: dynamodbRemediationStore({ client: dynamodb, table, author }),
    unsubscribeKey: secretsManagerUnsubscribeKeyWriter({
      client: secrets,
      prefix: manifest.secretPrefix,
      uuid: randomUUID,
    }),
    organization(profile) {
      const client = organizationsClient({ ...PATIENT, maxAttempts: 8, region: manifest.region }, profile);
      organizations.push(client);
      return awsOrganization({ client });
    },
    mailAccount: sesMailAccount({ client: ses }),
    ...(local !== undefined && { localEvents: local }),
    ...(manifest.canary !== undefined &&
      'url' in manifest.canary && {
        canary: {
          canaries: dynamodbCanaries(kept),
          stored: dynamodbStoredAlerts(kept),
          configuration: dynamodbCanaryConfiguration({ ...kept, receiveUrl: manifest.canary.url }),
        },
      }),
    ...(manifest.operatorTopic !== undefined &&
      manifest.endpoint === undefined && {
        operatorTopic: snsOperatorTopic({ client: sns, topicArn: manifest.operatorTopic }),
      }),
    close() {
      dynamodb.destroy();
      identity.destroy();
      local?.destroy();
      secrets.destroy();
      ses.destroy();
      sqs.destroy();
      sns.destroy();
      for (const client of organizations) client.destroy();
    },
  };
}
