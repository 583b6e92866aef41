import { describe, expect, test } from 'vitest';
import { shardsOf } from '../../../functions/adapters/dynamodb/keys.ts';
import { mergedNewestFirst } from '../../../functions/adapters/operator/newest-first.ts';
import { INDEX_SHARDS } from '../../../functions/core/model/wire/table.ts';

type Row = { at: string };

/** Numbers that look random and are the same in every run (Lehmer, 1951). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Partitions that answer in pieces, some of them without any row; `most` is the highest number of queries at once. */
function partitionsOf(rows: Map<string, Row[]>, below: (limit: number) => number) {
  const seen = { queries: 0, underWay: 0, most: 0 };
  const query = async (partition: string, start: Record<string, unknown> | undefined) => {
    seen.queries += 1;
    seen.underWay += 1;
    seen.most = Math.max(seen.most, seen.underWay);
    await new Promise((resolve) => setImmediate(resolve));
    seen.underWay -= 1;
    const all = rows.get(partition) ?? [];
    const from = Number(start?.['from'] ?? 0);
    const to = from + below(5);
    return { rows: all.slice(from, to), start: to < all.length ? { from: to } : undefined };
  };
  return { query, seen };
}

describe('rows of several partitions', () => {
  test.each(Array.from({ length: 200 }, (_, seed) => seed + 1))(
    'come newest first, each once, however they lie and are read: case %i',
    async (seed) => {
      const below = numbers(seed * 7_919);
      const names = Array.from({ length: 1 + below(5) }, (_, index) => `P#${index}`);
      const rows = new Map(names.map((name) => [name, [] as Row[]]));
      const all = Array.from({ length: below(40) }, (_, index) => ({
        at: String(1_000 + index),
      })).toReversed();
      for (const row of all) rows.get(names[below(names.length)] ?? '')?.push(row);
      const { query, seen } = partitionsOf(rows, below);
      const given: Row[] = [];
      for await (const piece of mergedNewestFirst({ partitions: names, sortKey: 'at', query })) {
        given.push(...(piece as Row[]));
      }
      expect(given).toEqual(all);
      expect(seen.most).toBeLessThanOrEqual(names.length);
    },
  );

  test('are read only as far as somebody wants them', async () => {
    const rows = new Map(
      shardsOf('DAY').map((name) => [
        name,
        Array.from({ length: 100 }, (_, at) => ({ at: `${999 - at} ${name}` })),
      ]),
    );
    const { query, seen } = partitionsOf(rows, () => 4);
    for await (const piece of mergedNewestFirst({ partitions: [...rows.keys()], sortKey: 'at', query })) {
      if (piece.length > 0) break;
    }
    expect(seen.queries).toBe(INDEX_SHARDS);
  });
});
