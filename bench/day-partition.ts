import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { planConcurrency } from '../cdk/concurrency.ts';
import { ROUTE_MEMORY } from '../cdk/timings.ts';
import { dynamodbAlertStore } from '../functions/adapters/dynamodb/alerts.ts';
import { dynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { dynamodbSystemAlerts } from '../functions/adapters/dynamodb/system-alerts.ts';
import { alertPartition } from '../functions/adapters/dynamodb/keys.ts';
import { sqsAlertQueue } from '../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../functions/adapters/sqs/client.ts';
import { sqsDeliveryQueue } from '../functions/adapters/sqs/delivery-queue.ts';
import { routeAccepted } from '../functions/core/route/route-accepted.ts';
import { alertId, requestIdOf } from '../functions/core/model/wire/ids.ts';
import { anAlert, aWebhook } from '../test/adapters/records.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';

/**
 * How many entries a second the partition of a day takes that alerts are listed by, while the routers are busy with one body after
 * the other. DynamoDB takes 1,000 write units a second there.
 *
 * Counted are the entries that full batches write, the times that a batch waits for AWS (calls that go out together wait together), and
 * the CPU that it takes. A wait is 15 ms on AWS, and a second of CPU is as much longer as the function has less than a core.
 */
const MESSAGES = 10;
const PER_MESSAGE = 10;
const { batches: BATCHES } = sizes({
  batches: { usual: 40, smallest: 1 },
});
const WARM = 10;
const CALL_MS = 15;
const MOST_PER_PARTITION = 1_000;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MB_PER_CORE = 1_769;

const SHAPES = [
  {
    name: 'alerts that came together',
    isRepeat: false,
    idOf: (request: string, index: number) => alertId(request, index),
  },
  // As ids of news are: members of a group, which come again.
  {
    name: 'alerts of a group, each by itself',
    isRepeat: true,
    idOf: (_: string, index: number) => uuid(5, index),
  },
];

const stub = spawn(process.execPath, [join(import.meta.dirname, 'aws-stub.ts')]);
stub.stderr.pipe(process.stderr);
const [line] = (await once(stub.stdout, 'data')) as [Buffer];
const endpoint = String(line).trim();
const options = { region: 'eu-central-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

let [waits, underWay, entries] = [0, 0, 0];
/** Calls that go out while others are under way wait with them. */
async function waited<T>(call: () => Promise<T>): Promise<T> {
  if (underWay === 0) waits += 1;
  underWay += 1;
  try {
    const answer = await call();
    await pause(1);
    return answer;
  } finally {
    underWay -= 1;
  }
}

const plain = dynamodbClient(options);
const client: typeof plain = {
  destroy: () => plain.destroy(),
  call: async (operation, input) => {
    const partition = alertPartition('2026-01-15');
    entries += JSON.stringify(input).split(`"time_pk":"${partition}"`).length - 1;
    entries += JSON.stringify(input).split(`":time_pk":"${partition}"`).length - 1;
    return waited(async () => plain.call(operation, input));
  },
};
const sqs = sqsClient(options);
sqs.middlewareStack.add((next) => async (args) => waited(async () => next(args)), { step: 'initialize' });
const clock = { now: () => Date.parse('2026-01-15T15:00:00.000Z') };
/** What the router waits by itself, so that it writes no faster. */
let pacedMs = 0;
const paced = { entriesPerSecond: 450, wait: async (ms: number) => void (pacedMs += ms) };
const at = { client, table: 'Tocsin', clock, retentionDays: 90 };
const queueUrls = { email: `${endpoint}/email`, webhook: `${endpoint}/webhook`, privateWebhook: undefined };
const ports = {
  routingTable: {
    load: async () => ({
      routes: [],
      destinations: [aWebhook()],
      unreadable: { routes: [], destinations: [] },
    }),
  },
  store: dynamodbAlertStore({ ...at, ...paced }),
  systemAlerts: dynamodbSystemAlerts(at),
  deliveries: sqsDeliveryQueue({ client: sqs, queueUrls }),
  alerts: sqsAlertQueue({ client: sqs, queueUrl: `${endpoint}/alerts` }),
  clock,
};

for (const { name, isRepeat, idOf } of SHAPES) {
  let cpu = process.cpuUsage();
  for (let batch = 0; batch < WARM + BATCHES; batch += 1) {
    if (batch === WARM) {
      [waits, entries, pacedMs] = [0, 0, 0];
      cpu = process.cpuUsage();
    }
    await routeAccepted(batchOf(batch, isRepeat, idOf), () => true, ports);
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = (user + system) / 1_000 / BATCHES / Math.min(1, ROUTE_MEMORY.toMebibytes() / MB_PER_CORE);
  const batchMs = (waits / BATCHES) * CALL_MS + cpuMs + pacedMs / BATCHES;
  const routers = planConcurrency(1_000).alerts;
  const perSecond = (routers * (entries / BATCHES) * 1_000) / batchMs;
  console.log(
    `${name}: ${entries / BATCHES} entries a batch, ${waits / BATCHES} waits, ${cpuMs.toFixed(1)} ms of CPU at its share, ${(pacedMs / BATCHES).toFixed(0)} ms waited; ${String(routers)} routers`,
  );
  verdict(`entries a second in the partition of a day, ${name}`, perSecond, MOST_PER_PARTITION);
}
client.destroy();
sqs.destroy();
stub.kill();

function batchOf(batch: number, isRepeat: boolean, idOf: (request: string, index: number) => string) {
  return Array.from({ length: MESSAGES }, (_, message) => {
    const request = requestIdOf(uuid(4, batch));
    const alerts = Array.from({ length: PER_MESSAGE }, (_, place) => {
      const index = message * PER_MESSAGE + place;
      const id = idOf(request, isRepeat ? (batch * MESSAGES + message) * PER_MESSAGE + place : index);
      const details = {
        source_ip: `203.0.113.${String(index)}`,
        rule: 'sshd brute force',
        note: 'x'.repeat(200),
      };
      return anAlert({ id, details, labels: { host: `web-${String(index)}` } });
    });
    const accepted = { schema_version: '1' as const, request_id: request, alerts, is_repeat: isRepeat };
    return { messageId: String(message), accepted, receives: 1, isRepeat };
  });
}

function uuid(version: number, number: number): string {
  return `11111111-1111-${String(version)}111-8111-${String(number).padStart(12, '0')}`;
}
