import { describe, expect, test } from 'vitest';
import { type Fault, faultyWorld } from './faulty-world.ts';

const FAULTS: Fault[] = ['refused', 'lost-answer', 'killed-before', 'killed-after'];

/** Destination and health, secret, claim, and then the receiver. */
const BEGIN = ['GetItem', 'GetItem', 'GetSecretValue', 'UpdateItem', 'POST'];
const SEND = 'SendMessageBatch';
const WRITE = 'UpdateItem';
/** What was delivered is recorded with the rest of its batch. */
const RECORD = 'BatchWriteItem';
/** The next attempt, the record, the failure that is counted. */
const RETRY = [...BEGIN, SEND, WRITE, WRITE];
/** The dead letter, the alert to the others, the record. */
const DEAD = [...BEGIN, SEND, SEND, WRITE];

type Scenario = {
  name: string;
  /** What the receiver answers, in turn. */
  statuses: number[];
  posts: number;
  calls: string[];
} & ({ state: 'delivered' } | { state: 'dead'; reason: string; alert: string });

/** How one delivery ends, whatever goes wrong on the way. */
const SCENARIOS: Scenario[] = [
  { name: 'is taken at once', statuses: [204], state: 'delivered', posts: 1, calls: [...BEGIN, RECORD] },
  {
    name: 'is taken at the second attempt',
    statuses: [500, 204],
    state: 'delivered',
    posts: 2,
    calls: [...RETRY, ...BEGIN, RECORD, WRITE],
  },
  {
    name: 'is rejected',
    statuses: [404],
    state: 'dead',
    posts: 1,
    reason: 'receiver-rejected',
    alert: 'tocsin.dead-letter',
    calls: DEAD,
  },
  {
    name: 'fails to the end',
    statuses: [500],
    state: 'dead',
    posts: 3,
    reason: 'receiver-failing',
    alert: 'tocsin.dead-letter',
    calls: [...RETRY, ...RETRY, ...DEAD, WRITE],
  },
  {
    name: 'finds nobody',
    statuses: [410],
    state: 'dead',
    posts: 1,
    reason: 'receiver-gone',
    alert: 'tocsin.destination-gone',
    calls: [...DEAD, WRITE],
  },
];
type Run = Awaited<ReturnType<typeof faultyWorld>>;

/** Calls between a receiver's answer and its record: the only place where a fault may cost a second post. */
function isBetweenPostAndRecord(calls: readonly string[], index: number): boolean {
  const post = calls.lastIndexOf('POST', index);
  if (post === -1) return false;
  const record = calls.findIndex((call, at) => at > post && (call === WRITE || call === RECORD));
  return index <= record;
}

/** What is wrong with how it ended: nothing lost, nothing changed, nothing sent too often. */
function wrongs(scenario: Scenario, run: Run, extraPosts = 0): string[] {
  const { delivery, posts, deadLetters, raised } = run;
  const isDead = scenario.state === 'dead';
  // An attempt whose connection broke says "unreachable" where the receiver would have said "failing".
  const reasons = isDead ? [scenario.reason, 'receiver-unreachable'] : [];
  const checks: [wrong: string, isWrong: boolean][] = [
    [`it is ${delivery?.state}`, delivery?.state !== scenario.state],
    ['no attempt is recorded', delivery?.attempts.length === 0],
    ['posts differ', new Set(posts.map(({ id, body }) => `${id} ${body}`)).size !== 1],
    ['the id is another', posts.some(({ id }) => id !== 'delivery-1')],
    [`${posts.length} posts`, posts.length > scenario.posts + extraPosts],
    ['it lies among the dead letters', !isDead && deadLetters.length > 0],
    ['there is no dead letter', isDead && deadLetters.length === 0],
    ['a dead letter has another reason', deadLetters.some(({ reason = '' }) => !reasons.includes(reason))],
    [
      'a dead letter is not what was sent',
      deadLetters.some(
        ({ message }) => message.delivery_id !== 'delivery-1' || message.body !== posts[0]?.body,
      ),
    ],
    // As often as it takes, but always the same alert: the router takes it once.
    ['nobody was told', isDead && raised.every(({ type }) => type !== scenario.alert)],
    ['alerts differ', new Set(raised.map(({ id }) => id)).size > 1],
  ];
  return checks.flatMap(([wrong, isWrong]) => (isWrong ? [wrong] : []));
}

describe.each(SCENARIOS)('a delivery that $name', (scenario) => {
  test('makes no more calls than it must', async () => {
    const run = await faultyWorld({ statuses: scenario.statuses, faults: new Map() });
    expect(wrongs(scenario, run)).toEqual([]);
    expect(run.calls).toEqual(scenario.calls);
    expect(run.posts).toHaveLength(scenario.posts);
    expect(run.destination?.isEnabled).toBe(!('reason' in scenario && scenario.reason === 'receiver-gone'));
  });

  test.each(FAULTS)('ends the same when any one call is %s', async (fault) => {
    for (const [index, call] of scenario.calls.entries()) {
      const run = await faultyWorld({ statuses: scenario.statuses, faults: new Map([[index, fault]]) });
      const extraPosts = isBetweenPostAndRecord(scenario.calls, index) ? 1 : 0;
      expect({ at: `${index} ${call}`, wrongs: wrongs(scenario, run, extraPosts) }).toEqual({
        at: `${index} ${call}`,
        wrongs: [],
      });
    }
  });
});

test('a delivery whose worker is killed twice, at any two calls, still ends as it should', async () => {
  const [scenario] = SCENARIOS;
  if (scenario === undefined) throw new Error('no scenario');
  const { calls } = scenario;
  for (let first = 0; first < calls.length; first += 1) {
    // The second kill is one of the calls that follow in the next life.
    for (let second = first + 1; second <= first + calls.length; second += 1) {
      const faults = new Map<number, Fault>([
        [first, 'killed-after'],
        [second, 'killed-after'],
      ]);
      const run = await faultyWorld({ statuses: scenario.statuses, faults });
      expect({ first, second, wrongs: wrongs(scenario, run, 2) }).toEqual({ first, second, wrongs: [] });
    }
  }
});

describe('a batch of three that is delivered', () => {
  test('is recorded in one call', async () => {
    const { calls, deliveries } = await faultyWorld({ statuses: [204], faults: new Map(), count: 3 });
    expect(calls.filter((call) => call === RECORD)).toHaveLength(1);
    expect(calls.filter((call) => call === WRITE)).toHaveLength(3);
    expect(deliveries.map((delivery) => delivery?.state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  // Nothing is lost. A worker that dies takes with it what it had not recorded: each of these is sent once more.
  test.each([
    ['refused', 3],
    ['lost-answer', 3],
    ['killed-before', 6],
    ['killed-after', 3],
  ] as const)('and whose record is %s ends delivered, each at most twice', async (fault, posts) => {
    const run = await faultyWorld({ statuses: [204], faults: new Map([[RECORD, fault]]), count: 3 });
    expect(run.deliveries.map((delivery) => delivery?.state)).toEqual([
      'delivered',
      'delivered',
      'delivered',
    ]);
    expect(run.posts).toHaveLength(posts);
    expect(new Set(run.posts.map(({ id }) => id)).size).toBe(3);
    expect(run.deadLetters).toEqual([]);
    for (const delivery of run.deliveries) expect(delivery?.attempts).toHaveLength(1);
  });
});
