import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { AcceptedEnds, StoredAlerts } from '../../core/watch/ports.ts';
import type { AlertStore } from '../../core/route/ports.ts';
import { onePlan } from '../../core/model/wire/one-plan.ts';
import type { TimeLeft } from '../../core/world.ts';
import { alertItems, findAlerts, findPlaces, type Places } from './alert-items.ts';
import { batchPut } from './batch-write.ts';
import { conditionHeld } from './conditions.ts';
import { begunOf } from './deliveries/begun.ts';
import { findRows } from './deliveries/find.ts';
import { readDelivery } from './deliveries/row.ts';
import { expiryOf } from './expiry.ts';
import type { Item } from './pages.ts';
import { isWhole, replaceAlerts } from './replace-alerts.ts';
import { isPlaceOf, type Sheet, sheetBytes, sheetItem, sheetsOf, sheetUpdate } from './sheets.ts';
import type { RetainedItems, TableAccess } from './table-access.ts';

/** So many with the calls around them are fewer than a partition takes of two routers. */
const UNPACED_ENTRIES = 25;
/** Each time, somebody else wrote one of the alerts between the reading and the writing. */
const MAX_TRIES = 10;

/**
 * Routed alerts, those of a sheet in one item, kept for `retentionDays`. An alert lies in one place: put again, it stays there,
 * and its plan holds what it held and what is new (docs/decisions/0321-a-plan-forgets-nothing.md).
 */
export function dynamodbAlertStore({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
  timeLeft,
  entriesPerSecond = Infinity,
}: RetainedItems & {
  wait?: (ms: number) => Promise<unknown>;
  /** How long a table that is busy is waited for. */
  timeLeft?: TimeLeft;
  /** How many entries of lists are written in a second: alerts of a group have one each. */
  entriesPerSecond?: number;
}): AlertStore {
  const given = timeLeft === undefined ? {} : { timeLeft };
  const putItems = async (items: Item[]) => batchPut({ client, table, items, wait, ...given });
  /** A few are never waited for: the calls around them take longer. */
  const pace = async (entries: number) => {
    const ms = (entries / entriesPerSecond) * 1_000;
    if (entries > UNPACED_ENTRIES && ms > 0) await wait(ms);
  };

  const laidOut = (alerts: readonly RoutedAlert[], places: ReadonlyMap<string, Places>) => {
    const { sheets, alone } = arranged(alerts, (id) => places.get(id)?.alone !== undefined);
    const parts = alone.map((routed) => {
      const until = expiryOf({ clock, retentionDays }, lastOpening(routed));
      return { routed, ...alertItems(routed, until) };
    });
    return { alone: parts, sheets, expiresAt: expiryOf({ clock, retentionDays }) };
  };

  /** Puts alerts of whose sheets nothing is stored yet. */
  async function putFirst(alerts: readonly RoutedAlert[]): Promise<void> {
    const { alone, sheets, expiresAt } = laidOut(alerts, new Map());
    // An alert counts as stored once its item is there, so its plan is there before.
    await putItems(alone.flatMap(({ pages }) => pages));
    await putItems([...alone.map(({ item }) => item), ...sheets.map((sheet) => sheetItem(sheet, expiresAt))]);
    await pace(alone.length + sheets.length);
  }

  /**
   * Puts alerts over what was read in their places.
   *
   * @returns the alerts that another router wrote after that reading; nothing of them is written
   */
  async function putOver(
    alerts: readonly RoutedAlert[],
    places: ReadonlyMap<string, Places>,
  ): Promise<RoutedAlert[]> {
    const { alone, sheets, expiresAt } = laidOut(alerts, places);
    const isNew = (sheet: Sheet) => isWhole(sheet) && !places.has(sheet.sheet);
    // As in `putFirst`: the plan before the alert.
    await putItems(alone.flatMap(({ pages }) => pages));
    await putItems(sheets.filter(isNew).map((sheet) => sheetItem(sheet, expiresAt)));
    await pace(alone.length + sheets.length);
    const replaced = { alone, sheets: sheets.filter((sheet) => !isNew(sheet)) };
    return replaceAlerts(replaced, places, expiresAt, { client, table });
  }

  return {
    put: async (alerts, { isAll } = { isAll: false }) => {
      if (isAll) {
        await putFirst(alerts);
        return;
      }
      let left = [...new Map(alerts.map((routed) => [routed.alert.id, routed])).values()];
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const places = await placesOf(left.map(({ alert }) => alert.id));
        const whole = left.map((routed) => withStored(routed, places.get(routed.alert.id)));
        left = await putOver(whole, places);
        if (left.length === 0) return;
      }
      throw new Error(`${left.length} alerts changed at each of ${MAX_TRIES} tries to store them`);
    },

    // One that died between the two writes of a put lies in two places, and is put once more.
    stored: async (alertIds) => {
      const places = [...(await placesOf(alertIds))];
      const isStored = ({ alone, onSheet }: Places) =>
        (alone === undefined) !== (onSheet === undefined) && (alone ?? onSheet)?.routing !== 'dead';
      return new Set(places.filter(([, one]) => isStored(one)).map(([id]) => id));
    },
  };

  async function placesOf(alertIds: readonly string[]): Promise<Map<string, Places>> {
    return findPlaces(alertIds, { client, table, isConsistent: true, wait, ...given });
  }
}

