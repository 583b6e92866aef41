import type { DigestEntry, DigestSummary } from '../../../core/model/wire/digest.ts';
import type { Item } from '../pages.ts';

/** Chains of pages in a digest: nearly one for each environment that writes; closing costs two calls for each. */
export const LANES = 4;
const PAGES_OF_LANE = 1_000_000;
/** The first and the last number of a lane's pages: 3000000 and 3999999. */
export const pagesOfLane = (lane: number) => ({
  first: lane * PAGES_OF_LANE,
  last: (lane + 1) * PAGES_OF_LANE - 1,
});
export const laneOf = (page: number): number => Math.floor(page / PAGES_OF_LANE);

/** Attributes of entries are named by the delivery; others of a page have no hyphen in them. */
const ENTRY = 'd-';
export const entryName = (deliveryId: string) => ENTRY + deliveryId;

/** An entry as short as it can be: the whole page is paid for at every write of it. */
export function entryValue(entry: DigestEntry): string {
  const { alertId, key, severity, title, sourceName, count, firstAt, lastAt, because, bySeverity } = entry;
  return JSON.stringify([
    alertId,
    key,
    severity,
    title,
    sourceName,
    because,
    firstAt,
    ...(count === 1 && lastAt === firstAt ? [] : [lastAt, count, bySeverity ?? null]),
  ]);
}

type StoredEntry = { deliveryId: string; entry: DigestEntry };

/** The entries of a page, in no order. */
export function entriesOf(page: Item): StoredEntry[] {
  return Object.entries(page).flatMap(([name, value]) =>
    name.startsWith(ENTRY) && typeof value === 'string'
      ? [{ deliveryId: name.slice(ENTRY.length), entry: readEntry(value) }]
      : [],
  );
}

function readEntry(value: string): DigestEntry {
  const [alertId, key, severity, title, sourceName, because, firstAt, lastAt, count, bySeverity] = JSON.parse(
    value,
  ) as [
    string,
    string,
    DigestEntry['severity'],
    string,
    string,
    DigestEntry['because'],
    string,
    string?,
    number?,
    DigestEntry['bySeverity']?,
  ];
  return {
    alertId,
    key,
    severity,
    title,
    sourceName,
    because,
    firstAt,
    lastAt: lastAt ?? firstAt,
    count: count ?? 1,
    ...(bySeverity != null && { bySeverity }),
  };
}

export function readSummary(item: Item | undefined): DigestSummary | undefined {
  const stored = item?.['summary'];
  return typeof stored === 'string' ? (JSON.parse(stored) as DigestSummary) : undefined;
}
