import type { SQSEvent } from 'aws-lambda';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbAuditRecords } from '../../functions/adapters/operator/audit.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import type { HttpAnswer } from '../../functions/core/deliver/ports.ts';
import type { Repeat } from '../../functions/core/model/config/destination.ts';
import { noWait } from '../adapters/dynamodb-table.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { aWebhook } from '../adapters/records.ts';
import { deployTable } from '../adapters/table-definition.ts';
import { dayDeliverer, type DayParts, dayRouter, dayWatcher } from './day-functions.ts';
import { daySender, type Said } from './day-sender.ts';
import { lambdaLane } from './lambda-lane.ts';
import { mortalWorkers } from './mortal-workers.ts';

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
  const operator = { client: dynamodbClient(aws.options), sqs: sqsClient(aws.options) };
  const config = dynamodbConfigStore({ client: operator.client, table: TABLE });
  for (const destination of DESTINATIONS) {
    const isChat = destination.format === 'slack';
    await config.create('destination', isChat ? { ...destination, repeat } : destination);
  }

  const parts: DayParts = {
    queues,
    table: TABLE,
    retentionDays: DAYS,
    clock,
    log: { info: () => {}, error: () => {} },
  };
  const workers = mortalWorkers(aws, luck);
  const sender = daySender(workers, parts);
  let odds: Odds = { call: 0, rejected: 0, unavailable: 0 };
  let accepted = 0;

  async function post(): Promise<HttpAnswer> {
    const status = luck(odds.rejected) ? 404 : luck(odds.unavailable) ? 500 : 200;
    return { answer: 'response', status, bodyStart: new Uint8Array(), phasesMs: {} };
  }

  const watch = dayWatcher(operator, parts, aws);
  const lanes = [
    {
      lane: lambdaLane(aws, queues.alerts, { max: 10, hiddenForSeconds: 180 }),
      invoke: async (event: SQSEvent) => workers.inWorker(async (at) => dayRouter(at, parts)(event)),
    },
    ...[queues.webhook, queues.webhookRetry].map((queue) => ({
      lane: lambdaLane(aws, queue, { max: 10, hiddenForSeconds: 360 }),
      invoke: async (event: SQSEvent) => workers.inWorker(async (at) => dayDeliverer(at, parts, post)(event)),
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
    /** How many alerts were answered with a 202, and how many calls went wrong. */
    counts: () => ({ accepted, faults: workers.counts.faults }),
    accept: async (count: number, said?: Said): Promise<string[]> => {
      const ids = await sender.accept(count, said);
      accepted += ids.length;
      return ids;
    },
    step,
    setOdds: (changed: Odds) => {
      odds = changed;
      workers.setOdds(changed.call);
    },
    audited: dynamodbAuditRecords({ ...operator, table: TABLE, clock, retentionDays: DAYS, wait: noWait }),
    client: operator.client,
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
