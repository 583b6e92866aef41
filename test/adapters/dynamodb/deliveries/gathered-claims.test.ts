import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../../../functions/adapters/dynamodb/deliveries/tally.ts';
import { placeOf } from '../../../../functions/adapters/dynamodb/deliveries/tally-item.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { alertId, deliveryId, requestIdOf } from '../../../../functions/core/model/wire/ids.ts';
import { type AwsCall, jsonError } from '../../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const LEASE = '2026-01-15T15:00:25.000Z';
const BATCH = 'BatchExecuteStatement';

const worker = () => {
  const parts = { ...db, clock: clockAt('2026-01-15T15:00:00.000Z'), retentionDays: 90, wait: noWait };
  return dynamodbDeliveryLog({ ...parts, tally: dynamodbTally(parts) });
};

let requests = 0;
/** The delivery of an alert of a request of its own, by its place there. */
function delivery(place = 0, request = (requests += 1)): DeliveryMessage {
  const id = alertId(requestIdOf(`0c6a8d7e-0000-4000-8000-${String(request).padStart(12, '0')}`), place);
  return aMessage({ alert_id: id, delivery_id: deliveryId(id, 'dst_1') });
}
const several = (count: number) => Array.from({ length: count }, () => delivery());

async function claimed(messages: readonly DeliveryMessage[], by = worker()): Promise<string[]> {
  return Promise.all(messages.map(async (message) => (await by.claim(message, LEASE)).claim));
}

/** The writes that something makes. */
async function writesOf(does: () => Promise<unknown>): Promise<string[]> {
  const from = db.calls.length;
  await does();
  return db.calls
    .slice(from)
    .map(({ operation }) => operation)
    .filter((operation) => operation !== 'GetItem');
}

async function tallyOf(message: DeliveryMessage) {
  const Key = placeOf(message).key;
  const { Item } = await db.client.call('GetItem', { TableName: db.table, Key, ConsistentRead: true });
  return Item;
}

const granted = (messages: readonly unknown[]) => messages.map(() => 'granted');

