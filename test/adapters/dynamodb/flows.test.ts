import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbFlows } from '../../../functions/adapters/dynamodb/flows.ts';
import type { Flow } from '../../../functions/core/model/wire/flow.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

let addressees = 0;

function anAddressee() {
  addressees += 1;
  const addressee = { destinationId: `dst_${String(addressees)}`, recipient: 'Ops@example.com' };
  const aProcess = () => {
    const flows = dynamodbFlows({ ...db, clock: clockAt('2026-01-15T15:00:00.000Z') });
    const place = async (id: string) =>
      flows.change(addressee, (flow) => ({
        flow: { ...flow, places: [...flow.places, { id, atMs: 1 }] },
        result: flow.places.length,
      }));
    const places = async () =>
      flows.change(addressee, (flow: Flow) => ({ flow, result: flow.places.map(({ id }) => id) }));
    return { place, places };
  };
  return { aProcess };
}

test('what several processes remember at once is all there, each step on what was before it', async () => {
  const { aProcess } = anAddressee();
  const processes = [aProcess(), aProcess(), aProcess()];
  const counts = await Promise.all(
    processes.flatMap(({ place }, who) =>
      ['a', 'b', 'c'].map(async (name) => place(`${name}-${String(who)}`)),
    ),
  );
  expect(counts.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(await aProcess().places()).toHaveLength(9);
});

test('a step whose answer is lost is made once', async () => {
  const { aProcess } = anAddressee();
  const { place } = aProcess();
  await place('a');
  db.breakNext('UpdateItem', 'lost-answer');
  expect(await place('b')).toBe(1);
  expect(await aProcess().places()).toEqual(['a', 'b']);
});

test('a step that changes nothing writes nothing', async () => {
  const { aProcess } = anAddressee();
  const before = db.calls.filter(({ operation }) => operation === 'UpdateItem').length;
  expect(await aProcess().places()).toEqual([]);
  expect(db.calls.filter(({ operation }) => operation === 'UpdateItem')).toHaveLength(before);
});

test('a process that remembers an old flow decides again on the new one', async () => {
  const { aProcess } = anAddressee();
  const [one, other] = [aProcess(), aProcess()];
  expect(await one.places()).toEqual([]);
  await other.place('a');
  expect(await one.place('b')).toBe(1);
});
