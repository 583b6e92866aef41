import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import { dynamodbRoutingTable } from '../../functions/adapters/dynamodb/routing-table.ts';
import { dynamodbSystemAlerts } from '../../functions/adapters/dynamodb/system-alerts.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { ingestHandlerOver } from './ingest-function.ts';
import { routeHandler } from '../../functions/handlers/route-handler.ts';
import { LOCAL_ACCOUNT } from '../../local/emulators/account.ts';
import { sqsEvent } from '../../local/runtime/sqs-event.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { aWebhook } from '../adapters/records.ts';
import { deployTable } from '../adapters/table-definition.ts';
import { aSource, inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';
import { awsProxy, type ProxyFault } from './aws-proxy.ts';

const TABLE = 'Tocsin';
const VISIBILITY_SECONDS = 180;
const RECEIVED_AT = Date.parse('2026-01-15T15:59:30.000Z');

/**
 * Requests through the real ingestion, alerts queue and router, on the emulators of the local run. Every router is
 * new, as after a crash, and its calls are counted; some go wrong. At the end stands what lies in the webhooks' lane.
 */
export async function routingWorld({
  bodies,
  destinations,
  faults = new Map(),
  deathOf = () => undefined,
  delayMs = 0,
}: {
  bodies: readonly (string | Buffer)[];
  destinations: number;
  /** By number of the router's call, from 0. */
  faults?: ReadonlyMap<number, ProxyFault>;
  /** At which of its own calls a router dies, by number of its life, from 0. */
  deathOf?: (life: number) => readonly [call: number, fault: ProxyFault] | undefined;
  delayMs?: number;
}) {
  const aws = await emulatedAws();
  const { clock, queues } = aws;
  // The last minute of an hour: a second receive is in the next one.
  clock.at = RECEIVED_AT;
  await deployTable(aws.emulators.dynamoDb, TABLE);
  const operator = { dynamodb: dynamodbClient(aws.options), sqs: sqsClient(aws.options) };
  const config = dynamodbConfigStore({ client: operator.dynamodb, table: TABLE });
  for (let index = 0; index < destinations; index += 1) {
    const name = `hook-${String(index)}`;
    await config.create('destination', aWebhook({ id: `dst_${String(index)}`, name }));
  }

  const memory = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
  const ingest = ingestHandlerOver({
    ...memory.ports,
    clock,
    alerts: sqsAlertQueue({ client: operator.sqs, queueUrl: queues.alerts.url }),
  });
  const answers = [];
  for (const body of bodies) answers.push(await ingest(aPost(body)));

  const calls: string[] = [];
  let receives = 0;
  let lives = 0;

  /** One invocation of a router that never lived before; answers which messages are done. */
  async function invoke(event: Parameters<ReturnType<typeof routeHandler>>[0]): Promise<string[]> {
    let isDead = false;
    let ownCalls = 0;
    const death = deathOf(lives);
    lives += 1;
    const next = (name: string): ProxyFault => {
      if (isDead) return 'killed-before';
      const fault = faults.get(calls.length) ?? (death?.[0] === ownCalls ? death[1] : 'fine');
      ownCalls += 1;
      calls.push(name);
      isDead = fault.startsWith('killed');
      return fault;
    };
    const proxy = await awsProxy(aws.ask, next, delayMs);
    const dynamodb = dynamodbClient(proxy.options);
    const sqs = sqsClient(proxy.options);
    const at = { client: dynamodb, table: TABLE, clock, retentionDays: 90 };
    const route = routeHandler({
      routingTable: dynamodbRoutingTable(at),
      store: dynamodbAlertStore({ ...at, wait: async () => {} }),
      systemAlerts: dynamodbSystemAlerts(at),
      deliveries: sqsDeliveryQueue({
        client: sqs,
        queueUrls: { email: queues.email.url, webhook: queues.webhook.url },
      }),
      alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), at),
      clock,
      log: { info: () => {}, error: () => {} },
      decode: decodeMessageBody,
    });
    const { failedMessageIds } = await route(event, { getRemainingTimeInMillis: () => 30_000 });
    for (const client of [dynamodb, sqs]) client.destroy();
    proxy.close();
    const ids = event.Records.map(({ messageId }) => messageId);
    return isDead ? [] : ids.filter((id) => !failedMessageIds.includes(id));
  }

  const receive = async (queue: string) =>
    aws.emulators.sqs.receive(queue, { max: 10, hiddenForSeconds: VISIBILITY_SECONDS, waitMs: 0 });

  for (let empty = 0; empty < 2;) {
    const batch = await receive('alerts');
    if (batch.length === 0) {
      clock.at += VISIBILITY_SECONDS * 1_000 + 1;
      empty += 1;
      continue;
    }
    empty = 0;
    receives += 1;
    const done = await invoke(sqsEvent(batch, queues.alerts.arn, LOCAL_ACCOUNT) as never);
    aws.emulators.sqs.remove(
      'alerts',
      batch.filter((message) => done.includes(message.message_id)),
    );
  }

  const deadLetters = await receive('alerts-dead-letters');
  /** The bodies under each id, each once: a message that is there twice is delivered once, by its claim. */
  const sent = new Map<string, Set<string>>();
  for (let batch = await receive('webhook'); batch.length > 0; batch = await receive('webhook')) {
    for (const { body } of batch) {
      const id = (decodeMessageBody(body) as DeliveryMessage).delivery_id;
      sent.set(id, (sent.get(id) ?? new Set()).add(body));
    }
    aws.emulators.sqs.remove('webhook', batch);
  }
  const stored = await storedAlerts(operator.dynamodb, clock);
  for (const client of Object.values(operator)) client.destroy();
  await aws.close();
  return { answers, calls, receives, lives, deadLetters, sent, stored };
}

/** The ids of the alerts that a list tells, with how many deliveries each is owed. */
async function storedAlerts(
  client: ReturnType<typeof dynamodbClient>,
  clock: { at: number; now: () => number },
) {
  const records = dynamodbGatewayRecords({ client, table: TABLE, clock, retentionDays: 90 });
  const found: { id: string; owed: number; routing: string }[] = [];
  let after: string | undefined;
  do {
    const page = await records.alerts({
      since: '2026-01-15T00:00:00.000Z',
      until: new Date(clock.at).toISOString(),
      limit: 500,
      ...(after !== undefined && { after }),
    });
    found.push(
      ...page.items.map(({ alert, deliveries, routing }) => ({
        id: alert.id,
        owed: deliveries.length,
        routing,
      })),
    );
    after = page.next;
  } while (after !== undefined);
  return found;
}

function aPost(body: string | Buffer): APIGatewayProxyEventV2 {
  const sourceId = aSource().id;
  return {
    headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/octet-stream' },
    rawPath: `/v1/ingest/${sourceId}`,
    rawQueryString: '',
    pathParameters: { sourceId },
    requestContext: { requestId: 'request-1', http: { method: 'POST' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
}

/** JSON Lines of as many records. */
export function recordsOf(count: number, prefix = 'n'): string {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ title: `${prefix} ${String(index)}` }),
  ).join('\n');
}
