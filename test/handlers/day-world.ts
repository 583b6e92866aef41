import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import type { APIGatewayProxyEventV2, SQSEvent } from 'aws-lambda';
import { answerDeadlines } from '../../functions/adapters/aws/answer-deadlines.ts';
import {
  dynamodbAcceptedEnds,
  dynamodbAlertStore,
  dynamodbStoredAlerts,
} from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbHolds } from '../../functions/adapters/dynamodb/holds.ts';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryEnds } from '../../functions/adapters/dynamodb/deliveries/ends.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbDestinationPauses } from '../../functions/adapters/dynamodb/destination-pauses.ts';
import { dynamodbDestinationRegistry } from '../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbFloods } from '../../functions/adapters/dynamodb/digests/floods.ts';
import { dynamodbEndpointHealth } from '../../functions/adapters/dynamodb/endpoint-health.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { dynamodbRequestLedger, dynamodbRequestRecords } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbRoutingTable } from '../../functions/adapters/dynamodb/routing-table.ts';
import { dynamodbSilenceEnds } from '../../functions/adapters/dynamodb/silence-ends.ts';
import { dynamodbSilences } from '../../functions/adapters/dynamodb/silences.ts';
import { dynamodbStories } from '../../functions/adapters/dynamodb/stories.ts';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import { dynamodbWatchList } from '../../functions/adapters/dynamodb/watch-list.ts';
import { dynamodbAuditRecords } from '../../functions/adapters/operator/audit.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsDeadLetterWatch } from '../../functions/adapters/sqs/dead-letter-watch.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { sqsLanes } from '../../functions/adapters/sqs/lanes.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import { GatewayError } from '../../functions/core/errors.ts';
import type { HttpAnswer } from '../../functions/core/deliver/ports.ts';
import { endpointGate } from '../../functions/core/deliver/webhook/endpoint/gate.ts';
import { prepareWebhook } from '../../functions/core/deliver/webhook/prepare-webhook.ts';
import type { Repeat } from '../../functions/core/model/config/destination.ts';
import type { DeadLetterQueueId } from '../../functions/core/model/wire/dead-letter.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { ingestHandler } from '../../functions/handlers/ingest-handler.ts';
import { routeHandler } from '../../functions/handlers/route-handler.ts';
import { watchDeliveriesHandler } from '../../functions/handlers/watch-deliveries-handler.ts';
import { noWait } from '../adapters/dynamodb-table.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { aWebhook } from '../adapters/records.ts';
import { deployTable } from '../adapters/table-definition.ts';
import { aSource, inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';
import { awsProxy, type ProxyFault } from './aws-proxy.ts';
import { lambdaLane } from './lambda-lane.ts';

const TABLE = 'Tocsin';
const DAYS = 90;
const STEP_MS = 5 * 60_000;
const RETRY = { delaysSeconds: [30, 120, 480] };
const DESTINATIONS = [
  aWebhook({ id: 'dst_siem', name: 'siem', format: 'tocsin', auth: { type: 'none' }, retry: RETRY }),
  aWebhook({ id: 'dst_soc', name: 'soc', format: 'tocsin', auth: { type: 'none' }, retry: RETRY }),
  aWebhook({
    id: 'dst_chat',
    name: 'chat',
    format: 'slack',
    auth: { type: 'none' },
    retry: RETRY,
  }),
];

/** How often something goes wrong: of all calls that leave a worker, and of all posts. */
export type Odds = { call: number; rejected: number; unavailable: number };

/** What a record says besides; the same however often it is asked. */
type Said = (index: number) => Record<string, unknown>;

/**
 * A gateway on the emulators of the local run, from the request to the receivers' answers: the real ingestion, router,
 * deliverer and watcher, each invocation in a worker that is new, behind a proxy that refuses, loses answers and kills.
 * Only the sources' secrets and the receivers are simulated. The clock is moved in steps of five minutes.
 *
 * @param luck true with a given probability
 * @param repeat how often the chat is told of one finding
 */
export async function dayWorld(
  luck: (probability: number) => boolean,
  { repeat = 'every' }: { repeat?: Repeat } = {},
) {
  const aws = await emulatedAws();
  const { clock, queues } = aws;
  clock.at = Date.parse('2026-01-15T00:00:00.000Z');
  await deployTable(aws.emulators.dynamoDb, TABLE);
  const operator = { dynamodb: dynamodbClient(aws.options), sqs: sqsClient(aws.options) };
  const config = dynamodbConfigStore({ client: operator.dynamodb, table: TABLE });
  for (const destination of DESTINATIONS) {
    const isChat = destination.format === 'slack';
    await config.create('destination', isChat ? { ...destination, repeat } : destination);
  }
  const kept = { client: operator.dynamodb, table: TABLE, clock, retentionDays: DAYS };
  let odds: Odds = { call: 0, rejected: 0, unavailable: 0 };
  const counts = { accepted: 0, calls: 0, faults: 0, posts: 0 };
  const silent = { info: () => {}, error: () => {} };

  /** A worker that never lived before: own connections, empty caches. Some of its calls go wrong. */
  async function inWorker<T>(
    work: (at: {
      client: ReturnType<typeof dynamodbClient>;
      sqs: ReturnType<typeof sqsClient>;
    }) => Promise<T>,
  ): Promise<T | undefined> {
    let isDead = false;
    const next = (): ProxyFault => {
      if (isDead) return 'killed-before';
      counts.calls += 1;
      if (!luck(odds.call)) return 'fine';
      counts.faults += 1;
      const fault = luck(0.5)
        ? luck(0.5)
          ? 'killed-before'
          : 'killed-after'
        : luck(0.5)
          ? 'refused'
          : 'lost-answer';
      isDead = fault.startsWith('killed');
      return fault;
    };
    const proxy = await awsProxy(aws.ask, next);
    const client = dynamodbClient(proxy.options);
    const sqs = sqsClient(proxy.options);
    try {
      const result = await work({ client, sqs });
      return isDead ? undefined : result;
    } finally {
      for (const one of [client, sqs]) one.destroy();
      proxy.close();
    }
  }

  const memory = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
  let requests = 0;

  /**
   * Posts so many records, of one finding where nothing else is said; a sender that gets no 202 repeats itself, with its own
   * key.
   */
  async function accept(count: number, said: Said = () => ({})): Promise<string[]> {
    requests += 1;
    const key = `request-${String(requests)}`;
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const answer = await inWorker(async ({ client, sqs }) =>
        ingestHandler({
          ...memory.ports,
          clock,
          ledger: dynamodbRequestLedger({ client, table: TABLE, clock }),
          alerts: sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }),
          deadlines: answerDeadlines(),
          health: { observe: async () => {} },
          log: silent,
        })(aPost(key, count, said), { getRemainingTimeInMillis: () => 10_000 }),
      ).catch(refused);
      const { statusCode, body } = (answer ?? {}) as { statusCode?: number; body?: string };
      if (statusCode !== 202) continue;
      const { alert_ids: ids } = JSON.parse(body ?? '') as { alert_ids: string[] };
      counts.accepted += ids.length;
      return ids;
    }
    throw new Error(`request ${key} was refused twenty times`);
  }

  const route = async (event: SQSEvent) =>
    inWorker(async ({ client, sqs }) => {
      const at = { client, table: TABLE, clock, retentionDays: DAYS };
      const handle = routeHandler({
        routingTable: dynamodbRoutingTable(at),
        store: dynamodbAlertStore({ ...at, wait: noWait }),
        systemAlerts: dynamodbSystemAlerts(at),
        deliveries: sqsDeliveryQueue({
          client: sqs,
          queueUrls: { email: queues.email.url, webhook: queues.webhook.url },
        }),
        alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), at),
        clock,
        log: silent,
        decode: decodeMessageBody,
      });
      return (await handle(event, { getRemainingTimeInMillis: () => 30_000 })).failedMessageIds;
    });

  async function post(): Promise<HttpAnswer> {
    counts.posts += 1;
    const status = luck(odds.rejected) ? 404 : luck(odds.unavailable) ? 500 : 200;
    return { answer: 'response', status, bodyStart: new Uint8Array(), phasesMs: {} };
  }

  const deliver = async (event: SQSEvent) =>
    inWorker(async ({ client, sqs }) => {
      const at = { client, table: TABLE, clock };
      const stories = dynamodbStories(at);
      const retries = sqsRetryQueue({
        client: sqs,
        queueUrls: { webhook: { retry: queues.webhookRetry.url, deadLetter: queues.webhook.deadLetterUrl } },
      });
      const random = { fraction: () => 0.5 };
      const webhookPorts = {
        stories,
        floods: { ...dynamodbFloods({ ...at, retentionDays: DAYS, moment: noWait }), retries, clock },
        secrets: { webhookSecret: async () => ({ current: '' }) },
        http: { post },
        clock,
        addresses: publicTier(),
      };
      const handle = deliverHandler(
        {
          prepare: async (message, destination) => prepareWebhook(message, destination, webhookPorts),
          gate: endpointGate({
            health: dynamodbEndpointHealth(at),
            pauses: dynamodbDestinationPauses(at),
            timer: { after: () => () => {} },
            clock,
            random,
          }),
        },
        {
          destinations: dynamodbDestinationRegistry(at),
          deliveries: dynamodbDeliveryLog({ ...at, retentionDays: DAYS, wait: noWait }),
          retries,
          alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), at),
          stories,
          silences: dynamodbSilences({ ...at, retentionDays: DAYS }),
          clock,
          random,
          events: silent,
          decode: decodeMessageBody,
        },
      );
      return (await handle(event)).failedMessageIds;
    });

  const watchList = dynamodbWatchList({ ...kept, wait: noWait });
  const watch = watchDeliveriesHandler({
    letters: sqsDeadLetterWatch({
      client: operator.sqs,
      urls: Object.fromEntries(
        Object.entries({ ...queues, emailFeedback: aws.emailFeedback, awsEvents: aws.awsEvents }).map(
          ([id, { deadLetterUrl }]) => [id, deadLetterUrl],
        ),
      ) as Record<DeadLetterQueueId, string>,
    }),
    deliveryEnds: dynamodbDeliveryEnds(kept),
    acceptedEnds: dynamodbAcceptedEnds(kept),
    requests: dynamodbRequestRecords({ ...kept, wait: noWait }),
    watchList,
    holds: dynamodbHolds(kept),
    silenceEnds: dynamodbSilenceEnds(kept),
    stored: dynamodbStoredAlerts({ ...kept, wait: noWait }),
    lanes: sqsLanes({
      client: operator.sqs,
      urls: {
        alerts: [queues.alerts.url],
        email: [queues.email.url],
        webhook: [queues.webhook.url, queues.webhookRetry.url],
      },
    }),
    deliveries: sqsDeliveryQueue({
      client: operator.sqs,
      queueUrls: { email: queues.email.url, webhook: queues.webhook.url },
    }),
    alerts: watchedAlertQueue(sqsAlertQueue({ client: operator.sqs, queueUrl: queues.alerts.url }), kept),
    clock,
    tenantId: 'Tocsin',
    log: silent,
  });

  const lanes = [
    { lane: lambdaLane(aws, queues.alerts, { max: 10, hiddenForSeconds: 180 }), invoke: route },
    ...[queues.webhook, queues.webhookRetry].map((queue) => ({
      lane: lambdaLane(aws, queue, { max: 10, hiddenForSeconds: 360 }),
      invoke: deliver,
    })),
  ];

  /** Five minutes: what is visible is worked off, and the watcher runs when asked to. */
  async function step({ isWatched = true } = {}): Promise<void> {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (const { lane, invoke } of lanes) {
        while (lane.depth().visible > 0) {
          isBusy = true;
          await lane.workOff(invoke);
        }
      }
    }
    if (isWatched) await watch();
    clock.at += STEP_MS;
  }

  return {
    clock,
    /** What operators decide: intervals, routes, silences. */
    config,
    counts,
    accept,
    step,
    setOdds: (changed: Odds) => void (odds = changed),
    audited: dynamodbAuditRecords({ ...kept, wait: noWait }),
    client: operator.dynamodb,
    table: TABLE,
    /** Takes away everything that waits in a queue, also what is not visible yet. */
    steal: async (queue: keyof typeof queues) =>
      aws.emulators.sqs.call('PurgeQueue', { QueueUrl: queues[queue].url }),
    close: async () => {
      for (const client of Object.values(operator)) client.destroy();
      await aws.close();
    },
  };
}

/** A 503 is for the sender to repeat; everything else is a failed test. */
function refused(error: unknown): undefined {
  if (error instanceof GatewayError && error.code === 'not-durable') return undefined;
  throw error;
}

function aPost(key: string, count: number, said: Said): APIGatewayProxyEventV2 {
  const sourceId = aSource().id;
  const body = Array.from({ length: count }, (_, index) =>
    JSON.stringify({ title: 'Port scan', dedup_key: 'scan', type: 'scan', severity: 'high', ...said(index) }),
  ).join('\n');
  return {
    headers: {
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/x-ndjson',
      'idempotency-key': key,
    },
    rawPath: `/v1/ingest/${sourceId}`,
    rawQueryString: '',
    pathParameters: { sourceId },
    requestContext: { requestId: key, http: { method: 'POST' } },
    body,
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
