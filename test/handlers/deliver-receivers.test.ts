import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import type { ServerResponse } from 'node:http';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import { httpsSender } from '../../functions/adapters/https/sender.ts';
import { decodeMessageBody, encodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { prepareWebhook } from '../../functions/core/deliver/webhook/prepare-webhook.ts';
import type { Attempt, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { receivers } from '../adapters/hostile-receivers.ts';
import { aMessage, aWebhook } from '../adapters/records.ts';
import { memoryPorts, NOW } from '../core/deliver/memory-ports.ts';
import { tlsAuthority } from '../tls-authority.ts';

const authority = tlsAuthority();
const server = authority.issue();
const open = receivers();
let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => {
  await open.closeAll();
  await db.close();
});

const LEASE_MS = 25_000;
let worlds = 0;

/** The real handler, sender and log; one destination per port, in its order. Queues and configuration are in memory. */
function aWorld(ports: number[], deadlineOf: (port: string) => number = () => 10_000) {
  worlds += 1;
  const world = `world-${String(worlds)}`;
  const clock = clockAt(NOW);
  const memory = memoryPorts(
    ports.map((port, index) =>
      aWebhook({
        id: `dst_${String(index)}`,
        url: `https://127.0.0.1:${String(port)}/hook`,
        format: 'tocsin',
      }),
    ),
  );
  const sender = httpsSender({ clock, isAllowedAddress: () => true });
  const webhook = {
    secrets: { webhookSecret: async () => ({ current: 'whsec_c2VjcmV0', ca: authority.ca }) },
    // No test waits for ten seconds.
    http: {
      post: async (request: Parameters<typeof sender.post>[0]) =>
        sender.post({ ...request, deadlineMs: deadlineOf(new URL(request.url).port) }),
    },
    clock,
    addresses: publicTier(['127.0.0.0/8']),
  };
  const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait });
  const handle = deliverHandler(
    { prepare: async (message, destination) => prepareWebhook(message, destination, webhook) },
    {
      ...memory.ports,
      deliveries: log,
      clock,
      events: { info: () => undefined, error: () => undefined },
      decode: decodeMessageBody,
    },
  );
  const message = (delivery: number, destination = 0): DeliveryMessage =>
    aMessage({
      alert_id: `${world}-alert-${String(delivery)}`,
      delivery_id: `${world}-${String(delivery)}`,
      destination_id: `dst_${String(destination)}`,
    });
  const records = dynamodbGatewayRecords({ ...db, clock, retentionDays: 90 });
  return {
    clock,
    later: memory.later,
    dead: memory.dead,
    message,
    deliver: async (messages: DeliveryMessage[]) => handle(batch(messages)),
    row: async (delivery: number) => records.delivery(`${world}-${String(delivery)}`),
  };
}

function batch(messages: DeliveryMessage[]): SQSEvent {
  return {
    Records: messages.map(
      (message, index) =>
        ({
          messageId: `message-${String(index)}`,
          body: encodeMessageBody(message),
          attributes: { SentTimestamp: '0' } as SQSRecord['attributes'],
        }) as SQSRecord,
    ),
  };
}

