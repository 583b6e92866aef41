import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { entriesOf } from '../../../../functions/adapters/dynamodb/digests/items.ts';
import { dynamodbFloods } from '../../../../functions/adapters/dynamodb/digests/floods.ts';
import { queryAll } from '../../../../functions/adapters/dynamodb/pages.ts';
import { prepareEmail, type EmailPorts } from '../../../../functions/core/deliver/email/prepare-email.ts';
import { deliver, type DeliverPorts } from '../../../../functions/core/deliver/deliver.ts';
import { firstAttempt, type DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../../../functions/core/model/wire/ids.ts';
import type { RetryQueue } from '../../../../functions/core/deliver/ports.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMailingList, anAlert } from '../../records.ts';

/**
 * Workers over the real adapters: a worker may die before or after any write, messages come twice and in any order,
 * three workers have memories of their own, and time passes. Randomness is drawn from the seed in the test's name.
 */

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const START = '2026-01-15T15:00:00.000Z';
const VISIBILITY_MS = 180_000;
/** At this rate of deaths the first sending of each digest is one of them. */
const DIES_SENDING = 0.03;

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

class Died extends Error {}

function aWorld(seed: number, deathRate: number) {
  const random = randomOf(seed);
  const clock = clockAt(START);
  const destination = aMailingList({ id: `dst_${String(seed)}` });
  type Waiting = { message: DeliveryMessage; atMs: number };
  const queue: Waiting[] = [];
  const sent: { deliveryId: string; alertId: string; atMs: number }[] = [];
  const dead: DeliveryMessage[] = [];
  const mortal = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        // Entries are read in parts; what the worker does before and after them may fail.
        if (typeof method !== 'function' || name === 'entries') return method;
        return async (...given: unknown[]) => {
          if (random() < deathRate) throw new Died();
          const answer: unknown = await Reflect.apply(method, target, given);
          if (random() < deathRate) throw new Died();
          return answer;
        };
      },
    });
  const retries: RetryQueue = {
    sendLater: async (message, delaySeconds) => {
      queue.push({ message, atMs: clock.at + Math.ceil(Math.max(0, delaySeconds)) * 1000 });
    },
    handOver: async () => Promise.reject(new Error('mails have one network')),
    deadLetter: async (message) => {
      dead.push(message);
    },
  };
  const aWorker = () => {
    const parts = { ...db, clock, retentionDays: 90, wait: noWait, moment: noWait };
    const { flows, members, digests } = dynamodbFloods(parts);
    const email: EmailPorts = {
      mailer: {
        send: async ({ deliveryId: id, alertId }) => {
          const isFirst = !sent.some((mail) => mail.deliveryId === id);
          sent.push({ deliveryId: id, alertId, atMs: clock.at });
          // The mail of a digest is out, and nobody was told.
          if (isFirst && deathRate === DIES_SENDING && !alertId.startsWith('alert-')) throw new Died();
          return { result: 'accepted', messageId: id };
        },
      },
      quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
      suppressions: { find: async () => undefined },
      floods: {
        flows: mortal(flows),
        members: mortal(members),
        digests: mortal(digests),
        retries: mortal(retries),
        clock,
      },
      messageIdDomain: 'example.com',
    };
    const ports: DeliverPorts = {
      destinations: { find: async () => destination },
      deliveries: mortal(dynamodbDeliveryLog(parts)),
      retries: mortal(retries),
      alerts: { enqueue: async () => undefined },
      clock,
      random: { fraction: random },
    };
    return async (message: DeliveryMessage) =>
      deliver(message, { prepare: async (one, to) => prepareEmail(one, to, email) }, ports, 0);
  };
  const workers = [aWorker(), aWorker(), aWorker()];

  async function work({ message, atMs }: Waiting): Promise<void> {
    const worker = workers[Math.floor(random() * workers.length)];
    try {
      await worker?.(message);
    } catch (error) {
      if (!(error instanceof Died)) throw error;
      queue.push({ message, atMs: Math.max(atMs, clock.at) + VISIBILITY_MS });
    }
  }

  return {
    clock,
    destination,
    sent,
    dead,
    random,
    post: (index: number, key: string, atMs: number) => {
      const alert = anAlert({
        id: `alert-${String(seed)}-${String(index)}`,
        dedup_key: key,
        severity: random() < 0.2 ? 'critical' : 'high',
        received_at: new Date(atMs).toISOString(),
      });
      const recipient = 'ops@example.com';
      const message = firstAttempt(
        alert,
        {
          id: deliveryId(alert.id, destination.id, recipient),
          destinationId: destination.id,
          channel: 'email',
          recipient,
        },
        new Date(atMs).toISOString(),
      );
      queue.push({ message, atMs });
      if (random() < 0.2) queue.push({ message, atMs: atMs + Math.floor(random() * 400_000) });
    },
    /** Everything that is due, at most ten at once, until nothing waits. */
    drain: async () => {
      while (queue.length > 0) {
        queue.sort((a, b) => a.atMs - b.atMs);
        const [first] = queue;
        clock.at = Math.max(clock.at, first?.atMs ?? 0);
        const due = queue.filter(({ atMs }) => atMs <= clock.at).slice(0, 10);
        for (const one of due) queue.splice(queue.indexOf(one), 1);
        // oxlint-disable-next-line no-await-in-loop -- batches follow one another
        await Promise.all(due.map(work));
      }
    },
  };
}

async function entriesIn(digestId: string) {
  const pages = await queryAll(db.client, {
    TableName: db.table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': `DIGEST#${digestId}` },
    ConsistentRead: true,
  });
  return pages.flatMap(entriesOf);
}

/** The alerts that a mail tells of: its own, or those of its digest and of the digests in that. */
async function toldBy(alertId: string): Promise<string[]> {
  if (alertId.startsWith('alert-')) return [alertId];
  const entries = await entriesIn(alertId);
  return (await Promise.all(entries.map(async ({ entry }) => toldBy(entry.alertId)))).flat();
}

// Only many keys reach the limit of an hour, which takes more alerts than that.
test.each([
  [1, 0, 3, 60],
  [2, 0.03, 3, 60],
  [3, 0.03, 60, 60],
  [4, 0.08, 60, 60],
  [5, 0.03, 150, 120],
])(
  'seed %i, deaths %f, %i keys, %i alerts: each is in exactly one mail, and no hour has more than 60',
  async (seed, deathRate, keys, alerts) => {
    const world = aWorld(seed, deathRate);
    const startMs = Date.parse(START);
    for (let index = 0; index < alerts; index += 1) {
      world.post(
        index,
        `key-${String(Math.floor(world.random() * keys))}`,
        startMs + Math.floor(world.random() * 20 * 60_000),
      );
    }
    await world.drain();

    expect(world.dead).toEqual([]);
    const mails = new Map(world.sent.map((mail) => [mail.deliveryId, mail.alertId]));
    const told = (await Promise.all([...mails.values()].map(toldBy))).flat().sort();
    const expected = Array.from({ length: alerts }, (_, index) => `alert-${String(seed)}-${String(index)}`);
    expect(told).toEqual(expected.sort());
    for (const { atMs } of world.sent) {
      const hour = world.sent.filter((other) => other.atMs >= atMs && other.atMs < atMs + 3_600_000);
      expect(hour.length).toBeLessThanOrEqual(60);
    }
    expect(mails.size).toBeLessThan(alerts);
    if (deathRate === 0) expect(world.sent).toHaveLength(mails.size);
  },
  60_000,
);
