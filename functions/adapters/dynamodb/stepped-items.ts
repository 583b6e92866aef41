import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/world.ts';
import { RecentMap } from '../../core/recent-map.ts';
import type { Key } from './keys.ts';
import { updateIf } from './update-if.ts';
import { readItem } from './read-item.ts';
import type { TableAccess } from './table-access.ts';
import { isWithin } from '../memory/within.ts';

/**
 * How long what was read or written is used. A write tells whether it was still so; what a step decides without a write
 * has to stay right for longer than this.
 */
const TTL_MS = 5_000;
const MAX_REMEMBERED = 1_000;
/** Each time, somebody else's write went through; a function has at most five environments here. */
const MAX_TRIES = 50;

type Known<State> = { state: State; token: string | undefined; untilMs: number };

/**
 * Items that each hold one state as JSON, and change by steps: `{ pk, sk, [attribute]: JSON, token, expires_at }`.
 *
 * A write replaces what was read (`token`) and nothing else. Within a process the steps of an item follow one another,
 * so that only other processes are ever in the way. A step may run several times; where it gives back the same state,
 * nothing is written.
 */
export function steppedItems<State>({
  client,
  table,
  clock,
  attribute,
  empty,
  expiresAfterSeconds,
  what,
}: TableAccess & {
  clock: Clock;
  attribute: string;
  /** The state of an item that is not there. */
  empty: State;
  expiresAfterSeconds: (state: State) => number;
  /** For the error of an item that changes all the time. */
  what: string;
}) {
  const remembered = new RecentMap<string, Known<State>>(MAX_REMEMBERED);
  const queues = new Map<string, Promise<unknown>>();

  function remember(key: Key, state: State, token: string | undefined): Known<State> {
    const known = { state, token, untilMs: clock.now() + TTL_MS };
    remembered.set(nameOf(key), known);
    return known;
  }

  async function read(key: Key): Promise<Known<State>> {
    const item = await readItem({ client, table }, key);
    const json = item?.[attribute];
    return remember(
      key,
      typeof json === 'string' ? (JSON.parse(json) as State) : empty,
      item === undefined ? undefined : String(item['token']),
    );
  }

  async function write(key: Key, state: State, before: string | undefined): Promise<boolean> {
    const token = randomUUID();
    const isWritten = await updateIf(
      { client, table },
      key,
      before === undefined ? 'attribute_not_exists(pk)' : '#token = :before',
      {
        set: {
          [attribute]: JSON.stringify(state),
          token,
          expires_at: Math.ceil(clock.now() / 1_000) + expiresAfterSeconds(state),
        },
        ...(before !== undefined && { values: { ':before': before } }),
      },
    );
    if (isWritten) {
      remember(key, state, token);
      return true;
    }
    // Somebody else's write, or our own, repeated because its answer was lost.
    return (await read(key)).token === token;
  }

  async function change<T>(key: Key, step: (state: State) => { after: State; result: T }): Promise<T> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const kept = remembered.get(nameOf(key));
      const known =
        kept !== undefined && isWithin(kept.untilMs, TTL_MS, clock.now()) ? kept : await read(key);
      const { after, result } = step(known.state);
      if (after === known.state || (await write(key, after, known.token))) return result;
    }
    throw new Error(`${what} changed at each of ${MAX_TRIES} tries to change it`);
  }

  return {
    change: async <T>(key: Key, step: (state: State) => { after: State; result: T }): Promise<T> => {
      const name = nameOf(key);
      const before = queues.get(name) ?? Promise.resolve();
      const mine = before.then(
        async () => change(key, step),
        async () => change(key, step),
      );
      queues.set(name, mine);
      try {
        return await mine;
      } finally {
        if (queues.get(name) === mine) queues.delete(name);
      }
    },
  };
}

const nameOf = ({ pk, sk }: Key) => `${pk} ${sk}`;
