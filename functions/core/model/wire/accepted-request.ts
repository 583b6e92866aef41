import type { Alert } from './alert.ts';
import { alertId } from './ids.ts';

/** Places of records in a body, both ends included: `[0, 9]` are the first ten. */
export type IndexRange = [from: number, to: number];

/** A request as its record in the table tells of it, with the names of all its alerts. */
export type AcceptedRequest = {
  requestId: string;
  sourceId: string;
  receivedAt: string;
} & NamesOfAlerts;

/** What the ids of the alerts of a request follow from: its own id and their places, or what they tell. */
export type NamesOfAlerts = {
  indexes: IndexRange[];
  /** The ids that no place gives: a member of a group keeps the one that its news had before (`newsId`). */
  newsIds?: string[];
};

/**
 * The names of these alerts of one request, each once.
 *
 * @param hasNews whether their format knows news; without it each id follows from its place, and is not computed again
 */
export function namesOfAlerts(
  requestId: string,
  alerts: readonly { id: string; raw: Pick<Alert['raw'], 'index'> }[],
  hasNews: boolean,
): NamesOfAlerts {
  const isPlaced = ({ id, raw }: (typeof alerts)[number]) => !hasNews || id === alertId(requestId, raw.index);
  const newsIds = [...new Set(alerts.filter((alert) => !isPlaced(alert)).map(({ id }) => id))];
  const indexes = indexRanges(alerts.filter(isPlaced).map(({ raw }) => raw.index));
  return { indexes, ...(newsIds.length > 0 && { newsIds }) };
}

/** The names of both, each once; `added` of them are of the second alone. */
export function joinedNames(
  known: NamesOfAlerts,
  more: NamesOfAlerts,
): { names: NamesOfAlerts; added: number } {
  const placed = new Set(placesOf(known));
  const ids = new Set(known.newsIds ?? []);
  const before = placed.size + ids.size;
  for (const place of placesOf(more)) placed.add(place);
  for (const id of more.newsIds ?? []) ids.add(id);
  const indexes = indexRanges([...placed].toSorted((a, b) => a - b));
  return {
    names: { indexes, ...(ids.size > 0 && { newsIds: [...ids] }) },
    added: placed.size + ids.size - before,
  };
}

function placesOf({ indexes }: Pick<NamesOfAlerts, 'indexes'>): number[] {
  return indexes.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

/** The places of ascending indexes: `[0, 1, 2, 5]` are `[[0, 2], [5, 5]]`. */
function indexRanges(indexes: readonly number[]): IndexRange[] {
  const ranges: IndexRange[] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] + 1 === index) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}

export function alertIdsOf({ requestId, indexes, newsIds = [] }: AcceptedRequest): string[] {
  return [...placesOf({ indexes }).map((place) => alertId(requestId, place)), ...newsIds];
}
