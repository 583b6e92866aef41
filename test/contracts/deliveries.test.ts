import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryEnds } from '../../functions/adapters/dynamodb/deliveries/ends.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { readDelivery } from '../../functions/adapters/dynamodb/deliveries/row.ts';
import { dynamodbTally, rowOfSlot } from '../../functions/adapters/dynamodb/deliveries/tally.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { DeliveryLog } from '../../functions/core/deliver/ports.ts';
import type { Delivery, DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { aMessage, anAttempt } from '../adapters/records.ts';
import { memoryDeliveries } from '../core/deliver/memory-deliveries.ts';
import { differenceBetween, type Step } from './same-answers.ts';

const NOW = '2026-01-15T15:00:00.000Z';
/** So that a lease is over after one wait, and was given before the clock jumped back after three. */
const WAIT_MS = 30_000;

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

/** The log with what a test sees of it, and the workers: each knows what it was granted. */
type Rows = {
  log: DeliveryLog;
  clock: { at: number };
  find: (message: DeliveryMessage) => Promise<Delivery | undefined>;
  granted: Map<string, Delivery>;
};

function theTable(): Rows {
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait };
  const ends = dynamodbDeliveryEnds(parts);
  return {
    log: dynamodbDeliveryLog(parts),
    clock: parts.clock,
    find: async (message) => ends.find(message),
    granted: new Map(),
  };
}

/** As webhooks are delivered: the first claim is in a tally, and the row is written later, so it is looked for in both. */
function theTally(): Rows {
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait };
  const tally = dynamodbTally(parts, noWait);
  const ends = dynamodbDeliveryEnds(parts);
  return {
    log: dynamodbDeliveryLog({ ...parts, tally }),
    clock: parts.clock,
    find: async (message) => {
      const row = await ends.find(message);
      const slot = row === undefined ? await tally.look(message) : undefined;
      return slot === undefined ? row : readDelivery(rowOfSlot(message, slot, 0));
    },
    granted: new Map(),
  };
}

function inMemory(): Rows {
  const clock = clockAt(NOW);
  const { log, rows } = memoryDeliveries(clock);
  return { log, clock, find: async ({ delivery_id: id }) => rows.get(id), granted: new Map() };
}

/** Which of the tests runs: they share a table. */
let kept = 0;

const VERBS = [
  'claim',
  'claim and record',
  'record',
  'defer',
  'defer what is claimed',
  'suppress',
  'wait',
  'let the clock jump back',
] as const;

type Asked = {
  verb: (typeof VERBS)[number];
  worker: 'one' | 'two';
  channel: 'email' | 'webhook';
  state: 'delivered' | 'pending' | 'dead';
  message: Partial<DeliveryMessage>;
};

function stepOf({ verb, worker, channel, state, message: given }: Asked): Step<Rows> {
  return {
    says: `${verb} by ${worker}, ${channel} ${state} ${JSON.stringify(given)}`,
    does: async ({ log, clock, find, granted }, run) => {
      const message = aMessage({
        ...given,
        channel,
        alert_id: `alert-${kept}-${run}`,
        delivery_id: channel === 'email' ? `email-${run}` : deliveryId(`alert-${kept}-${run}`, 'dst_1'),
        ...(channel === 'email' && { recipient: 'ana@example.com' }),
        ...(given.deferrals !== undefined && { deferred_since: NOW }),
      });
      const mine = `${worker} ${channel}`;
      const inMs = (ms: number) => new Date(clock.at + ms).toISOString();
      const claim = async () => {
        const claimed = await log.claim(message, inMs(25_000));
        if (claimed.claim === 'granted') granted.set(mine, claimed.delivery);
        return claimed;
      };
      const record = async () => {
        const delivery = granted.get(mine);
        if (delivery === undefined) return;
        const attempt = anAttempt({
          number: delivery.attempt,
          started_at: inMs(0),
          ...(state === 'delivered' ? {} : { outcome: 'retry', reason: 'timeout' }),
          ...(state === 'pending' && { next_due_at: inMs(60_000) }),
        });
        await log.record({ ...delivery, body_sha256: 'f'.repeat(64) }, attempt, state);
      };
      const wait = { reason: 'mail-throttled', dueAt: inMs(60_000) } as const;
      const answers: unknown[] = [];
      if (verb.startsWith('claim')) answers.push(await claim());
      if (verb.endsWith('record')) await record();
      if (verb === 'defer') await log.defer(message, wait);
      const claimed = granted.get(mine);
      if (verb === 'defer what is claimed' && claimed !== undefined) {
        await log.defer({ ...message, attempt: claimed.attempt, round: claimed.round }, wait, claimed);
      }
      if (verb === 'suppress') answers.push(await log.suppress(message, 'destination-disabled'));
      if (verb === 'wait') clock.at += WAIT_MS;
      if (verb === 'let the clock jump back') clock.at -= 4 * WAIT_MS;
      return [...answers, await find(message)];
    },
  };
}

/** A worker that died or hangs, and another that was granted its attempt. */
const begin = (channel: Asked['channel']) =>
  [
    { verb: 'claim', worker: 'one' } as const,
    { verb: 'wait', worker: 'one' } as const,
    { verb: 'claim', worker: 'two' } as const,
  ].map((asked) => stepOf({ ...asked, channel, state: 'pending', message: {} }));

/**
 * The row of a webhook that was delivered at the first try is written as a whole, while the lease of its only claim runs
 * by the worker's own clock (docs/decisions/0074-few-routers-and-shared-records.md). So no later attempt comes meanwhile,
 * and the clock does not jump.
 */
const stepsOf = (channel: Asked['channel']) => {
  const numbers = channel === 'email' ? [1, 2] : [1];
  return fc
    .record({
      verb: fc.constantFrom(
        ...VERBS.filter((verb) => channel === 'email' || verb !== 'let the clock jump back'),
      ),
      worker: fc.constantFrom('one' as const, 'two' as const),
      channel: fc.constant(channel),
      state: fc.constantFrom('delivered' as const, 'pending' as const, 'dead' as const),
      message: fc.record(
        {
          attempt: fc.constantFrom(...numbers),
          round: fc.constantFrom(...numbers),
          deferrals: fc.constantFrom(1, 2),
          is_again: fc.constant(true),
        },
        { requiredKeys: ['attempt', 'round'] },
      ),
    })
    .map(stepOf);
};

test.each([
  { channel: 'email' as const, where: 'the table', table: theTable },
  { channel: 'webhook' as const, where: 'the table', table: theTable },
  { channel: 'webhook' as const, where: 'the table with its tallies', table: theTally },
])(
  'the row of a delivery by $channel is written in memory as in $where',
  { timeout: 120_000 },
  async ({ channel, table }) => {
    kept += 1;
    expect(
      await differenceBetween({
        table,
        memory: inMemory,
        begin: begin(channel),
        steps: stepsOf(channel),
        numRuns: 50,
      }),
    ).toBeUndefined();
  },
);
