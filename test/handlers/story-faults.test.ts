import { describe, expect, test } from 'vitest';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { allowedExtraPosts, isListedOnce } from './fault-scenarios.ts';
import { patienceMs, someOf } from './some-of.ts';

/**
 * Every call of every case is tried in turn only when asked for: `TOCSIN_FAULTS=all npx vitest run
 * test/handlers/story-faults.test.ts`. Otherwise a few, always the same.
 */
const PATIENCE_MS = patienceMs(60_000);
const FAULTS: Fault[] = ['refused', 'lost-answer', 'killed-before', 'killed-after'];
const CHAT = { format: 'slack', auth: { type: 'none' } } as const;

const firing: Partial<Alert> = {};
const resolved: Partial<Alert> = { status: 'resolved' };
const graver: Partial<Alert> = { severity: 'critical', severity_id: 5 };

type Case = {
  name: string;
  waves: Partial<Alert>[][];
  statuses?: number[];
  states: string[];
  told: number[];
  /** The end where an attempt is made once more, and is taken then. */
  orElse?: { states: string[]; told: number[] };
};

const CASES: Case[] = [
  {
    name: 'one finding seen three times, graver, and over',
    waves: [[firing], [firing], [firing], [graver], [resolved], [resolved]],
    states: ['delivered', 'repeated', 'repeated', 'delivered', 'delivered', 'repeated'],
    told: [1, 4, 5],
  },
  {
    name: 'the end of what never fired',
    waves: [[resolved], [resolved]],
    states: ['never-told', 'never-told'],
    told: [],
  },
  {
    name: 'a telling that fails for good, and the next alert in its place',
    waves: [[firing], [firing], [resolved]],
    statuses: [404, 204],
    states: ['dead', 'delivered', 'delivered'],
    told: [1, 2, 3],
    orElse: { states: ['delivered', 'repeated', 'delivered'], told: [1, 3] },
  },
];

type Run = Awaited<ReturnType<typeof faultyWorld>>;

const stateOf = (delivery: Run['delivery']) =>
  delivery?.state === 'suppressed' ? delivery.reason : (delivery?.state ?? 'no row');
const toldBy = ({ posts, ids }: Run) =>
  [...new Set(posts.map(({ id }) => ids.indexOf(id) + 1))].toSorted((a, b) => a - b);
const endOf = (run: Run) => ({
  states: run.deliveries.map(stateOf),
  told: toldBy(run),
  bodies: new Set(run.posts.map(({ id, body }) => `${id} ${body}`)).size,
  isListed:
    run.listed.length === run.ids.length && run.deliveries.every((one) => isListedOnce(one, run.listed)),
});

describe.each(CASES)('at a chat, $name', ({ waves, statuses = [204], orElse, ...end }) => {
  const ends = [end, ...(orElse === undefined ? [] : [orElse])].map(({ states, told }) => ({
    states,
    told,
    bodies: told.length,
    isListed: true,
  }));

  test(
    'is told by the rule, and no fault of one call makes that more or less',
    async () => {
      const calm = await faultyWorld({ statuses, given: CHAT, faults: new Map(), waves });
      expect(endOf(calm)).toEqual(ends[0]);
      expect(calm.posts).toHaveLength(end.told.length);
      const cases = FAULTS.flatMap((fault) => calm.calls.map((_, index) => [index, fault] as const));
      for (const [index, fault] of someOf(cases, 14)) {
        const run = await faultyWorld({ statuses, given: CHAT, faults: new Map([[index, fault]]), waves });
        const at = `${index} ${run.calls[index] ?? 'never'} ${fault}`;
        // What is made once more was posted before, and refused.
        const isMadeAgain = run.deliveries[0]?.state !== calm.deliveries[0]?.state;
        const extra = run.posts.length - toldBy(run).length - (isMadeAgain ? 1 : 0);
        expect({ at, ends }).toEqual({ at, ends: expect.arrayContaining([endOf(run)]) as unknown });
        expect({ at, isTooOften: extra > allowedExtraPosts(run, [index]) }).toEqual({
          at,
          isTooOften: false,
        });
      }
    },
    PATIENCE_MS,
  );
});

test('two alerts of one key in one batch are one post, and the other is repeated', async () => {
  const run = await faultyWorld({
    statuses: [204],
    given: CHAT,
    faults: new Map(),
    waves: [[firing, firing, firing], []],
  });
  expect(run.deliveries.map(stateOf)).toEqual(expect.arrayContaining(['delivered', 'repeated', 'repeated']));
  expect(run.posts).toHaveLength(1);
});

test('what is told once more says how often it was seen, in the body', async () => {
  const run = await faultyWorld({
    statuses: [204],
    given: CHAT,
    faults: new Map(),
    waves: [[firing], [firing], [graver]],
  });
  expect(run.posts[1]?.body).toContain('x3 since 2026-01-15 15:00 UTC');
});

test('a machine that takes everything costs no call of the table more', async () => {
  const calls = async (format: string) =>
    (
      await faultyWorld({
        statuses: [204],
        given: { format },
        faults: new Map(),
        waves: [[firing], [firing], [resolved]],
      })
    ).calls;
  const once = ['GetItem', 'GetItem', 'GetSecretValue', 'UpdateItem', 'POST', 'BatchWriteItem'];
  expect(await calls('tocsin')).toEqual([...once, ...once, ...once]);
});

test('a chat costs two reads and two writes more for an alert that is told, and a repeated one needs no attempt', async () => {
  const { calls } = await faultyWorld({
    statuses: [204],
    given: CHAT,
    faults: new Map(),
    waves: [[firing], [firing]],
  });
  // Its story, and the flow of the chat.
  const people = ['GetItem', 'UpdateItem', 'GetItem', 'UpdateItem'];
  const told = ['GetItem', 'GetItem', ...people, 'GetSecretValue', 'UpdateItem', 'POST', 'BatchWriteItem'];
  // Its story, its place in the tally and its row, and no more.
  const repeated = ['GetItem', 'GetItem', 'GetItem', 'UpdateItem', 'UpdateItem', 'UpdateItem'];
  expect(calls).toEqual([...told, ...repeated]);
});

test('a message that comes again after its delivery is dead tells nobody, and the next alert is told', async () => {
  const waves = [[firing], [firing]];
  const statuses = [404, 204];
  const calm = await faultyWorld({ statuses, given: CHAT, faults: new Map(), waves });
  // The dead letter, the system alert, and then the row: the last call of the first message.
  const last = calm.calls.lastIndexOf('SendMessageBatch') + 1;
  const run = await faultyWorld({ statuses, given: CHAT, faults: new Map([[last, 'killed-after']]), waves });
  expect(run.calls[last]).toBe('PutItem');
  expect(run.deliveries.map(stateOf)).toEqual(['dead', 'delivered']);
  expect(run.posts).toHaveLength(2);
});