/** The same order for the same seed (a linear congruential generator). */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  let state = seed;
  const result = [...values];
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    const other = Math.floor((state / 4_294_967_296) * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

describe('a queue that hands out a fifth of its messages twice, in any order', () => {
  test.each([1, 2, 3])('leads to no second post (seed %i)', async (seed) => {
    const posts: string[] = [];
    const { port } = await open.https(server, ({ headers }, response) => {
      posts.push(String(headers['tocsin-delivery']));
      response.writeHead(200).end();
    });
    const world = aWorld([port]);
    const messages = Array.from({ length: 100 }, (_, index) => world.message(index));
    let received = shuffled([...messages, ...messages.filter((_, index) => index % 5 === 0)], seed);
    // Two batches at the same time, as two workers; what they find busy comes back later.
    for (let round = 0; received.length > 0 && round < 3; round += 1) {
      while (received.length > 0) {
        const answers = await Promise.all([
          world.deliver(received.splice(0, 10)),
          world.deliver(received.splice(0, 10)),
        ]);
        expect(answers.flatMap(({ failedMessageIds }) => failedMessageIds)).toEqual([]);
      }
      received = shuffled(
        world.later.splice(0).map(({ message }) => message),
        seed,
      );
      world.clock.at += LEASE_MS + 1_000;
    }
    expect(received).toEqual([]);
    expect(posts.toSorted()).toEqual(messages.map(({ delivery_id: id }) => id).toSorted());
  });
});

describe('a receiver that hangs', () => {
  test('delays nobody else of its batch: all others have arrived, and are recorded, before it answers', async () => {
    const arrived: string[] = [];
    const release = Promise.withResolvers<void>();
    const hang = async (response: ServerResponse): Promise<void> => {
      arrived.push('hanging');
      await release.promise;
      arrived.push('released');
      response.writeHead(200).end();
    };
    const hanging = await open.https(server, (_, response) => void hang(response));
    const nine = Promise.withResolvers<void>();
    const healthy = await open.https(server, (_, response) => {
      response.writeHead(200).end();
      arrived.push('healthy');
      if (arrived.filter((who) => who === 'healthy').length === 19) nine.resolve();
    });
    const world = aWorld([hanging.port, healthy.port]);
    const first = world.deliver([
      world.message(0, 0),
      ...Array.from({ length: 9 }, (_, index) => world.message(index + 1, 1)),
    ]);
    // A later batch, while the first one hangs.
    const second = await world.deliver(
      Array.from({ length: 10 }, (_, index) => world.message(index + 10, 1)),
    );
    await nine.promise;
    expect(second.failedMessageIds).toEqual([]);
    release.resolve();
    expect(await first).toEqual({ failedMessageIds: [] });
    expect(arrived.filter((who) => who !== 'hanging')).toEqual([
      ...Array.from({ length: 19 }, () => 'healthy'),
      'released',
    ]);
    const rows = await Promise.all(Array.from({ length: 20 }, (_, index) => world.row(index)));
    expect(rows.map((row) => row?.state)).toEqual(Array.from({ length: 20 }, () => 'delivered'));
  });
});

type Hostile = { name: string; open: () => Promise<{ port: number }>; attempt: Partial<Attempt> };

const HEAD = 'HTTP/1.1 200 OK\r\n';
const everyTick = (write: () => boolean) => {
  const timer = setInterval(() => {
    if (!write()) clearInterval(timer);
  }, 5);
};

const hostile: Hostile[] = [
  {
    name: 'drips its answer',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write(`${HEAD}content-length: 100000\r\n\r\n`);
        everyTick(() => !socket.destroyed && socket.write('x'));
      }),
    attempt: { outcome: 'retry', reason: 'timeout' },
  },
  {
    name: 'drips its headers',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write(HEAD);
        everyTick(() => !socket.destroyed && socket.write('x'));
      }),
    attempt: { outcome: 'retry', reason: 'timeout' },
  },
  {
    name: 'never answers',
    open: async () => open.tls(server, () => undefined),
    attempt: { outcome: 'retry', reason: 'timeout' },
  },
  {
    name: 'never shakes hands',
    open: async () => open.tcp(() => undefined),
    attempt: { outcome: 'retry', reason: 'timeout' },
  },
  {
    name: 'sends a body without an end',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
        everyTick(() => !socket.destroyed && (socket.write(`4000\r\n${'y'.repeat(0x4000)}\r\n`), true));
      }),
    attempt: { outcome: 'delivered', status: 200 },
  },
  {
    name: 'answers with a gzip bomb',
    open: async () =>
      open.https(server, (_, response) => {
        response.writeHead(500, { 'content-encoding': 'gzip' }).end(Buffer.alloc(1024 * 1024, 0x1f));
      }),
    attempt: { outcome: 'retry', reason: 'receiver-error', status: 500 },
  },
  {
    name: 'floods with headers',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write(
          `${HEAD}${Array.from({ length: 10_000 }, (_, index) => `x-${String(index)}: y\r\n`).join('')}\r\n`,
        );
      }),
    attempt: { outcome: 'retry', reason: 'connection-failed' },
  },
  {
    name: 'storms with 103',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(100));
      }),
    attempt: { outcome: 'retry', reason: 'connection-failed' },
  },
  {
    name: 'resets the connection',
    open: async () => open.tcp((socket) => void socket.once('data', () => socket.resetAndDestroy())),
    attempt: { outcome: 'retry', reason: 'connection-failed' },
  },
  {
    name: 'breaks off in the middle of its answer',
    open: async () =>
      open.tls(server, (socket) => {
        socket.write(`${HEAD}content-length: 10\r\n\r\nab`, () => socket.destroy());
      }),
    attempt: { outcome: 'retry', reason: 'connection-failed' },
  },
  {
    name: 'speaks no HTTP',
    open: async () => open.tls(server, (socket) => void socket.end('220 smtp ready\r\n')),
    attempt: { outcome: 'retry', reason: 'connection-failed' },
  },
  {
    name: 'answers with the status 999',
    open: async () =>
      open.tls(server, (socket) => void socket.end('HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n')),
    attempt: { outcome: 'failed', status: 999 },
  },
];

describe('a batch to nothing but hostile receivers, and one that is fine', () => {
  test('ends, with every delivery recorded or dead, and the fine one delivered', async () => {
    const opened = await Promise.all(hostile.map(async (receiver) => receiver.open()));
    const fine = await open.https(server, (_, response) => response.writeHead(204).end());
    // Who answers has time to, however busy the machine is.
    const neverEnds = new Set(
      opened
        .filter((_, index) => hostile[index]?.attempt.reason === 'timeout')
        .map(({ port }) => String(port)),
    );
    const world = aWorld([...opened.map(({ port }) => port), fine.port], (port) =>
      neverEnds.has(port) ? 1_000 : 20_000,
    );
    const messages = Array.from({ length: hostile.length + 1 }, (_, index) => world.message(index, index));
    expect(await world.deliver(messages)).toEqual({ failedMessageIds: [] });

    const rows = await Promise.all(messages.map(async (_, index) => world.row(index)));
    expect(Object.fromEntries(hostile.map(({ name }, index) => [name, rows[index]?.attempts]))).toEqual(
      Object.fromEntries(hostile.map(({ name, attempt }) => [name, [expect.objectContaining(attempt)]])),
    );
    expect(rows.at(-1)).toMatchObject({ state: 'delivered', attempts: [{ status: 204 }] });
    const kept = rows.flatMap((row) => row?.attempts ?? []).map(({ response_excerpt: text = '' }) => text);
    expect(Math.max(...kept.map((text) => text.length))).toBeLessThanOrEqual(1_024);
    expect(world.later).toHaveLength(hostile.filter(({ attempt }) => attempt.outcome === 'retry').length);
    expect(world.dead).toHaveLength(hostile.filter(({ attempt }) => attempt.outcome === 'failed').length);
  });
});
