import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { AcceptedEnds, StoredAlerts } from '../../core/watch/ports.ts';
import type { AlertStore } from '../../core/route/ports.ts';
import type { TimeLeft } from '../../core/world.ts';
import { alertItems, findAlerts, findPlaces, type Places } from './alert-items.ts';
import { batchPut } from './batch-write.ts';
import { conditionHeld } from './conditions.ts';
import { begunOf } from './deliveries/begun.ts';
import { findRows } from './deliveries/find.ts';
import { readDelivery } from './deliveries/row.ts';
import { expiryOf } from './expiry.ts';
import {
  isFreePlace,
  type Sheet,
  sheetBytes,
  sheetItem,
  sheetsOf,
  sheetUpdate,
  sheetWithout,
} from './sheets.ts';
import type { RetainedItems, TableAccess } from './table-access.ts';

/** Routed alerts, those of a sheet in one item, kept for `retentionDays`. An alert lies in one
 * place: writing it again replaces it. */
export function dynamodbAlertStore({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
  timeLeft,
}: RetainedItems & {
  wait?: (ms: number) => Promise<unknown>;
  /** How long a table that is busy is waited for. */
  timeLeft?: TimeLeft;
}): AlertStore {
  const given = timeLeft === undefined ? {} : { timeLeft };
  return {
    put: async (alerts, { isAll } = { isAll: false }) => {
      const places = isAll ? new Map<string, never>() : await placesOf(alerts.map(({ alert }) => alert.id));
      const { sheets, alone } = arranged(alerts, (id) => places.get(id)?.alone !== undefined);
      const expiresAt = expiryOf({ clock, retentionDays });
      const parts = alone.map((routed) =>
        alertItems(routed, expiryOf({ clock, retentionDays }, lastOpening(routed))),
      );
      // An alert counts as stored once its item is there, so its plan is there before.
      await batchPut({ client, table, items: parts.flatMap(({ pages }) => pages), wait, ...given });
      const isPut = (sheet: Sheet) => isAll || sheet.sheet === sheet.alerts[0]?.routed.alert.id;
      const items = sheets.filter(isPut).map((sheet) => sheetItem(sheet, expiresAt));
      await batchPut({ client, table, items: [...parts.map(({ item }) => item), ...items], wait, ...given });
      const left = alone.filter(({ alert }) => places.get(alert.id)?.onSheet !== undefined);
      const updates = [
        ...sheets.filter((sheet) => !isPut(sheet)).map((sheet) => sheetUpdate(sheet, expiresAt)),
        ...left.map(({ alert }) => sheetWithout(alert.id, expiresAt)),
      ];
      await boundedMap(updates, CALLS_AT_ONCE, async (update) =>
        client.call('UpdateItem', { TableName: table, ...update }),
      );
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

/** Alerts with their deliveries, read a hundred items at a time. An answer may be a moment old: whoever asks looks again. */
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
    const condition = isFreePlace(routed.alert.id);
    const update = sheetUpdate(sheet, expiresAt);
    return client.call('UpdateItem', { TableName: table, ...update, ConditionExpression: condition });
  }
}