describe('the claims of a batch', () => {
  test('of alerts that came alone are one call, up to 25 of them', async () => {
    const messages = several(25);
    expect(await writesOf(async () => expect(await claimed(messages)).toEqual(granted(messages)))).toEqual([
      BATCH,
    ]);
    expect(await writesOf(async () => claimed(several(26)))).toEqual([BATCH, BATCH]);
  });

  test('leave what an update of one of them leaves', async () => {
    const [one, two, three] = [delivery(), delivery(), delivery()];
    expect(await writesOf(async () => claimed([one]))).toEqual(['UpdateItem']);
    await claimed([two, three]);
    const withoutIds = async (message: DeliveryMessage): Promise<unknown> => {
      const { sheet } = placeOf(message);
      const text = JSON.stringify(await tallyOf(message)).replaceAll(sheet, 'sheet');
      return JSON.parse(text.replace(/#[0-9a-f]{8}"/u, '#token"'));
    };
    expect(await withoutIds(two)).toEqual(await withoutIds(one));
    expect(await withoutIds(one)).toMatchObject({ c0: `${LEASE}#2026-01-15T15:00:00.000Z#token` });
  });

  test('of alerts that came together are updates, one for each tally', async () => {
    requests += 1;
    const together = [delivery(0, requests), delivery(1, requests), delivery(2, requests)];
    const writes = await writesOf(async () => claimed([...together, ...several(2)]));
    expect(writes.toSorted()).toEqual([BATCH, 'UpdateItem']);
    expect(await tallyOf(delivery(0, requests - 2))).toHaveProperty('c2');
  });

  test('of one that another worker has begun is refused to the second one, and the others are granted', async () => {
    const messages = several(5);
    await claimed(messages.slice(1, 3));
    expect(await claimed(messages)).toEqual(['granted', 'busy', 'busy', 'granted', 'granted']);
  });

  test('of the first alert of a request find the tally that a later one has made', async () => {
    requests += 2;
    const [a, b] = [delivery(0, requests - 1), delivery(0, requests)];
    await claimed([delivery(7, requests - 1)]);
    expect(await claimed([a, b])).toEqual(['granted', 'granted']);
    expect(Object.keys((await tallyOf(a)) ?? {})).toEqual(expect.arrayContaining(['c0', 'c7']));
  });

  test('by two workers at the same time are granted to one of them', async () => {
    const places = fc.array(fc.record({ alert: fc.nat(6), place: fc.constantFrom(0, 0, 0, 1) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(places, places, async (first, second) => {
        const from = requests + 1;
        requests += 7;
        const messages = (asked: typeof first) =>
          asked.map(({ alert, place }) => delivery(place, from + alert));
        const [mine, theirs] = [messages(first), messages(second)];
        const [one, two] = [worker(), worker()];
        const claims = await Promise.all([claimed(mine, one), claimed(theirs, two)]);
        const winners = [...mine, ...theirs].filter((_, index) => claims.flat()[index] === 'granted');
        const ids = winners.map(({ delivery_id: id }) => id);
        expect(ids.toSorted()).toEqual(
          [...new Set([...mine, ...theirs].map(({ delivery_id: id }) => id))].toSorted(),
        );
      }),
    );
  });
});

describe('when the call of a batch goes wrong, each claim is made once', () => {
  /** What DynamoDB may say of one statement (`BatchStatementError`, 2026-11-27), but for `DuplicateItem`. */
  const CODES = [
    'AccessDenied',
    'ConditionalCheckFailed',
    'InternalServerError',
    'ItemCollectionSizeLimitExceeded',
    'ProvisionedThroughputExceeded',
    'RequestLimitExceeded',
    'ResourceNotFound',
    'ThrottlingError',
    'TransactionConflict',
    'ValidationError',
  ];

  /** Carries out all statements but these, and answers for them. */
  const allBut = (left: readonly number[], answer: unknown) => async (call: AwsCall) => {
    const { Statements } = JSON.parse(call.body) as { Statements: unknown[] };
    const done = Statements.filter((_, index) => !left.includes(index));
    const { body } = await db.ask({ ...call, body: JSON.stringify({ Statements: done }) });
    const { Responses } = JSON.parse(body) as { Responses: unknown[] };
    const answers = Statements.map((_, index) => (left.includes(index) ? answer : Responses.shift()));
    return { status: 200, body: JSON.stringify({ Responses: answers }) };
  };

  test.each(CODES)('of which some statements got %s', async (Code) => {
    const messages = several(4);
    db.breakNext(BATCH, allBut([1, 3], { Error: { Code, Message: 'not now' } }));
    expect(await claimed(messages)).toEqual(granted(messages));
    expect(await claimed(messages)).toEqual(messages.map(() => 'busy'));
  });

  test('whose answer was lost', async () => {
    const messages = several(4);
    db.breakNext(BATCH, 'lost-answer');
    expect(await claimed(messages)).toEqual(granted(messages));
    expect(await claimed(messages)).toEqual(messages.map(() => 'busy'));
  });

  test('whose answer says nothing of some', async () => {
    const messages = several(3);
    db.breakNext(BATCH, async (call) => {
      const { body } = await db.ask(call);
      const { Responses } = JSON.parse(body) as { Responses: unknown[] };
      return { status: 200, body: JSON.stringify({ Responses: Responses.slice(0, 1) }) };
    });
    expect(await claimed(messages)).toEqual(granted(messages));
  });

  test.each(['AccessDeniedException', 'ValidationException', 'UnknownOperationException'])(
    'that was refused as such with %s',
    async (code) => {
      const messages = several(3);
      db.breakNext(BATCH, () => jsonError(code, 400));
      expect(await claimed(messages)).toEqual(granted(messages));
    },
  );

  test('that never got through: the messages come back, and another worker claims', async () => {
    const messages = several(3);
    const down = () => jsonError('InternalServerError', 500);
    // As often as the client asks.
    for (let tries = 0; tries < 2; tries += 1) db.breakNext(BATCH, down);
    const by = worker();
    const ends = await Promise.allSettled(messages.map(async (message) => by.claim(message, LEASE)));
    expect(ends.map(({ status }) => status)).toEqual(messages.map(() => 'rejected'));
    expect(await claimed(messages)).toEqual(granted(messages));
  });
});
