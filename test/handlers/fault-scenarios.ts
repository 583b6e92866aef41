import { isDeepStrictEqual } from 'node:util';
import { NOTE } from './faulty-calls.ts';
import type { faultyWorld } from './faulty-world.ts';

/** First claims are made in the tally of their sheet, those of a batch in one call. */
export const CLAIM = 'UpdateItem';
/** Destination and health, secret, claim, and then the receiver. */
const FIRST = ['GetItem', 'GetItem', 'GetSecretValue', CLAIM, 'POST'];
const NEXT = ['GetItem', 'GetItem', 'GetSecretValue', 'UpdateItem', 'POST'];
const SEND = 'SendMessageBatch';
const WRITE = 'UpdateItem';
/** What was delivered is recorded with the rest of its batch. */
export const RECORD = 'BatchWriteItem';
/** The row is made when the first attempt has failed. */
const FIRST_RECORD = 'PutItem';
/** The next attempt, the record, the failure that is counted. */
const AFTER_FIRST_FAILURE = [SEND, FIRST_RECORD, WRITE];
const AFTER_FAILURE = [SEND, WRITE, WRITE];
/** The dead letter, the alert to the others noted and sent, the record. */
const AFTER_REJECTION = [SEND, NOTE, SEND, FIRST_RECORD];
const AFTER_LAST_REJECTION = [SEND, NOTE, SEND, WRITE];

export type Scenario = {
  name: string;
  /** What the receiver answers, in turn. */
  statuses: number[];
  posts: number;
  calls: string[];
  /** What else the world is told. */
  world?: Pick<Parameters<typeof faultyWorld>[0], 'failuresBefore' | 'isRedriven'>;
} & ({ state: 'delivered' } | { state: 'dead'; reason: string; alert: string });

/** How one delivery ends, whatever goes wrong on the way. */
export const SCENARIOS: Scenario[] = [
  { name: 'is taken at once', statuses: [204], state: 'delivered', posts: 1, calls: [...FIRST, RECORD] },
  {
    name: 'is taken at the second attempt',
    statuses: [500, 204],
    state: 'delivered',
    posts: 2,
    calls: [...FIRST, ...AFTER_FIRST_FAILURE, ...NEXT, RECORD, WRITE],
  },
  {
    name: 'is rejected',
    statuses: [404],
    state: 'dead',
    posts: 1,
    reason: 'receiver-rejected',
    alert: 'tocsin.dead-letter',
    calls: [...FIRST, ...AFTER_REJECTION],
  },
  {
    name: 'fails to the end',
    statuses: [500],
    state: 'dead',
    posts: 3,
    reason: 'receiver-failing',
    alert: 'tocsin.dead-letter',
    calls: [
      ...FIRST,
      ...AFTER_FIRST_FAILURE,
      ...NEXT,
      ...AFTER_FAILURE,
      ...NEXT,
      ...AFTER_LAST_REJECTION,
      WRITE,
    ],
  },
  {
    name: 'finds nobody',
    statuses: [410],
    state: 'dead',
    posts: 1,
    reason: 'receiver-gone',
    alert: 'tocsin.destination-gone',
    // The pause, and the version of the configuration that counts it.
    calls: [...FIRST, ...AFTER_REJECTION, WRITE, WRITE],
  },
];

/** Two dead-letter queues before the webhooks' and one behind are empty; that one is read until nothing new comes. */
const REDRIVE = [...empty(2), 'ReceiveMessage', SEND, 'DeleteMessage', ...empty(2)];

/** Stories that are longer than one delivery needs. */
export const LONG_SCENARIOS: Scenario[] = [
  {
    name: 'is dead, and redriven by an operator',
    statuses: [404, 204],
    state: 'delivered',
    posts: 2,
    calls: [...FIRST, ...AFTER_REJECTION, ...REDRIVE, ...NEXT, RECORD],
    world: { isRedriven: true },
  },
  {
    name: 'opens the breaker, waits for it and closes it',
    statuses: [500, 204],
    state: 'delivered',
    posts: 2,
    calls: [
      // To the slow lane, since the endpoint has failures behind it.
      'GetItem',
      'GetItem',
      SEND,
      // The failure that is one too many, counted, and the breaker that opens.
      ...FIRST,
      ...AFTER_FIRST_FAILURE,
      WRITE,
      // The probe that is this worker's alone.
      'GetItem',
      'GetItem',
      'GetSecretValue',
      WRITE,
      WRITE,
      'POST',
      RECORD,
      WRITE,
    ],
    world: { failuresBefore: 4 },
  },
];

function empty(times: number): string[] {
  return Array.from({ length: times }, () => 'ReceiveMessage');
}

export type Run = Awaited<ReturnType<typeof faultyWorld>>;

/**
 * How many posts more than usual are allowed: one for each fault between a receiver's answer and its record.
 *
 * A claim is no record: the same worker may have a second message of the delivery in hand.
 */
export function allowedExtraPosts(
  { calls, claims }: Pick<Run, 'calls' | 'claims'>,
  faults: readonly number[],
): number {
  return faults.filter((index, position) => {
    const post = calls.lastIndexOf('POST', index);
    const lifeBegan = faults[position - 1] ?? -1;
    if (post <= lifeBegan) return false;
    const record = calls.findIndex(
      (call, at) => at > post && [WRITE, RECORD, FIRST_RECORD].includes(call) && !claims.has(at),
    );
    return record === -1 || index <= record;
  }).length;
}

/** Whether a list tells of a delivery what its id does, and once. */
export function isListedOnce(delivery: Run['delivery'], listed: Run['listed']): boolean {
  const own = listed.filter(({ id }) => id === delivery?.id);
  return isDeepStrictEqual(own, [delivery]);
}

/** What is wrong with how it ended: nothing lost, nothing changed, nothing sent too often. */
export function wrongs(scenario: Scenario, run: Run, extraPosts = 0): string[] {
  const { delivery, posts, deadLetters, raised, ids, listed } = run;
  const isDead = scenario.state === 'dead';
  // An attempt whose connection broke says "unreachable" where the receiver would have said "failing".
  const reasons = isDead ? [scenario.reason, 'receiver-unreachable'] : [];
  const checks: [wrong: string, isWrong: boolean][] = [
    [`it is ${delivery?.state}`, delivery?.state !== scenario.state],
    ['no attempt is recorded', delivery?.attempts.length === 0],
    ['posts differ', new Set(posts.map(({ id, body }) => `${id} ${body}`)).size !== 1],
    ['the id is another', posts.some(({ id }) => id !== ids[0])],
    [`${posts.length} posts`, posts.length > scenario.posts + extraPosts],
    ['it lies among the dead letters', !isDead && deadLetters.length > 0],
    ['there is no dead letter', isDead && deadLetters.length === 0],
    ['a dead letter has another reason', deadLetters.some(({ reason = '' }) => !reasons.includes(reason))],
    [
      'a dead letter is not what was sent',
      deadLetters.some(({ message }) => message.delivery_id !== ids[0] || message.body !== posts[0]?.body),
    ],
    ['a list tells another story', listed.length !== 1 || !isListedOnce(delivery, listed)],
    // As often as it takes, but always the same alert: the router takes it once.
    ['nobody was told', isDead && raised.every(({ type }) => type !== scenario.alert)],
    ['alerts differ', new Set(raised.map((alert) => JSON.stringify(alert))).size > 1],
  ];
  return checks.flatMap(([wrong, isWrong]) => (isWrong ? [wrong] : []));
}
