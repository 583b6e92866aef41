import { setTimeout as pause } from 'node:timers/promises';
import { dynamodbDeliveryLog } from '../functions/adapters/dynamodb/deliveries/log.ts';
import type { DynamodbClient } from '../functions/adapters/dynamodb/client.ts';
import { entriesOf } from '../functions/adapters/dynamodb/digests/items.ts';
import { dynamodbFloods } from '../functions/adapters/dynamodb/digests/floods.ts';
import { fromWire, toWire } from '../functions/adapters/dynamodb/operations.ts';
import { queryAll } from '../functions/adapters/dynamodb/pages.ts';
import { prepareEmail, type EmailPorts } from '../functions/core/deliver/email/prepare-email.ts';
import { deliver } from '../functions/core/deliver/deliver.ts';
import { firstAttempt, type DeliveryMessage } from '../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../functions/core/model/wire/ids.ts';
import type { RetryQueue } from '../functions/core/deliver/ports.ts';
import { LOCAL_ACCOUNT } from '../local/emulators/account.ts';
import { openDatabase } from '../local/emulators/database.ts';
import { openDynalite } from '../local/emulators/dynamodb/dynalite-engine.ts';
import { aMailingList, anAlert } from '../test/adapters/records.ts';
import { tableDefinition } from '../test/adapters/table-definition.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';

/**
 * 100,000 alerts in ten minutes to one recipient (`npx node bench/flood.ts 5000` for fewer): mails in any sliding hour,
 * and whether every alert is told exactly once. The clock is simulated; the deliveries, the adapters and the engine of
 * the emulated table are the real ones. Five workers take batches of ten; one message in twenty comes twice.
 */
const { alerts: ALERTS } = sizes({
  alerts: { usual: 100_000, smallest: 300 },
});
const MANY_KEYS = 20_000;
const FEW_KEYS = 5;
const FLOOD_MS = 600_000;
const HOUR_MS = 3_600_000;
const WORKERS = 5;
const BATCH = 10;
const START_MS = Date.parse('2026-01-15T15:00:00.000Z');
const TABLE = 'Tocsin';
const RECIPIENT = 'ops@example.com';

type Sent = { deliveryId: string; alertId: string; atMs: number; told: number };
type Waiting = { message: DeliveryMessage; atMs: number };

for (const [name, keys] of [
  ['many keys', MANY_KEYS],
  ['few keys', FEW_KEYS],
] as const) {
  // oxlint-disable-next-line no-await-in-loop -- one flood after the other
  await flood(name, keys);
}

