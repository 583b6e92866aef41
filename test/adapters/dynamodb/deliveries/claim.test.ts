import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchPut } from '../../../../functions/adapters/dynamodb/batch-write.ts';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { constantAttributes } from '../../../../functions/adapters/dynamodb/deliveries/row.ts';
import { deliveryKey } from '../../../../functions/adapters/dynamodb/keys.ts';
import { dynamodbDigestMembers } from '../../../../functions/adapters/dynamodb/digests/members.ts';
import { boundedMap } from '../../../../functions/core/bounded-map.ts';
import { isGranted, isHeld } from '../../../../functions/core/deliver/claim.ts';
import type { Digest } from '../../../../functions/core/model/wire/digest.ts';
import type { Delivery, DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const inMs = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();

type Row = Pick<Delivery, 'state' | 'attempt' | 'round' | 'lease_until' | 'deferrals'>;
type Case = { row: Row | undefined; message: DeliveryMessage };

/** Every state with every way in which row and message can differ. */
function cases(prefix: string): Case[] {
  const messages: Partial<DeliveryMessage>[] = [undefined, 1].flatMap((deferrals) =>
    [undefined, true].map((is_again) => ({
      attempt: 2,
      first_attempt: 2,
      round: 2,
      ...(deferrals !== undefined && { deferrals }),
      ...(is_again !== undefined && { is_again }),
    })),
  );
  const rows = (['sending', 'pending', 'delivered', 'digested', 'suppressed', 'dead'] as const).flatMap(
    (state) =>
      [1, 2, 3].flatMap((attempt) =>
        roundsOf(state, attempt).flatMap((round) =>
          deferralsOf(state).flatMap((deferrals) =>
            leasesOf(state, attempt).map((lease) => ({
              state,
              attempt,
              round,
              ...(deferrals !== undefined && { deferrals }),
              ...(lease !== undefined && { lease_until: lease }),
            })),
          ),
        ),
      ),
  );
  return [undefined, ...rows].flatMap((row, index) =>
    messages.map((message, which) => {
      const id = `${prefix}-${index}-${which}`;
      return { row, message: aMessage({ ...message, alert_id: `alert-${id}`, delivery_id: id }) };
    }),
  );
}

function roundsOf(state: Delivery['state'], attempt: number): number[] {
  return state === 'sending' && attempt !== 2 ? [2] : [1, 2, 3];
}

/** Only a row without an end has any. */
function deferralsOf(state: Delivery['state']): (number | undefined)[] {
  return state === 'sending' ? [undefined, 1, 2] : state === 'pending' ? [undefined, 0, 1, 2] : [undefined];
}

/** A lease may be none, over by a moment, at its end, live, the longest there is, and from before a jump of the clock. */
function leasesOf(state: Delivery['state'], attempt: number): (string | undefined)[] {
  if (state !== 'sending') return [undefined];
  return attempt === 2
    ? [undefined, inMs(-1), NOW, inMs(25_000), inMs(85_000), inMs(85_001)]
    : [inMs(-1), inMs(25_000)];
}

async function written(given: Case[]): Promise<Case[]> {
  const items = given.flatMap(({ row, message }) =>
    row === undefined
      ? []
      : [
          {
            ...deliveryKey({ id: message.delivery_id }),
            ...constantAttributes(message, 2_000_000_000),
            updated_at: NOW,
            ...row,
          },
        ],
  );
  await batchPut({ ...db, items, wait: noWait });
  return given;
}

/** What differs, in words; nothing, if all is well. */
async function differences(
  given: Case[],
  ofTable: (message: DeliveryMessage) => Promise<string>,
  ofRule: (one: Case) => string,
): Promise<string[]> {
  const found = await boundedMap(given, 8, async (one) => {
    const [table, rule] = [await ofTable(one.message), ofRule(one)];
    const { attempt, round, deferrals, is_again } = one.message;
    const asked = JSON.stringify({
      row: one.row ?? 'none',
      message: { attempt, round, deferrals, is_again },
    });
    return table === rule ? [] : [`${asked}: the table says ${table}, the rule ${rule}`];
  });
  return found.flat();
}

test('a worker is granted, by the table, what the rule grants', { timeout: 180_000 }, async () => {
  const given = await written(cases('worker'));
  expect(given.length).toBeGreaterThanOrEqual(288);
  const log = dynamodbDeliveryLog({ ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait });
  const found = await differences(
    given,
    async (message) => (await log.claim(message, inMs(25_000))).claim,
    ({ row, message }) => {
      if (row === undefined || isGranted(row, message, NOW)) return 'granted';
      return isHeld(row, message, NOW) ? 'busy' : 'settled';
    },
  );
  expect(found).toEqual([]);
});

test('a digest takes, by the table, what the rule grants it', { timeout: 180_000 }, async () => {
  const given = await written(cases('digest'));
  const members = dynamodbDigestMembers({ ...db, clock: clockAt(NOW), retentionDays: 90 });
  const digest: Digest = { id: 'digest-1', kind: 'window', opened_at: NOW, closes_at: inMs(300_000) };
  const found = await differences(
    given,
    async (message) => {
      const { membership, ...more } = await members.join(message, digest, 1);
      return membership === 'digested' && 'place' in more && more.place.digestId === digest.id
        ? 'joined'
        : 'refused';
    },
    ({ row, message }) => (isGranted(row, message, NOW, 'digest') ? 'joined' : 'refused'),
  );
  expect(found).toEqual([]);
});
