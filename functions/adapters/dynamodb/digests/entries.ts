import { chunks } from '../../../core/chunks.ts';
import type { DigestEntry, DigestPlace } from '../../../core/model/wire/digest.ts';
import { RecentMap } from '../../../core/recent-map.ts';
import { gathered } from '../../memory/gathered.ts';
import { entryName, entryValue } from './items.ts';
import { type DigestTable, readPage, writeEntries } from './statements.ts';

/** Entries in one write: its condition names each of them, and DynamoDB takes expressions of at most 4 KB. */
const ENTRIES_PER_WRITE = 25;
const MAX_REMEMBERED = 1_000;

type Answer = 'added' | 'full' | 'sealed';
type Joining = {
  place: DigestPlace;
  name: string;
  value: string;
  answer: (answer: Answer) => void;
  fail: (error: unknown) => void;
};

/**
 * Adds entries to a page, those that come within a moment in one conditional update: all of them or none.
 *
 * When it is refused the page itself says which entries it has (the answer to an earlier try was lost), whether it is
 * sealed, and how many still fit. An entry is told `full` only when the page is: pages must fill one after the other.
 */
export function digestEntries(
  to: DigestTable,
  {
    moment,
    whenFull,
  }: {
    /** How long an entry waits for others of its batch. */
    moment: () => Promise<unknown>;
    whenFull: (place: DigestPlace) => void;
  },
) {
  const { pageEntries } = to;
  /** How many entries a page is known to have: there may be more. */
  const filled = new RecentMap<string, number>(MAX_REMEMBERED);

  function remember(place: DigestPlace, count: number): number {
    const id = idOf(place);
    if (count >= pageEntries) {
      filled.delete(id);
      whenFull(place);
      return 0;
    }
    filled.set(id, count);
    return pageEntries - count;
  }

  /** How many entries fit into the page then; undefined when it was refused. */
  async function write(place: DigestPlace, group: Joining[]): Promise<number | undefined> {
    const count = await writeEntries(to, place, group);
    return count === undefined ? undefined : remember(place, count);
  }

  async function settle(place: DigestPlace, group: Joining[]): Promise<void> {
    let waiting = group;
    let room = pageEntries - (filled.get(idOf(place)) ?? 0);
    for (;;) {
      const fitting = waiting.slice(0, room);
      // oxlint-disable-next-line no-await-in-loop -- each try follows from what the one before has found
      const left = fitting.length === 0 ? undefined : await write(place, fitting);
      if (left !== undefined) {
        for (const { answer } of fitting) answer('added');
        waiting = waiting.slice(fitting.length);
        room = left;
        if (waiting.length === 0) return;
        if (room > 0) continue;
      }
      // Even of a page that is full now: it may have had an entry before, and then its row must not move on.
      // oxlint-disable-next-line no-await-in-loop
      const page = await readPage(to, place);
      for (const { name, answer } of waiting) if (page[name] !== undefined) answer('added');
      waiting = waiting.filter(({ name }) => page[name] === undefined);
      room = remember(place, Number(page['entries'] ?? 0));
      if (page['sealed'] === true || room === 0) {
        for (const { answer } of waiting) answer(page['sealed'] === true ? 'sealed' : 'full');
        return;
      }
      if (waiting.length === 0) return;
    }
  }

  async function writeAll(place: DigestPlace, group: Joining[]): Promise<void> {
    // A message that comes twice within a moment is one entry.
    const byName = Map.groupBy(group, ({ name }) => name);
    const single = [...byName.values()].map((same): Joining => ({
      place,
      name: same[0]?.name ?? '',
      value: same[0]?.value ?? '',
      answer: (answer) => same.forEach((one) => one.answer(answer)),
      fail: (error) => same.forEach((one) => one.fail(error)),
    }));
    for (const chunk of chunks(single, ENTRIES_PER_WRITE)) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- they write the same item
        await settle(place, chunk);
      } catch (error) {
        // Those that were answered already keep their answers.
        for (const { fail } of chunk) fail(error);
      }
    }
  }

  const addSoon = gathered<Joining>({
    afterMoment: (run) => void moment().then(run),
    act: (_, group) => {
      const [first] = group;
      if (first !== undefined) void writeAll(first.place, group);
    },
  });

  return {
    add: async (place: DigestPlace, deliveryId: string, entry: DigestEntry): Promise<Answer> => {
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      addSoon(idOf(place), {
        place,
        name: entryName(deliveryId),
        value: entryValue(entry),
        answer: resolve,
        fail: reject,
      });
      return promise;
    },
  };
}

const idOf = ({ digestId, page }: DigestPlace) => `${digestId} ${String(page)}`;
