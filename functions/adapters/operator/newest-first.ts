import { boundedMap } from '../../core/bounded-map.ts';
import type { Item } from '../dynamodb/pages.ts';

type Answer = { rows: Item[]; start?: Item | undefined };
/** One shard: rows that were read and not given yet, and where the rest begins; `start` is null at its end. */
type Shard = { partition: string; rows: Item[]; start: Item | undefined | null };

/**
 * The rows of several partitions as one list, newest first, in pieces.
 *
 * `query` reads one piece of a partition, itself newest first. A row is given once no partition can hold a newer one
 * that was not read yet; a partition is read further only when its rows are used up.
 */
export async function* mergedNewestFirst({
  partitions,
  sortKey,
  query,
}: {
  partitions: string[];
  sortKey: string;
  query: (partition: string, start: Item | undefined) => Promise<Answer>;
}): AsyncGenerator<Item[]> {
  const placeOf = (row: Item) => String(row[sortKey]);
  const shards = partitions.map((partition): Shard => ({ partition, rows: [], start: undefined }));

  async function readOn(shard: Shard): Promise<void> {
    const { rows, start } = await query(shard.partition, shard.start ?? undefined);
    shard.rows = rows;
    shard.start = start ?? null;
  }

  /** What is read and newer than all that is not: what a shard still holds is older than its last row. */
  function takeCertain(): Item[] {
    const unread = shards.filter(({ start }) => start !== null).map(({ rows }) => placeOf(rows.at(-1) ?? {}));
    const frontier = unread.sort().at(-1) ?? '';
    const certain: Item[] = [];
    for (const shard of shards) {
      certain.push(...shard.rows.filter((row) => placeOf(row) >= frontier));
      shard.rows = shard.rows.filter((row) => placeOf(row) < frontier);
    }
    return certain.sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  }

  const isUsedUp = ({ rows, start }: Shard) => rows.length === 0 && start !== null;
  do {
    // A piece may be without any row although more follow.
    for (let empty = shards.filter(isUsedUp); empty.length > 0; empty = shards.filter(isUsedUp)) {
      await boundedMap(empty, empty.length, readOn);
    }
    yield takeCertain();
  } while (shards.some(({ start, rows }) => start !== null || rows.length > 0));
}