async function flood(name: string, keys: number): Promise<void> {
  const startedMs = performance.now();
  const { client, calls, close } = await openTable();
  const clock = { at: START_MS, now: () => clock.at };
  const random = randomOf(keys);
  const destination = aMailingList({ id: 'dst_flood' });
  const arrivals = Array.from({ length: ALERTS }, (_, index): Waiting => {
    const atMs = START_MS + Math.floor((index * FLOOD_MS) / ALERTS);
    const key = Math.floor(random() * keys);
    return { message: aMail({ index, key, fraction: random(), atMs, destinationId: destination.id }), atMs };
  });
  const repeated = arrivals
    .filter(() => random() < 0.05)
    .map(({ message, atMs }) => ({ message, atMs: atMs + Math.floor(random() * 400_000) }));
  const queue = queueOf([...arrivals, ...repeated]);
  const sent: Sent[] = [];
  const closes: number[] = [];
  const workers = Array.from({ length: WORKERS }, () => aWorker());

  function aWorker() {
    const parts = { client, table: TABLE, clock, retentionDays: 90 };
    const retries: RetryQueue = {
      sendLater: async (message, delaySeconds) =>
        queue.add({ message, atMs: clock.at + Math.ceil(Math.max(0, delaySeconds)) * 1_000 }),
      handOver: async () => Promise.reject(new Error('mails have one network')),
      deadLetter: async (message, reason) => {
        throw new Error(`${message.delivery_id} is dead: ${reason}`);
      },
    };
    const email: EmailPorts = {
      mailer: {
        send: async ({ deliveryId: id, alertId, text }) => {
          sent.push({ deliveryId: id, alertId, atMs: clock.at, told: toldIn(text) });
          return { result: 'accepted', messageId: id };
        },
      },
      quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
      suppressions: { find: async () => undefined },
      floods: { ...dynamodbFloods(parts), retries, clock },
      messageIdDomain: 'example.com',
    };
    const ports = {
      destinations: { find: async () => destination },
      deliveries: dynamodbDeliveryLog(parts),
      retries,
      alerts: { enqueue: async () => undefined },
      clock,
      random: { fraction: random },
    };
    return async (batch: DeliveryMessage[]): Promise<void> => {
      await Promise.all(
        batch.map(async (message) => {
          const fromMs = performance.now();
          await deliver(
            message,
            { prepare: async (one, to) => prepareEmail(one, to, email) },
            ports,
            clock.at,
          );
          if (message.digest !== undefined) closes.push(performance.now() - fromMs);
        }),
      );
    };
  }

  for (;;) {
    const due = queue.take(WORKERS * BATCH);
    const last = due.at(-1);
    if (last === undefined) break;
    clock.at = Math.max(clock.at, last.atMs);
    const batches = workers.map((worker, index) => ({
      worker,
      batch: due.filter((_, at) => at % WORKERS === index).map(({ message }) => message),
    }));
    // oxlint-disable-next-line no-await-in-loop -- batches follow one another
    await Promise.all(batches.map(async ({ worker, batch }) => worker(batch)));
  }

  const counts = new Map<string, number>();
  let wrongCounts = 0;
  let entries = 0;
  for (const mail of sent) {
    // oxlint-disable-next-line no-await-in-loop -- few mails, and the largest of them fill the memory
    const told = await toldBy(client, mail.alertId);
    entries += told.length;
    if (told.length !== mail.told) wrongCounts += 1;
    for (const id of told) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const once = arrivals.filter(({ message }) => counts.get(message.alert_id) === 1).length;
  const joined = ALERTS - sent.filter(({ alertId }) => alertId.startsWith('alert-')).length;
  const writes = calls.get('UpdateItem') ?? 0;
  console.log(
    `${name}: ${String(ALERTS)} alerts of ${String(keys)} keys and ${String(repeated.length)} repetitions in ` +
      `${seconds(performance.now() - startedMs)}: ${String(sent.length)} mails until ` +
      `${String(Math.round((clock.at - START_MS) / 60_000))} minutes after the first alert`,
  );
  console.log(
    `  ${[...calls].map(([operation, times]) => `${operation} ${String(times)}`).join(', ')}; ` +
      `the slowest digest's delivery took ${seconds(Math.max(0, ...closes))}`,
  );
  verdict(`${name}: mails in a sliding hour`, mostInAnHour(sent), 60);
  verdict(`${name}: alerts that are not told exactly once`, ALERTS - once + (entries - ALERTS), 0);
  verdict(`${name}: mails whose number is wrong`, wrongCounts, 0);
  verdict(`${name}: writes per alert that joined`, writes / Math.max(1, joined), 2);
  await close();
}

/** How many alerts a mail says it tells of. */
function toldIn(text: string): number {
  const [, number] =
    /Held back: ([\d,]+) alerts?,/.exec(text) ?? /([\d,]+) (?:more|alerts?) of this kind/.exec(text) ?? [];
  return number === undefined ? 1 : Number(number.replaceAll(',', ''));
}

/** The alerts that a mail tells of: its own, or those of its digest and of the digests in that. */
async function toldBy(client: DynamodbClient, alertId: string): Promise<string[]> {
  if (alertId.startsWith('alert-')) return [alertId];
  const pages = await queryAll(client, {
    TableName: TABLE,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': `DIGEST#${alertId}` },
    ConsistentRead: true,
  });
  const entries = pages.flatMap(entriesOf);
  return (await Promise.all(entries.map(async ({ entry }) => toldBy(client, entry.alertId)))).flat();
}

function mostInAnHour(sent: readonly Sent[]): number {
  const instants = sent.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  let from = 0;
  return instants.reduce((most, atMs, index) => {
    while ((instants[from] ?? atMs) <= atMs - HOUR_MS) from += 1;
    return Math.max(most, index - from + 1);
  }, 0);
}

function aMail({
  index,
  key,
  fraction,
  atMs,
  destinationId,
}: {
  index: number;
  key: number;
  /** From 0 to 1: which severity it has. */
  fraction: number;
  atMs: number;
  destinationId: string;
}): DeliveryMessage {
  const at = new Date(atMs).toISOString();
  const alert = anAlert({
    id: `alert-${String(index)}`,
    dedup_key: `key-${String(key)}`,
    title: `Unexpected sign-in of account number ${String(key)} from a network never seen before`,
    severity: fraction < 0.1 ? 'critical' : fraction < 0.5 ? 'high' : 'low',
    received_at: at,
  });
  const id = deliveryId(alert.id, destinationId, RECIPIENT);
  return firstAttempt(alert, { id, destinationId, channel: 'email', recipient: RECIPIENT }, at);
}

/** What waits, by its instant; `take` answers what comes at about the time of the first: so many as workers take. */
function queueOf(waiting: Waiting[]) {
  const sorted = waiting.toSorted((a, b) => a.atMs - b.atMs);
  const later: Waiting[] = [];
  let next = 0;
  const pop = (untilMs: number): Waiting | undefined => {
    const [first] = later;
    const arrived = sorted[next];
    if (first !== undefined && (arrived === undefined || first.atMs < arrived.atMs)) {
      return first.atMs <= untilMs ? later.shift() : undefined;
    }
    if (arrived === undefined || arrived.atMs > untilMs) return undefined;
    next += 1;
    return arrived;
  };
  return {
    add: (one: Waiting): void => {
      const at = later.findIndex(({ atMs }) => atMs > one.atMs);
      later.splice(at === -1 ? later.length : at, 0, one);
    },
    take: (most: number): Waiting[] => {
      const taken: Waiting[] = [];
      let one = pop(Infinity);
      const untilMs = (one?.atMs ?? 0) + (most * FLOOD_MS) / ALERTS;
      while (one !== undefined) {
        taken.push(one);
        one = taken.length < most ? pop(untilMs) : undefined;
      }
      return taken;
    },
  };
}

/** The engine of the emulated table without a network, and how often each operation was called. */
async function openTable() {
  const engine = openDynalite(openDatabase(':memory:'), LOCAL_ACCOUNT);
  const calls = new Map<string, number>();
  const ask = async (operation: string, input: object): Promise<Record<string, unknown>> =>
    engine.call(operation, input as Parameters<typeof engine.call>[1]);
  await ask('CreateTable', tableDefinition(TABLE));
  const isActive = async (): Promise<boolean> => {
    const { Table } = await ask('DescribeTable', { TableName: TABLE });
    return (Table as { TableStatus: string }).TableStatus === 'ACTIVE';
  };
  // oxlint-disable-next-line no-await-in-loop -- the engine creates it in a moment of its own
  while (!(await isActive())) await pause(5);
  const call = async (operation: string, input: object): Promise<unknown> => {
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    try {
      return fromWire(await ask(operation, JSON.parse(toWire(input)) as object));
    } catch (error) {
      // The client names a refusal by DynamoDB's own word.
      if (error instanceof Error && 'code' in error) error.name = String(error.code);
      throw error;
    }
  };
  const client: DynamodbClient = { call: call as DynamodbClient['call'], destroy: () => undefined };
  return { client, calls, close: async () => engine.close() };
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
