import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDeliveryEnds } from '../../../functions/adapters/dynamodb/deliveries/ends.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbStories } from '../../../functions/adapters/dynamodb/stories.ts';
import { storyKey } from '../../../functions/adapters/dynamodb/keys.ts';
import { takeBack, tellOnce } from '../../../functions/core/deliver/story/tell.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import { aMailingList, aMessage, anAlert, anAttempt, aWebhook } from '../records.ts';
import { type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

const CHAT = aWebhook({ format: 'slack' });
const START_MS = Date.parse('2026-01-15T09:12:00.000Z');
const HOUR_MS = 3_600_000;
let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

let findings = 0;

/** A finding nobody was told of, and environments that share the table and a clock. */
function aFinding(destination: Parameters<typeof tellOnce>[1] = CHAT) {
  findings += 1;
  const dedupKey = `finding-${String(findings)}`;
  const clock = { at: START_MS, now: () => clock.at };
  let made = 0;
  const message = (given: Partial<Alert> = {}, more: Partial<DeliveryMessage> = {}) => {
    made += 1;
    const received = {
      received_at: new Date(clock.at).toISOString(),
      raw: { sha256: '', size: 0, index: made },
    };
    return aMessage({
      delivery_id: `${String(made).padStart(8, '0')}-0000-5000-8000-000000000000`,
      alert: anAlert({ dedup_key: dedupKey, ...received, ...given }),
      ...more,
    });
  };
  const anEnvironment = () => {
    const stories = dynamodbStories({ ...db, clock });
    return {
      stories,
      tell: async (one: DeliveryMessage) => {
        const told = await tellOnce(one, destination, stories);
        return 'verdict' in told
          ? told.reason
          : told.note === undefined
            ? 'told'
            : `told x${told.note.count}`;
      },
    };
  };
  return { clock, message, anEnvironment, reader: { destinationId: 'dst_1', sourceId: 'src_1', dedupKey } };
}

test('of two alerts at the same time in two environments one is told', async () => {
  const { message, anEnvironment } = aFinding();
  const environments = [anEnvironment(), anEnvironment(), anEnvironment()];
  const told = await Promise.all(environments.flatMap(({ tell }) => [tell(message()), tell(message())]));
  expect(told.filter((one) => one === 'told')).toHaveLength(1);
  expect(told.filter((one) => one === 'repeated')).toHaveLength(5);
});

test('what another environment told meanwhile counts, whatever this one remembers', async () => {
  const { message, anEnvironment } = aFinding(aMailingList());
  const [one, other] = [anEnvironment(), anEnvironment()];
  expect(await one.tell(message({ status: 'resolved' }))).toBe('never-told');
  expect(await other.tell(message())).toBe('told');
  expect(await one.tell(message({ status: 'resolved' }))).toBe('told');
});

test('a write whose answer is lost tells once', async () => {
  const { message, anEnvironment } = aFinding();
  const one = message();
  db.breakNext('UpdateItem', 'lost-answer');
  const first = await anEnvironment()
    .tell(one)
    .catch(() => 'thrown');
  expect([first, await anEnvironment().tell(one)]).toContain('told');
  expect(await anEnvironment().tell(one)).toBe('told');
  expect(await anEnvironment().tell(message())).toBe('repeated');
});

test('an item that is lost tells', async () => {
  const { message, anEnvironment, reader } = aFinding();
  await anEnvironment().tell(message());
  await db.client.call('DeleteItem' as never, { TableName: db.table, Key: storyKey(reader) } as never);
  expect(await anEnvironment().tell(message())).toBe('told');
});

test('what goes on is remembered for longer than any finding stays open, what is over for a month', async () => {
  const { message, anEnvironment, reader } = aFinding();
  const { tell } = anEnvironment();
  const days = async () => {
    const { Item } = await db.client.call('GetItem', {
      TableName: db.table,
      Key: storyKey(reader),
      ConsistentRead: true,
    });
    return Math.round((Number(Item?.['expires_at']) - START_MS / 1_000) / 86_400);
  };
  await tell(message());
  expect(await days()).toBe(400);
  await tell(message({ status: 'resolved' }));
  expect(await days()).toBe(30);
});

describe('one finding that is imported on three days', () => {
  const days = [0, 24, 48];

  test('is one post where its times alone differ', async () => {
    const { message, anEnvironment } = aFinding();
    const { tell } = anEnvironment();
    const told = [];
    for (const hours of days) {
      told.push(await tell(message({ event_time: new Date(START_MS + hours * HOUR_MS).toISOString() })));
    }
    expect(told).toEqual(['told', 'repeated', 'repeated']);
  });

  test.each([
    ['30d', { afterSeconds: 30 * 86_400 }, ['told', 'repeated', 'repeated']],
    ['change', 'change', ['told', 'told x2', 'told x3']],
    ['every', 'every', ['told', 'told', 'told']],
  ] as const)('and comes on three days, with --repeat %s', async (_, repeat, expected) => {
    const { clock, message, anEnvironment } = aFinding(aWebhook({ format: 'slack', repeat }));
    const told = [];
    for (const hours of days) {
      clock.at = START_MS + hours * HOUR_MS;
      told.push(await anEnvironment().tell(message()));
    }
    expect(told).toEqual(expected);
  });
});

test('a control of Security Hub that passed and never fired tells no person', async () => {
  for (const destination of [CHAT, aMailingList()]) {
    const { message, anEnvironment } = aFinding(destination);
    expect(await anEnvironment().tell(message({ status: 'resolved' }))).toBe('never-told');
  }
});

describe('what somebody has handled', () => {
  test.each([
    ['a chat', CHAT],
    ['mails', aMailingList()],
    ['a machine', aWebhook()],
  ])('is not told as new to %s, and ends what was told', async (_, destination) => {
    const fresh = aFinding(destination);
    for (const status of ['firing', 'resolved', 'dismissed'] as const) {
      expect(await fresh.anEnvironment().tell(fresh.message({ status, is_handled: true }))).toBe(
        'already-handled',
      );
    }
    const { message, anEnvironment } = aFinding(destination);
    expect(await anEnvironment().tell(message({ is_handled: false }))).toBe('told');
    expect(await anEnvironment().tell(message({ is_handled: true }))).toBe('already-handled');
    expect(await anEnvironment().tell(message({ status: 'resolved', is_handled: true }))).toBe('told');
  });
});

describe('without a call of the table', () => {
  const calls = async (run: () => Promise<unknown>) => {
    const before = db.calls.length;
    await run();
    return db.calls.length - before;
  };

  test.each<[string, Parameters<typeof tellOnce>[1], Partial<Alert>, Partial<DeliveryMessage>]>([
    ['a machine that takes everything', aWebhook(), {}, {}],
    ['a machine that takes no ends', aWebhook({ resolved: 'never' }), { status: 'resolved' }, {}],
    ['a retry', CHAT, {}, { attempt: 2 }],
    ['a test by an operator', CHAT, {}, { is_test: true }],
  ])('%s', async (_, destination, alert, more) => {
    const { message, anEnvironment } = aFinding(destination);
    expect(await calls(async () => anEnvironment().tell(message(alert, more)))).toBe(0);
    const { stories } = anEnvironment();
    const isTaken = destination === CHAT && more.is_test !== true;
    expect(await calls(async () => takeBack(message(alert, more), destination, stories))).toBe(
      isTaken ? 1 : 0,
    );
  });
});

test('a retry says what the first attempt said', async () => {
  const { message } = aFinding();
  const retry = message({}, { attempt: 2, story: { count: 3, since: '2026-01-15T09:12:00.000Z' } });
  expect(await tellOnce(retry, CHAT, dynamodbStories({ ...db, clock: { now: () => START_MS } }))).toEqual({
    note: { count: 3, since: '2026-01-15T09:12:00.000Z' },
  });
});

test('system alerts are told every time, their ends where they were told', async () => {
  const { message, anEnvironment } = aFinding();
  const source = { id: 'tocsin', name: 'Tocsin', format: 'system' };
  const { tell } = anEnvironment();
  expect(await tell(message({ source, status: 'resolved' }))).toBe('never-told');
  expect([await tell(message({ source })), await tell(message({ source }))]).toEqual(['told', 'told']);
  expect(await tell(message({ source, status: 'resolved' }))).toBe('told');
});

describe('a letter that SQS gave up', () => {
  const ends = () => dynamodbDeliveryEnds({ ...db, clock: { now: () => START_MS }, retentionDays: 90 });

  test('takes its telling back, also when it is recorded once more, and the next alert is told', async () => {
    const { message, anEnvironment } = aFinding();
    const letter = message({}, { alert_id: 'buried', delivery_id: 'of-buried' });
    await anEnvironment().tell(letter);
    await ends().bury(letter, 'pipeline-fault');
    await ends().bury(letter, 'pipeline-fault');
    expect(await anEnvironment().tell(message())).toBe('told x2');
  });

  test('of a delivery that was delivered leaves the story', async () => {
    const { message, anEnvironment } = aFinding();
    const letter = message({}, { alert_id: 'delivered', delivery_id: 'of-delivered' });
    await anEnvironment().tell(letter);
    const log = dynamodbDeliveryLog({ ...db, clock: { now: () => START_MS }, retentionDays: 90 });
    const claim = await log.claim(letter, new Date(START_MS + 25_000).toISOString());
    if (claim.claim !== 'granted') throw new Error('the claim is not granted');
    await log.record(claim.delivery, anAttempt(), 'delivered');
    await ends().bury(letter, 'pipeline-fault');
    expect(await anEnvironment().tell(message())).toBe('repeated');
  });
});
