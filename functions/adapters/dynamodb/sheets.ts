import { ALERTS_PER_SHEET, alertIdAt, sheetPlaceOf } from '../../core/model/wire/ids.ts';
import { isCanary } from '../../core/model/wire/alert.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { alertBytes, alertOfBytes } from './alert-bytes.ts';
import type { DynamodbOperations } from './operations.ts';
import { alertRows, isSheet, type Key, sheetKey, sheetOfKey } from './keys.ts';
import type { Item } from './pages.ts';
import { updateOf } from './update-expression.ts';

/**
 * A sheet: alerts of one request that came beside each other, each compressed in an attribute of its own (`a0` to `a9`).
 *
 * A request of ten alerts is one item and two entries of indexes in place of ten and twenty
 * (docs/decisions/0275-the-shape-of-the-table.md). Beside them stand the severities, statuses and routings that it holds,
 * with spaces between: a sheet that cannot match need not be read. They are missing where no writer has seen the whole sheet.
 */
export type Sheet = { sheet: string; alerts: { routed: RoutedAlert; bytes: Uint8Array }[] };

/** A longer alert has an item of its own, because a sheet is read and written as a whole. */
const MAX_BYTES = 8 * 1024;
/** Types are free texts, and an entry of an index is billed by the KB. */
const MAX_TYPE_CHARACTERS = 200;

/** The bytes of an alert that has its place on a sheet; undefined where it needs an item of its own. */
export function sheetBytes(routed: RoutedAlert): Uint8Array | undefined {
  const isHeld = routed.deliveries.some(({ outside }) => outside?.until !== undefined);
  if (isHeld) return undefined;
  const bytes = alertBytes(routed);
  return bytes.length <= MAX_BYTES ? bytes : undefined;
}

const slotName = (slot: number): string => `a${String(slot)}`;

/** These alerts by the sheets that they lie on. */
export function sheetsOf(alerts: Sheet['alerts']): Sheet[] {
  const sheets = new Map<string, Map<string, Sheet['alerts'][number]>>();
  for (const one of alerts) {
    const { sheet } = sheetPlaceOf(one.routed.alert.id);
    const on = sheets.get(sheet) ?? new Map<string, Sheet['alerts'][number]>();
    sheets.set(sheet, on.set(one.routed.alert.id, one));
  }
  return [...sheets].map(([sheet, on]) => ({ sheet, alerts: [...on.values()] }));
}

/** The item of a sheet that holds these alerts and no others. */
export function sheetItem({ sheet, alerts }: Sheet, expiresAt: number): Item {
  return {
    ...sheetKey(sheet),
    ...placesIn(alerts),
    ...constantsOf(sheet, alerts, expiresAt),
    ...shown(alerts),
  };
}

/** Adds alerts to a sheet, which may hold others, where its places are as `conditions` say. */
export function sheetUpdate(
  { sheet, alerts }: Sheet,
  expiresAt: number,
  conditions: readonly PlaceCondition[],
): Omit<DynamodbOperations['UpdateItem']['input'], 'TableName'> & { Key: Key } {
  return {
    Key: sheetKey(sheet),
    ...updateOf({
      set: { ...placesIn(alerts), ...constantsOf(sheet, alerts, expiresAt) },
      remove: Object.keys(shown(alerts)),
      values: all(conditions).values,
    }),
    ConditionExpression: all(conditions).condition,
  };
}

/** Takes an alert off its sheet, since it lies alone from now on. */
export function sheetWithout(
  alertId: string,
  expiresAt: number,
  condition: PlaceCondition,
): ReturnType<typeof sheetUpdate> {
  const { sheet, slot } = sheetPlaceOf(alertId);
  return {
    Key: sheetKey(sheet),
    ...updateOf({
      set: { expires_at: expiresAt },
      remove: [slotName(slot), ...Object.keys(shown([]))],
      values: condition.values,
    }),
    ConditionExpression: condition.condition,
  };
}

