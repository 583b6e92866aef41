import { chunks } from '../../core/chunks.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { INDEX_SHARDS } from '../../core/model/wire/table.ts';
import { NoSuchPlaceError } from '../../core/operator/no-such-place-error.ts';
import type { Page } from '../../core/operator/ports.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import { AFTER_EVERY_ID, keyOf } from '../dynamodb/keys.ts';
import { daysBetween } from '../dynamodb/days.ts';
import { entriesBetween, type Item, keyText } from '../dynamodb/pages.ts';
import { mergedNewestFirst } from './newest-first.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

const MOST_ROWS_AT_FIRST = 200;
const FEWEST_ROWS_AT_FIRST = 25;
/** An answer holds 1 MB, and an entry has at most 1 KB: beyond this a limit saves nothing. */
const MOST_ROWS_PER_QUERY = 5_000;
/** Where the first rows are not enough, little of what is read is wanted, and the next calls read more. */
const GROWTH = 4;
/** What one call of BatchGetItem takes. */
const ROWS_PER_READ = 100;

type Index = { index: string; partitionKey: string; sortKey: string };

/**
 * A page of what an index holds by day, newest first, both ends of the time range included.
 *
 * Which attributes the index holds is the table's business: rows are judged by what they show (`mayMatch`), and
 * those left are read whole and judged again (`read`). `next` is the place of the last item that was given, so
 * a continued list neither repeats nor skips when new items arrive meanwhile.
 */
export async function pageByDay<T>({
  client,
  table,
  index,
  partitionsOf,
  since,
  until,
  limit,
  after,
  mayMatch,
  read,
}: TableAccess & {
  index: Index;
  /** Of a day. */
  partitionsOf: (day: string) => string[];
  /** Epoch milliseconds. */
  since: number;
  until: number;
  limit: number;
  after: string | undefined;
  mayMatch: (row: Item) => boolean;
  /** What is wanted of these items, the newest first, each with its place in the list. */
  read: (items: { item: Item; place: string }[]) => Promise<Placed<T>[]>;
}): Promise<Page<T>> {
  const found: Placed<T>[] = [];
  const itemsOf = itemReader(index, { client, table });
  const { oldest, newest, resumeAt } = entriesFrom({ since, until, after });
  const isFull = () => found.length > limit;
  let rowsPerQuery = rowsAtFirst(limit);

  async function query(shard: string, start: Item | undefined) {
    const { Items: rows = [], LastEvaluatedKey } = await client.call('Query', {
      TableName: table,
      ...entriesBetween(index, shard, { first: oldest, last: newest }),
      ScanIndexForward: false,
      Limit: rowsPerQuery,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    });
    return { rows, start: LastEvaluatedKey };
  }

  async function take(rows: Item[]): Promise<void> {
    const values = await read(await itemsOf(rows));
    found.push(...values.filter((one) => resumeAt === undefined || one.place < resumeAt));
  }

  for (const day of daysBetween(oldest, newest).toReversed()) {
    const partitions = partitionsOf(day);
    for await (const rows of mergedNewestFirst({ partitions, sortKey: index.sortKey, query })) {
      rowsPerQuery = Math.min(MOST_ROWS_PER_QUERY, rowsPerQuery * GROWTH);
      const candidates = rows.filter(mayMatch);
      for (const chunk of chunks(candidates, ROWS_PER_READ)) if (!isFull()) await take(chunk);
      if (isFull()) break;
    }
    if (isFull()) break;
  }

  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ value }) => value),
    ...(isFull() && last !== undefined && { next: encodePosition(last.place) }),
  };
}

/**
 * Reads the items of rows, each with its place in the list. An item is given once: an index lags behind, so that an item which
 * was written again at another time may have a row at both, and counts only at the place that it names itself.
 */
function itemReader(
  { sortKey }: Index,
  { client, table }: TableAccess,
): (rows: Item[]) => Promise<{ item: Item; place: string }[]> {
  const given = new Set<string>();
  return async (rows) => {
    const keys = rows.map(keyOf);
    const items = await batchGet({ client, table, keys, isConsistent: false, wait: sleep });
    const byKey = new Map(items.map((item) => [keyText(item), item]));
    return rows.flatMap((row) => {
      const item = byKey.get(keyText(row));
      const place = String(row[sortKey]);
      // A delivery whose row was moved has two entries at one place, of which one is not listed.
      const entry = `${place} ${keyText(row)}`;
      if (item === undefined || item[sortKey] !== row[sortKey] || given.has(entry)) return [];
      given.add(entry);
      return [{ item, place }];
    });
  };
}

/** A shard's part of a page, and half of it more: the parts are not equal. */
function rowsAtFirst(limit: number): number {
  const part = Math.ceil(((limit + 1) * 1.5) / INDEX_SHARDS);
  return Math.min(MOST_ROWS_AT_FIRST, Math.max(FEWEST_ROWS_AT_FIRST, part));
}

/** The entries that a list still has to show, both ends among them: those of its time, or from where it was left. */
export function entriesFrom({
  since,
  until,
  after,
}: {
  since: number;
  until: number;
  after?: string | undefined;
}) {
  const resumeAt = after === undefined ? undefined : decodePosition(after);
  return {
    oldest: new Date(since).toISOString(),
    newest: resumeAt === undefined ? new Date(until).toISOString() + AFTER_EVERY_ID : entryOf(resumeAt),
    resumeAt,
  };
}

/** Something of a list, and its place in it: its slot on the sheet after the place of the entry; 0 of what lies alone. */
export type Placed<T> = { value: T; place: string };
export const placeOn = (entry: string, slot: number): string => `${entry}.${String(slot)}`;
/** Before and after all that stands on an entry, in a list that shows the newest first. */
export const beforeEntry = (entry: string): string => `${entry}.~`;
export const afterEntry = (entry: string): string => `${entry}.!`;
/** The entry that a place stands on. */
const entryOf = (place: string): string => place.replace(/\.[\d~!]$/u, '');

export const encodePosition = (position: string) => Buffer.from(position).toString('base64url');

function decodePosition(token: string): string {
  const position = Buffer.from(token, 'base64url').toString();
  if (!/^\d{4}-\d{2}-\d{2}T[^#]+#.+$/.test(position)) {
    throw new NoSuchPlaceError(token);
  }
  return position;
}
