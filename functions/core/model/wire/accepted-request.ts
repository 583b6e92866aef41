import { alertId } from './ids.ts';

/** Places of records in a body, both ends included: `[0, 9]` are the first ten. */
export type IndexRange = [from: number, to: number];

/** A request as its record in the table tells of it. The ids of its alerts follow from the id and the places. */
export type AcceptedRequest = {
  requestId: string;
  sourceId: string;
  receivedAt: string;
  indexes: IndexRange[];
};

/** The places of ascending indexes: `[0, 1, 2, 5]` are `[[0, 2], [5, 5]]`. */
export function indexRanges(indexes: readonly number[]): IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === index) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

export function alertIdsOf({ requestId, indexes }: AcceptedRequest): string[] {
  return indexes.flatMap(([from, to]) =>
    Array.from({ length: to - from + 1 }, (_, index) => alertId(requestId, from + index)),
  );
}
