import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { lookAtAll } from '../../../console/server/all-deliveries.ts';
import { aDelivery } from '../../cli/records.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 15) + second * 1_000).toISOString();
const SINCE = at(-1);

it('shows every delivery of every destination once, and is whole down to where it says', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 30 }), { maxLength: 40 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 20 }),
      async (destinations, limit) => {
        const kept = destinations.map((seconds, destination) =>
          seconds
            .toSorted((a, b) => b - a)
            .map((second, index) => aDelivery({ id: `${destination}-${index}`, created_at: at(second) })),
        );
        const all = kept.flat();
        let calls = 0;
        const looks = {
          deliveries: async (query: { destinationId: string; limit: number; after?: string }) => {
            calls += 1;
            const of = kept[Number(query.destinationId)] ?? [];
            const first = Number(query.after ?? 0);
            const items = of.slice(first, first + query.limit);
            const end = first + items.length;
            return {
              items,
              lookedBackTo: items.at(-1)?.created_at ?? SINCE,
              ...(end < of.length && { next: String(end) }),
            };
          },
        };
        const ids = kept.map((_, destination) => String(destination));
        const found: string[] = [];
        let after: string | undefined;
        do {
          calls = 0;
          const look = await lookAtAll(looks, ids, {
            since: SINCE,
            until: at(60),
            limit,
            ...(after !== undefined && { after }),
          });
          expect(calls).toBe(after === undefined ? ids.length : 1);
          found.push(...look.items.map(({ id }) => id));
          const newer = all.filter(({ created_at: created }) => created > look.lookedBackTo);
          expect(newer.filter(({ id }) => !found.includes(id))).toEqual([]);
          after = look.next;
        } while (after !== undefined);
        expect(found.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      },
    ),
    { numRuns: 50 },
  );
});

it('refuses a place that is none', async () => {
  const looks = { deliveries: async () => ({ items: [], lookedBackTo: SINCE }) };
  const query = { since: SINCE, until: at(0), limit: 1, after: 'nonsense' };
  await expect(lookAtAll(looks, [], query)).rejects.toThrow('is no place in this list');
});
