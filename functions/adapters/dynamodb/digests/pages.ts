import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap } from '../../../core/bounded-map.ts';
import type { DigestPages } from '../../../core/deliver/ports.ts';
import { RecentMap } from '../../../core/recent-map.ts';
import { digestEntries } from './entries.ts';
import { entriesOf, laneOf, LANES } from './items.ts';
import {
  allPages,
  type DigestTable,
  findSummary,
  keepSummary,
  lastPageOfLane,
  sealLane,
} from './statements.ts';

/**
 * Entries in a page of a digest, some 240 bytes each. A write costs the whole page, so pages should be small; what finds
 * one full moves its row once more, so they should be large, and three full batches of ten fit exactly.
 */
const PAGE_ENTRIES = 30;
const MAX_REMEMBERED = 1_000;
/** How long an entry waits for others of its batch: their rows are written at about the same time. */
const MOMENT_MS = 10;

/**
 * The pages of a digest: `{ pk: 'DIGEST#…', sk: 'PAGE#3000000', entries: 30, sealed?, 'd-<delivery>': '[…]', … }`.
 *
 * Entries are added by conditional updates, those of a moment in one. Each process adds in a lane of its own, as far as
 * there are enough, so that it knows when its page is full and none waits for another. The pages of a lane fill one
 * after the other, and the first that is not full is the one that is sealed: then no page can ever change.
 */
export function dynamodbDigestPages({
  pageEntries = PAGE_ENTRIES,
  moment = async () => sleep(MOMENT_MS),
  lane = Math.floor(Math.random() * LANES),
  ...parts
}: Omit<DigestTable, 'pageEntries'> & {
  pageEntries?: number;
  moment?: () => Promise<unknown>;
  lane?: number;
}): DigestPages {
  const to = { ...parts, pageEntries };
  /** Pages known to be full only grow in number, so an old memory costs a call and no more. */
  const open = new RecentMap<string, number>(MAX_REMEMBERED);
  const remember = (digestId: string, page: number): number => {
    const known = Math.max(page, open.get(digestId) ?? 0);
    open.set(digestId, known);
    return known;
  };
  const entries = digestEntries(to, {
    moment,
    whenFull: ({ digestId, page }) => {
      // Another lane's place is that of a row which another process wrote.
      if (laneOf(page) === lane) remember(digestId, page + 1);
    },
  });

  return {
    openPage: async (digestId) =>
      open.get(digestId) ?? remember(digestId, await lastPageOfLane(to, digestId, lane)),

    add: entries.add,

    seal: async (digestId) => {
      await boundedMap([...Array(LANES).keys()], LANES, async (of) => sealLane(to, digestId, of));
    },

    entries: async function* (digestId) {
      for await (const pages of allPages(to, digestId)) {
        yield pages.flatMap(entriesOf).map(({ entry }) => entry);
      }
    },

    summary: async (digestId) => findSummary(to, digestId),
    keepSummary: async (digestId, summary) => keepSummary(to, digestId, summary),
  };
}
