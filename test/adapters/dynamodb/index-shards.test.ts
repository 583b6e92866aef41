import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mergedNewestFirst, shardOf, shardsOf } from '../../../functions/adapters/dynamodb/index-shards.ts';
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

describe('the shard of an id', () => {
  test('is always the same one of the day', () => {
    const shards = shardsOf('ALERTS#2026-01-15');
    expect(shards).toEqual(['ALERTS#2026-01-15#0', 'ALERTS#2026-01-15#1', 'ALERTS#2026-01-15#2']);
    for (let times = 0; times < 100; times += 1) {
      const id = randomUUID();
      expect(shards).toContain(shardOf('ALERTS#2026-01-15', id));
      expect(shardOf('ALERTS#2026-01-15', id)).toBe(shardOf('ALERTS#2026-01-15', id));
    }
  });

  test('spreads ids evenly: no shard gets a tenth more than its part', () => {
    const counts = new Map<string, number>();
    for (let number = 0; number < 30_000; number += 1) {
      const shard = shardOf('DAY', `0b7f2e1c-8a4d-5c3e-9f60-${number.toString(16).padStart(12, '0')}`);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted()).toEqual(shardsOf('DAY'));
    for (const count of counts.values()) expect(count).toBeLessThan((30_000 / INDEX_SHARDS) * 1.1);
  });
});
