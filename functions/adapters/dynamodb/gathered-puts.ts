import { chunks } from '../../core/chunks.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/world.ts';
import { writeOnce } from './batch-write.ts';
import { type Item, uniqueByKey } from './pages.ts';
import type { TableAccess } from './table-access.ts';

const WRITES_PER_CALL = 25;
/** How long a put waits for others, counted from the first of them. */
const MOMENT_MS = 100;
/** The time that is left when a put goes out: more than the call can take, its repetition included. */
const MARGIN_MS = 5_000;

/** A put whose condition is a time: until then no other worker writes the item. */
type GatheredPuts = {
  /** A put of this item may follow, and others may wait for it. */
  expect(id: string, untilMs: number): void;
  /** It will not follow. */
  forget(id: string): void;
  /**
   * Whether the item is written. False, where that is not known: the time is nearly over, the table left it unprocessed, or
   * the call failed. Then the caller writes it, in a way that a late put cannot harm.
   */
  put(id: string, item: Item): Promise<boolean>;
};

/**
 * Puts that are due at about the same time in one BatchWriteItem.
 *
 * They go out when no further put is expected, and after a moment at the latest: one that is slow delays the others
 * by that moment only. A single one is never delayed.
 */
export function gatheredPuts({
  client,
  table,
  clock,
  moment = async () => sleep(MOMENT_MS),
}: TableAccess & { clock: Clock; moment?: () => Promise<unknown> }): GatheredPuts {
  type Waiting = { item: Item; untilMs: number; done: (isWritten: boolean) => void };
  const expected = new Map<string, number>();
  let waiting: Waiting[] = [];

  async function write(group: Waiting[]): Promise<void> {
    try {
      const puts = uniqueByKey(group.map(({ item }) => item)).map((item) => ({ PutRequest: { Item: item } }));
      // Finding out which ones were not written costs more than writing all of them again.
      const isWritten = (await writeOnce(client, table, puts)).length === 0;
      for (const { done } of group) done(isWritten);
    } catch {
      // The caller writes it in its own way, and learns of a table that is down from that.
      for (const { done } of group) done(false);
    }
  }

  function flush(): void {
    const group = waiting;
    waiting = [];
    const isInTime = ({ untilMs }: Waiting) => clock.now() + MARGIN_MS < untilMs;
    for (const { done } of group.filter((late) => !isInTime(late))) done(false);
    for (const chunk of chunks(group.filter(isInTime), WRITES_PER_CALL)) void write(chunk);
  }

  function flushWhenComplete(): void {
    const nowMs = clock.now();
    for (const [id, untilMs] of expected) if (untilMs < nowMs) expected.delete(id);
    if (expected.size === 0 && waiting.length > 0) flush();
  }

  async function flushAfterMoment(group: Waiting[]): Promise<void> {
    await moment();
    if (waiting === group) flush();
  }

  return {
    expect: (id, untilMs) => {
      expected.set(id, untilMs);
    },

    forget: (id) => {
      if (expected.delete(id)) flushWhenComplete();
    },

    put: async (id, item) => {
      const untilMs = expected.get(id);
      expected.delete(id);
      if (untilMs === undefined) return false;
      const { promise, resolve } = Promise.withResolvers<boolean>();
      waiting.push({ item, untilMs, done: resolve });
      const group = waiting;
      if (group.length === 1) {
        void flushAfterMoment(group);
      }
      flushWhenComplete();
      return promise;
    },
  };
}
