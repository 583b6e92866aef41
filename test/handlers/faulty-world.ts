import { networkCheck } from '../../functions/core/deliver/webhook/network.ts';
import { privateTier, publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import { randomUUID } from 'node:crypto';
import { type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { dynamodbDestinationRegistry } from '../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbEndpointHealth } from '../../functions/adapters/dynamodb/endpoint-health.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import { dynamodbRequestRecords } from '../../functions/adapters/dynamodb/requests.ts';
import { secretsManagerClient } from '../../functions/adapters/secrets/client.ts';
import { secretsManagerDestinationSecrets } from '../../functions/adapters/secrets/destination-secrets.ts';
import { secretsManagerSecretWriter } from '../../functions/adapters/operator/secret-writer.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsDeadLetterQueues } from '../../functions/adapters/operator/dead-letter-queues.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import type { HttpAnswer, HttpPost } from '../../functions/core/deliver/ports.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { aMessage, anAlert, aWebhook } from '../adapters/records.ts';
import { deployTable } from '../adapters/table-definition.ts';
import { type Fault, faultyCalls, type Life } from './faulty-calls.ts';
import { lambdaLane } from './lambda-lane.ts';
import { alone, type Turns } from './turns.ts';
import { webhookFunction } from './webhook-function.ts';

const TABLE = 'Tocsin';
const BEGAN_AT = '2026-01-15T15:00:00.000Z';
const RETENTION_DAYS = 90;
const VISIBILITY_SECONDS = 360;
/** How far time jumps when there is nothing to do: the end of a lease, a third of the visibility. */
const STEP_MS = 121_000;
const SOON_MS = 31_000;
const DESTINATION = { format: 'tocsin', retry: { delaysSeconds: [1, 1] } };

/**
 * One delivery, or one batch of them, through the real handler and adapters, on the emulators of the local run, with a worker that is new
 * for every invocation, as after a crash. Every call that leaves a worker is counted, and some go wrong.
 */
export async function faultyWorld({
  statuses,
  faults,
  count = 1,
  waves = [Array.from({ length: count }, () => ({}))],
  given = {},
  failuresBefore = 0,
  isRedriven = false,
  turns,
}: {
  /** What the receiver answers, in turn; the last one for ever. */
  statuses: readonly number[];
  /** By number of the call, from 0; by its name for the first one of that name. */
  faults: ReadonlyMap<number | string, Fault>;
  /** Deliveries of the batch. */
  count?: number;
  /** Batch after batch, each an hour after the one before was settled: what their alerts are. */
  waves?: readonly (readonly Partial<Alert>[])[];
  /** What the destination is. */
  given?: Partial<WebhookDestination>;
  /** Failures in a row that the endpoint has behind it. */
  failuresBefore?: number;
  /** Whether an operator redrives what is dead, again and again until nothing is. */
  isRedriven?: boolean;
  /** Each batch is received by two workers, who work at the same time and call in these turns. */
  turns?: Turns;
}) {
  const aws = await emulatedAws();
  const { clock, queues } = aws;
  // The begin of an hour: system alerts of one hour are one alert.
  clock.at = Date.parse(BEGAN_AT);
  await deployTable(aws.emulators.dynamoDb, TABLE);
  const destination = aWebhook({ ...DESTINATION, ...given });
  const isPrivate = destination.isPrivate === true;
  const { privateWebhook, privateWebhookRetry } = aws.privateQueues;
  /** The lanes of each network, and where its function hands over what is for the other one. */
  const networks = {
    public: {
      fast: queues.webhook,
      slow: queues.webhookRetry,
      checkNetwork: networkCheck({ isPrivate: false, hasOther: isPrivate }),
      addresses: publicTier(),
      otherNetworkUrl: privateWebhook.url,
    },
    private: {
      fast: privateWebhook,
      slow: privateWebhookRetry,
      checkNetwork: networkCheck({ isPrivate: true, hasOther: true }),
      addresses: privateTier(['10.0.0.0/8']),
      otherNetworkUrl: queues.webhook.url,
    },
  };
  const own = isPrivate ? networks.private : networks.public;
  const operator = {
    dynamodb: dynamodbClient(aws.options),
    sqs: sqsClient(aws.options),
    secrets: secretsManagerClient(aws.options),
  };
  await dynamodbConfigStore({ client: operator.dynamodb, table: TABLE }).create('destination', destination);
  // Lists look only where entries are of a version with sheets.
  await dynamodbRequestRecords({ client: operator.dynamodb, table: TABLE }).keepLookedAtUntil(
    BEGAN_AT,
    '2026-01-01T00:00:00.000Z',
  );
  await secretsManagerSecretWriter({
    client: operator.secrets,
    prefix: 'Tocsin',
    uuid: randomUUID,
  }).saveDestination(destination.id, { current: 'whsec_c2VjcmV0' }, undefined);

  const health = dynamodbEndpointHealth({ client: operator.dynamodb, table: TABLE, clock });
  for (let failure = 0; failure < failuresBefore; failure += 1)
    await health.change(destination.id, { change: 'failure', endedMs: clock.at });

  const world = faultyCalls(aws.ask, faults, turns);
  const { living } = turns ?? alone;
  const posts: { id: string; body: string }[] = [];

  /** A worker that never lived before: own connections, empty caches. */
  async function startWorker({ fast, slow, checkNetwork, addresses, otherNetworkUrl }: typeof own) {
    const state: Life = { isDead: false };
    const proxy = await world.startProxy(state);
    const client = dynamodbClient(proxy.options);
    const sqs = sqsClient(proxy.options);
    const secrets = secretsManagerClient(proxy.options);

    async function post({ headers, body }: HttpPost): Promise<HttpAnswer> {
      const broken: HttpAnswer = { answer: 'connection-failed', detail: 'reset', phasesMs: {} };
      const answered = await world.act(state, 'POST', () => {
        const status = statuses[Math.min(posts.length, statuses.length - 1)] ?? 200;
        posts.push({ id: headers['webhook-id'] ?? '', body });
        return { answer: 'response' as const, status, bodyStart: new Uint8Array(), phasesMs: {} };
      });
      return answered ?? broken;
    }

    const handle = webhookFunction(
      { client, sqs },
      {
        table: TABLE,
        retentionDays: RETENTION_DAYS,
        clock,
        queueUrls: {
          retry: slow.url,
          deadLetter: fast.deadLetterUrl,
          alerts: queues.alerts.url,
          otherNetwork: otherNetworkUrl,
        },
        checkNetwork,
        addresses,
        secrets: secretsManagerDestinationSecrets({ client: secrets, prefix: 'Tocsin', clock }),
        post,
        log: { info: () => {}, error: () => {} },
      },
    );
    return {
      state,
      handle,
      close: () => {
        for (const one of [client, sqs, secrets]) one.destroy();
        proxy.close();
      },
    };
  }

  async function receive(url: string): Promise<Message[]> {
    const { Messages = [] } = await operator.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: VISIBILITY_SECONDS,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    return Messages;
  }

  /** One invocation, of a worker that is new; or two of the same messages, of which each is gone that one of them is done with. */
  async function invoke(event: SQSEvent): Promise<readonly string[] | undefined> {
    const isInside = event.Records[0]?.eventSourceARN.includes(':private-') === true;
    const work = async () => {
      const worker = await startWorker(isInside ? networks.private : networks.public);
      const { failedMessageIds } = await living(worker.state, async () => worker.handle(event));
      worker.close();
      return worker.state.isDead ? [] : [failedMessageIds];
    };
    const answers = (await Promise.all(turns === undefined ? [work()] : [work(), work()])).flat();
    const [first, ...others] = answers;
    return first?.filter((id) => others.every((failed) => failed.includes(id)));
  }

  const laneOf = (queue: { arn: string; url: string }) =>
    lambdaLane(aws, queue, { max: 10, hiddenForSeconds: VISIBILITY_SECONDS });
  const { fast, slow } = networks.public;
  const lanes = [fast, slow, ...(isPrivate ? [own.fast, own.slow] : [])].map(laneOf);
  const letters = laneOf({ arn: own.fast.deadLetterArn, url: own.fast.deadLetterUrl });

  let comesBackSoon = false;

  /** Works both lanes off until nothing is left in them; time passes when there is nothing to do. */
  async function settle(): Promise<void> {
    for (let round = 0; round < 400; round += 1) {
      const left = lanes.map((lane) => ({ lane, ...lane.depth() }));
      const waiting = left.filter(({ visible }) => visible > 0);
      for (const { lane } of waiting) {
        if ((await lane.workOff(invoke)) === 'comes-back') comesBackSoon = true;
      }
      if (waiting.length > 0) continue;
      const isDone = left.every(({ hidden }) => hidden === 0);
      if (isDone && !world.hasLate()) return;
      await world.catchUp('late');
      if (comesBackSoon) {
        comesBackSoon = false;
        clock.at += SOON_MS;
        continue;
      }
      clock.at += STEP_MS;
      await world.catchUp('very-late');
    }
    throw new Error('the queues never became empty');
  }

  /**
   * An operator's tool, as `dead-letters redrive` uses it. It is started again when it was killed, and as long as a letter is
   * left: a call that was given up may still have been reading one.
   */
  async function redriveAll(): Promise<void> {
    for (let life = 0; life < 10; life += 1) {
      const state: Life = { isDead: false };
      const proxy = await world.startProxy(state);
      const client = sqsClient(proxy.options);
      const tool = sqsDeadLetterQueues({ client, queues, receiveWaitSeconds: 0 });
      let hasFailed = false;
      try {
        for await (const letter of tool.read({ visibilitySeconds: 60 })) await tool.redrive(letter);
      } catch {
        hasFailed = true;
      }
      client.destroy();
      proxy.close();
      clock.at += STEP_MS;
      const { visible, hidden } = letters.depth();
      if (!hasFailed && !state.isDead && visible + hidden === 0) return;
    }
    throw new Error('redriving never came to an end');
  }

  const fastLane = sqsDeliveryQueue({
    client: operator.sqs,
    queueUrls: { webhook: queues.webhook.url, email: queues.email.url },
  });
  const messages: DeliveryMessage[] = [];
  for (const [number, wave] of waves.entries()) {
    if (number > 0) clock.at += 3_600_000;
    const now = new Date(clock.at).toISOString();
    const sent = wave.map((given, index) => {
      const alert = anAlert({
        id: alertId(requestOf(number), index),
        received_at: now,
        raw: { sha256: '', size: 0, index },
        ...given,
      });
      return aMessage({
        delivery_id: deliveryId(alert.id, destination.id),
        alert_id: alert.id,
        alert,
        created_at: now,
      });
    });
    messages.push(...sent);
    await fastLane.enqueue(sent);
    await settle();
  }
  if (isRedriven) {
    await redriveAll();
    await settle();
  }

  const records = dynamodbGatewayRecords({
    client: operator.dynamodb,
    table: TABLE,
    clock,
    retentionDays: RETENTION_DAYS,
  });
  const ids = messages.map(({ delivery_id: id }) => id);
  const deliveries = await Promise.all(ids.map(async (id) => records.delivery(id)));
  const result = {
    calls: world.calls,
    claims: world.claims,
    posts,
    ids,
    /** As the list of all deliveries to the destination tells them. */
    listed: await listOf(records, destination.id, clock.at),
    delivery: deliveries[0],
    deliveries,
    destination: await dynamodbDestinationRegistry({ client: operator.dynamodb, table: TABLE }).find(
      destination.id,
    ),
    deadLetters: (await receive(own.fast.deadLetterUrl)).map(({ Body = '', MessageAttributes }) => ({
      reason: MessageAttributes?.['reason']?.StringValue,
      message: decodeMessageBody(Body) as DeliveryMessage,
    })),
    raised: (await receive(queues.alerts.url)).flatMap(
      ({ Body = '' }) => (decodeMessageBody(Body) as AcceptedAlerts).alerts,
    ),
  };
  for (const client of Object.values(operator)) client.destroy();
  await aws.close();
  return result;
}

/** The request of a wave. */
const requestOf = (wave: number) => `0c6a8d7e-0000-8000-8000-${String(wave).padStart(12, '0')}`;

async function listOf(
  records: ReturnType<typeof dynamodbGatewayRecords>,
  destinationId: string,
  nowMs: number,
): Promise<Delivery[]> {
  const found: Delivery[] = [];
  const query = { destinationId, since: BEGAN_AT };
  let after: string | undefined;
  do {
    const page = await records.deliveries({
      ...query,
      until: new Date(nowMs).toISOString(),
      limit: 100,
      ...(after !== undefined && { after }),
    });
    found.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return found;
}