/** With what is planned for it in both places, where it lies in two. */
function withStored(routed: RoutedAlert, places: Places | undefined): RoutedAlert {
  const stored = [places?.onSheet, places?.alone].filter((one) => one !== undefined);
  return stored.reduce((whole, one) => onePlan(one, whole), routed);
}

/** Which alerts have their place on a sheet, and which lie alone: one that lies alone stays there. */
function arranged(
  alerts: readonly RoutedAlert[],
  isAlone: (alertId: string) => boolean,
): { sheets: Sheet[]; alone: RoutedAlert[] } {
  const placed = alerts.map((routed) => ({
    routed,
    bytes: isAlone(routed.alert.id) ? undefined : sheetBytes(routed),
  }));
  return {
    sheets: sheetsOf(placed.flatMap(({ routed, bytes }) => (bytes === undefined ? [] : [{ routed, bytes }]))),
    alone: placed.filter(({ bytes }) => bytes === undefined).map(({ routed }) => routed),
  };
}

/** An alert that is held is sent from what is stored of it. */
function lastOpening({ deliveries }: RoutedAlert): string | undefined {
  return deliveries
    .flatMap(({ outside }) => outside?.until ?? [])
    .toSorted()
    .at(-1);
}

/** Alerts with their deliveries, read a hundred items at a time. An answer may be a moment old: the asker looks again. */
export function dynamodbStoredAlerts({
  client,
  table,
  wait = sleep,
}: TableAccess & { wait?: (ms: number) => Promise<unknown> }): StoredAlerts {
  const from = { client, table, isConsistent: false, wait };
  const rows: StoredAlerts['rows'] = async (deliveries) => {
    const items = await findRows(deliveries, from);
    return new Map([...items].map(([id, item]) => [id, readDelivery(item)]));
  };

  return {
    rows,
    find: async (alertIds) => {
      const routed = [...(await findAlerts([...new Set(alertIds)], from)).values()];
      const planned = routed.flatMap(({ alert, deliveries }) =>
        deliveries.map((delivery) => ({ alertId: alert.id, delivery })),
      );
      const found = await rows(
        planned.map(({ alertId, delivery }) => ({ alertId, deliveryId: delivery.id })),
      );
      for (const begun of await begunOf(planned, found, from)) found.set(begun.id, begun);
      return new Map(
        routed.map((one) => [
          one.alert.id,
          { routed: one, rows: one.deliveries.flatMap(({ id }) => found.get(id) ?? []) },
        ]),
      );
    },
  };
}

/** Alerts that died before a router stored them. */
export function dynamodbAcceptedEnds({ client, table, clock, retentionDays }: RetainedItems): AcceptedEnds {
  return {
    bury: async ({ alerts }) => {
      const routedAt = new Date(clock.now()).toISOString();
      const taken = await findAlerts(
        alerts.map(({ id }) => id),
        { client, table, isConsistent: true, wait: sleep },
      );
      const untaken = alerts.filter(({ id }) => !taken.has(id));
      const buried = await boundedMap(untaken, CALLS_AT_ONCE, async (alert) => {
        const routed: RoutedAlert = {
          alert,
          routing: 'dead',
          routed_at: routedAt,
          deliveries: [],
          trace: [],
        };
        return (await conditionHeld(write(routed))) ? [alert] : [];
      });
      return buried.flat();
    },
  };

  /** Fails where the alert is stored. */
  async function write(routed: RoutedAlert): Promise<unknown> {
    const expiresAt = expiryOf({ clock, retentionDays });
    const bytes = sheetBytes(routed);
    const [sheet] = bytes === undefined ? [] : sheetsOf([{ routed, bytes }]);
    if (sheet === undefined) {
      const { item } = alertItems(routed, expiresAt);
      const condition = 'attribute_not_exists(pk)';
      return client.call('PutItem', { TableName: table, Item: item, ConditionExpression: condition });
    }
    const update = sheetUpdate(sheet, expiresAt, [isPlaceOf(routed.alert.id, undefined)]);
    return client.call('UpdateItem', { TableName: table, ...update });
  }
}
