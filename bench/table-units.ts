import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { TABLE_CHANGES, type TableChange } from '../local/emulators/dynamodb/item-space.ts';
import { LISTED_ATTRIBUTES, TABLE } from '../functions/core/model/wire/table.ts';

/** An item as DynamoDB's JSON has it. */
type Wire = Record<string, Value>;
type Value = Record<string, unknown>;

const UNIT_BYTES = 1_024;
const INDEXES = [TABLE.byTime, TABLE.byLookup];

/**
 * What each write came to: which kind of item it was, in the table or in which index, and its units.
 *
 * DynamoDB bills a write by the larger of the item before and after, in steps of 1 KB, and each entry of an index that
 * comes, goes or shows something else, by its own size; an entry under another key is two
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html, read 2026-11). A write whose condition
 * fails is billed too; none of those is seen here.
 */
export function unitsOfWrite(before: Wire | undefined, after: Wire | undefined): Map<string, number> {
  const kind = kindOf(after ?? before ?? {});
  const units = new Map([[kind, unitsOf(Math.max(sizeOf(before), sizeOf(after)))]]);
  for (const index of INDEXES) {
    const shown = index === TABLE.byTime ? LISTED_ATTRIBUTES : [];
    const [old, now] = [entryOf(before, index, shown), entryOf(after, index, shown)];
    const billed = unitsOfEntry(old, now, index);
    if (billed > 0) units.set(`${kind}, ${index.index}`, billed);
  }
  return units;
}

function unitsOfEntry(old: Wire | undefined, now: Wire | undefined, index: (typeof INDEXES)[number]): number {
  const placeOf = (entry: Wire | undefined) =>
    JSON.stringify([entry?.[index.partitionKey], entry?.[index.sortKey]]);
  if (JSON.stringify(old) === JSON.stringify(now)) return 0;
  if (old !== undefined && now !== undefined && placeOf(old) !== placeOf(now)) {
    return unitsOf(sizeOf(old)) + unitsOf(sizeOf(now));
  }
  return unitsOf(Math.max(sizeOf(old), sizeOf(now)));
}

function entryOf(
  item: Wire | undefined,
  { partitionKey, sortKey }: (typeof INDEXES)[number],
  shown: string[],
): Wire | undefined {
  if (item?.[partitionKey] === undefined || item[sortKey] === undefined) return undefined;
  const names = [TABLE.partitionKey, TABLE.sortKey, partitionKey, sortKey, ...shown];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

const unitsOf = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES);

/** `ALERT`, `DELIVERY`, `REQUEST`: what the keys begin with. */
function kindOf(item: Wire): string {
  const text = (name: string) => String(item[name]?.['S']).split('#')[0] ?? '';
  const [partition, sort] = [text(TABLE.partitionKey), text(TABLE.sortKey)];
  return partition === sort ? partition : `${partition} ${sort}`;
}

/** Bytes as DynamoDB counts them: names and values; a list or a map is 3 bytes and 1 for each element. */
function sizeOf(item: Wire | undefined): number {
  return Object.entries(item ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value),
    0,
  );
}

function sizeOfValue(value: Value): number {
  if ('S' in value) return Buffer.byteLength(String(value['S']));
  if ('N' in value) return Math.ceil(String(value['N']).length / 2) + 1;
  if ('B' in value) return Buffer.byteLength(String(value['B']), 'base64');
  if ('L' in value) return (value['L'] as Value[]).reduce((sum, one) => sum + 1 + sizeOfValue(one), 3);
  if ('M' in value) {
    return 3 + sizeOf(value['M'] as Wire) + Object.keys(value['M'] as Wire).length;
  }
  return 1;
}

/** Adds up the units of all writes of tables in this process, until it is stopped. */
export function countUnits() {
  let units = new Map<string, number>();
  const note = (message: unknown): void => {
    const { before, after } = message as TableChange;
    for (const [item, count] of unitsOfWrite(before as Wire, after as Wire)) {
      units.set(item, (units.get(item) ?? 0) + count);
    }
  };
  subscribe(TABLE_CHANGES, note);
  return {
    /** Since the last time. */
    take: (): Map<string, number> => {
      const taken = units;
      units = new Map();
      return taken;
    },
    stop: (): void => void unsubscribe(TABLE_CHANGES, note),
  };
}