function placesIn(alerts: Sheet['alerts']): Item {
  return Object.fromEntries(
    alerts.map(({ routed, bytes }) => [slotName(sheetPlaceOf(routed.alert.id).slot), bytes]),
  );
}

function constantsOf(sheet: string, alerts: Sheet['alerts'], expiresAt: number): Item {
  const alert = alerts[0]?.routed.alert;
  return {
    // A canary is in no list of alerts.
    ...(alert !== undefined && !isCanary(alert) && alertRows(sheet, alert.source.id, alert.received_at)),
    expires_at: expiresAt,
  };
}

function shown(alerts: Sheet['alerts']): Item {
  const distinct = (valueOf: (routed: RoutedAlert) => string) =>
    [...new Set(alerts.map(({ routed }) => valueOf(routed)))].toSorted().join(' ');
  const types = distinct(({ alert }) => encodeURI(alert.type.toWellFormed()));
  return {
    severity: distinct(({ alert }) => alert.severity),
    alert_status: distinct(({ alert }) => alert.status),
    routing: distinct(({ routing }) => routing),
    type: types.length <= MAX_TYPE_CHARACTERS ? types : undefined,
  };
}

/** The value of an entry's attribute: of a sheet, or of one alert; undefined where it says nothing of some. */
export function shownIn(
  row: Item,
  name: 'severity' | 'alert_status' | 'routing' | 'type',
): string[] | undefined {
  const value = row[name];
  if (typeof value !== 'string') return undefined;
  if (!isSheet(row)) return [value];
  return name === 'type' ? value.split(' ').map((type) => decodeURI(type)) : value.split(' ');
}

/** The alerts of a sheet, the last place first, each with its place. */
export function alertsOnSheet(item: Item): { slot: number; routed: RoutedAlert }[] {
  return Array.from({ length: ALERTS_PER_SHEET }, (_, index) => ALERTS_PER_SHEET - 1 - index).flatMap(
    (slot) => {
      const routed = alertAt(item, slot);
      return routed === undefined ? [] : [{ slot, routed }];
    },
  );
}

/** The ids of all places of a sheet, taken or not; of an item or of an entry. */
export function idsOfSheet(row: Item): string[] {
  const sheet = sheetOfKey(row);
  return Array.from({ length: sheet.includes('.') ? ALERTS_PER_SHEET : 1 }, (_, slot) =>
    alertIdAt({ sheet, slot }),
  );
}

/** The content of a place of a sheet, as it is stored. */
export const bytesAt = (item: Item, slot: number): unknown => item[slotName(slot)];

/** The alert in a place of a sheet; undefined where the place is free. Throws, naming item and place, where it cannot be read. */
export function alertAt(item: Item, slot: number): RoutedAlert | undefined {
  const bytes = bytesAt(item, slot);
  if (bytes === undefined) return undefined;
  try {
    return alertOfBytes(bytes as Uint8Array);
  } catch (cause) {
    throw new Error(`alert ${String(slot)} of item ${String(item['pk'])} cannot be read`, { cause });
  }
}

/** The condition on a place for a write to be made. */
export type PlaceCondition = { condition: string; values: Item };

/** Fails where a place does not hold these bytes any more; undefined: where it is taken. */
export function isPlaceOf(alertId: string, bytes: unknown): PlaceCondition {
  const slot = slotName(sheetPlaceOf(alertId).slot);
  return bytes === undefined
    ? { condition: `attribute_not_exists(${slot})`, values: {} }
    : { condition: `${slot} = :read_${slot}`, values: { [`:read_${slot}`]: bytes } };
}

/** All of them. */
export function all(conditions: readonly PlaceCondition[]): PlaceCondition {
  return {
    condition: conditions.map(({ condition }) => condition).join(' AND '),
    values: Object.assign({}, ...conditions.map(({ values }) => values)) as Item,
  };
}
