import { boundedMap } from '../../core/bounded-map.ts';
import type { Look } from '../../core/operator/looks.ts';
import { AFTER_EVERY_ID } from '../dynamodb/keys.ts';
import { dayOf } from '../dynamodb/days.ts';
import { entriesBetween, type Item } from '../dynamodb/pages.ts';
import { afterEntry, beforeEntry, encodePosition, entriesFrom, type Placed } from './day-pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** Entries of one partition that a look takes; each is less than 1 KB, and an answer holds 1 MB. */
const ROWS_PER_PARTITION = 400;
/** What is read where much of it may not be wanted: up to ten alerts each, which are unpacked and searched. */
const SIFTED_ROWS = 50;
/** What is read at most: the entries of one answer, in ten calls of BatchGetItem. */
const MOST_READ = 1_000;

/** Where a look begins and how it goes; `since` and `until` in epoch milliseconds. */
type LookRange = { since: number; until: number; limit: number; after?: string | undefined };

/**
 * One look into an index that holds a day in several partitions: each is asked once, all at the same time.
 *
 * What a partition has not shown yet may be newer than the last rows of another one, so those are left for the next
 * look. `read` takes entries that are certain and may match, newest first, and gives what is wanted of each; it may
 * leave the last of them unread.
 */
export async function lookBack<T>(
  {
    client,
    table,
    index,
    partitionsOf,
    mayMatch = () => true,
    isSifted,
    read,
  }: TableAccess & {
    index: { index: string; partitionKey: string; sortKey: string };
    partitionsOf: (day: string) => string[];
    mayMatch?: (row: Item) => boolean;
    /** Much of what is read may not be wanted, so more is read than the limit. */
    isSifted: boolean;
    read: (rows: Item[]) => Promise<{ found: Placed<T>[]; rowsRead: number }>;
  },
  { since, until, limit, after }: LookRange,
): Promise<Look<T>> {
  const { oldest, newest, resumeAt } = entriesFrom({ since, until, after });
  const day = dayOf(newest);
  const partitions = partitionsOf(day);
  const mostRead = isSifted ? SIFTED_ROWS : Math.min(MOST_READ, limit);
  const placeOf = (row: Item | undefined) => String(row?.[index.sortKey]);

  const answers = await boundedMap(partitions, partitions.length, async (partition) =>
    client.call('Query', {
      TableName: table,
      ...entriesBetween(index, partition, { first: oldest, last: newest }),
      ScanIndexForward: false,
      Limit: isSifted ? ROWS_PER_PARTITION : mostRead + 1,
    }),
  );
  const frontier =
    answers
      .filter(({ LastEvaluatedKey }) => LastEvaluatedKey !== undefined)
      .map(({ Items = [] }) => placeOf(Items.at(-1)))
      .sort()
      .at(-1) ?? '';
  const certain = answers
    .flatMap(({ Items = [] }) => Items)
    .filter((row) => placeOf(row) >= frontier)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const candidates = certain.filter(mayMatch);
  const answer = await read(candidates.slice(0, mostRead));
  const unread = candidates[answer.rowsRead];
  const found = answer.found.filter(({ place }) => resumeAt === undefined || place < resumeAt);
  const nextPlace = (): string | undefined => {
    if (found.length > limit) return found[limit - 1]?.place;
    if (unread !== undefined) return beforeEntry(placeOf(unread));
    if (frontier !== '') return afterEntry(placeOf(certain.at(-1)));
    return dayOf(oldest) < day ? endOfDayBefore(day) : undefined;
  };
  const next = nextPlace();
  return {
    items: found.slice(0, limit).map(({ value }) => value),
    lookedBackTo: next?.split('#')[0] ?? oldest,
    ...(next !== undefined && { next: encodePosition(next) }),
  };
}

function endOfDayBefore(day: string): string {
  return new Date(Date.parse(day) - 1).toISOString() + AFTER_EVERY_ID;
}
