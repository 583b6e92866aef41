import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbRoutingTable } from '../../functions/adapters/dynamodb/routing-table.ts';
import { dynamodbSourceList } from '../../functions/adapters/dynamodb/sources.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import {
  dynamodbSourceHealthRecords,
  dynamodbSourceHealthWriter,
} from '../../functions/adapters/dynamodb/source-health.ts';
import { dynamodbUnreadableRemediation } from '../../functions/adapters/dynamodb/remediation.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import { watchSourcesHandler } from '../../functions/handlers/watch-sources-handler.ts';
import { jsonError } from '../adapters/aws-fake.ts';
import { aWebhook } from '../adapters/records.ts';
import { dynamodbAwsSources } from '../../functions/adapters/dynamodb/aws-sources.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { type EmulatedAws, emulatedAws } from '../adapters/emulated-aws.ts';

const START = '2026-03-01T12:00:00.000Z';
const DAY = 86_400_000;

let db: DynamodbTable;
let aws: EmulatedAws;
beforeAll(async () => {
  db = await dynamodbTable();
  aws = await emulatedAws();
});
afterAll(async () => {
  await db.close();
  await aws.close();
});

/** What the same run needs for the certificates of destinations. */
function certificates(clock: { now: () => number }) {
  return {
    routingTable: dynamodbRoutingTable(db),
    store: dynamodbAlertStore({ ...db, clock, retentionDays: 90 }),
    remediation: dynamodbUnreadableRemediation(db),
    awsSources: dynamodbAwsSources({ ...db, clock }),
    awsEvents: [],
  };
}

test('a run reads sources with two calls, destinations with two, silences, intervals, lookups and remediation with one each, tells of a silence once, and of its end once', async () => {
  const clock = clockAt(START);
  const sqs = sqsClient(aws.options);
  const events: string[] = [];
  const store = dynamodbConfigStore(db);
  for (const name of ['siem', 'waf', 'ci']) {
    const source: Source = {
      id: `src_${name}`,
      name,
      auth: { type: 'bearer' },
      format: 'generic',
      streamType: 'auto',
      defaultSeverity: 'medium',
      dedupWindowSeconds: 60,
      isEnabled: true,
      createdAt: START,
      updatedAt: START,
    };
    await store.create('source', source);
  }
  const run = watchSourcesHandler({
    ...certificates(clock),
    sources: dynamodbSourceList(db),
    health: dynamodbSourceHealthRecords({ ...db, wait: noWait }),
    alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: aws.queues.alerts.url }), {
      ...db,
      clock,
    }),
    clock,
    tenantId: 'Tocsin',
    log: { info: (event) => void events.push(event), error: (event) => void events.push(event) },
  });
  const accept = async (name: string) =>
    dynamodbSourceHealthWriter(db).add(`src_${name}`, {
      lastAcceptedAt: new Date(clock.at).toISOString(),
      hours: [],
    });
  const queued = async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.queues.alerts.url, MaxNumberOfMessages: 10 }),
    );
    return Messages.map(({ Body = '' }) => decodeMessageBody(Body) as AcceptedAlerts)
      .flatMap(({ alerts }) => alerts)
      .map(({ status, details }) => `${String(details['source_name'])} ${status}`)
      .toSorted();
  };

  await run();
  expect(await queued()).toEqual([]);

  clock.at += DAY;
  await accept('siem');
  clock.at += 300_000;
  const before = db.calls.length;
  await run();
  expect(await queued()).toEqual(['ci firing', 'waf firing']);
  const calls = db.calls.slice(before).map(({ operation }) => operation);
  expect(calls).toEqual([
    'Query',
    'BatchGetItem',
    'UpdateItem',
    'UpdateItem',
    // Two alerts are noted before they are sent.
    'UpdateItem',
    'UpdateItem',
    'Query',
    'Query',
    'Query',
    'Query',
    'Query',
    'Query',
  ]);

  await run();
  expect(await queued()).toEqual([]);

  await accept('waf');
  await run();
  expect(await queued()).toEqual(['waf resolved']);
  await run();
  expect(await queued()).toEqual([]);
  expect(events.filter((event) => !event.endsWith('.watched'))).toEqual([
    'source.silent',
    'source.silent',
    'source.resolved',
  ]);

  db.breakNext('BatchGetItem', () => jsonError('AccessDeniedException'));
  await expect(run()).rejects.toThrow('AccessDenied');
  sqs.destroy();
});

test('a run whose alert cannot be queued fails, so that its alarm rings, and says for which source', async () => {
  const errors: Record<string, unknown>[] = [];
  const run = watchSourcesHandler({
    ...certificates(clockAt(START)),
    sources: dynamodbSourceList(db),
    health: dynamodbSourceHealthRecords({ ...db, wait: noWait }),
    alerts: { enqueue: async () => Promise.reject(new Error('queue')) },
    clock: clockAt('2026-06-01T00:00:00.000Z'),
    tenantId: 'Tocsin',
    log: { info: () => {}, error: (_event, fields) => void errors.push(fields) },
  });
  await expect(run()).rejects.toThrow('2 of 3 sources');
  expect(errors.map(({ sourceId }) => String(sourceId)).toSorted()).toEqual(['src_siem', 'src_waf']);
});

test('a run tells of a client certificate that ends soon, once', async () => {
  const clock = clockAt('2026-05-25T12:00:00.000Z');
  const events: string[] = [];
  const sent: string[] = [];
  await dynamodbConfigStore(db).create(
    'destination',
    aWebhook({ name: 'mutual', auth: { type: 'mtls', notAfter: '2026-06-01T00:00:00.000Z' } }),
  );
  const run = watchSourcesHandler({
    ...certificates(clock),
    sources: { list: async () => ({ sources: [], unreadable: [] }) },
    health: dynamodbSourceHealthRecords({ ...db, wait: noWait }),
    alerts: {
      enqueue: async ({ alerts }) => {
        sent.push(...alerts.map(({ title }) => title));
        // As the router does with what it takes off the queue.
        await dynamodbAlertStore({ ...db, clock, retentionDays: 90 }).put(
          alerts.map((alert) => ({ alert, routing: 'routed', routed_at: START, deliveries: [], trace: [] })),
        );
      },
    },
    clock,
    tenantId: 'Tocsin',
    log: { info: (event) => void events.push(event), error: (event) => void events.push(event) },
  });
  await run();
  await run();
  expect(sent).toEqual(['The client certificate of mutual expires on 2026-06-01']);
  expect(events.filter((event) => event === 'certificate.expires')).toHaveLength(1);
});
