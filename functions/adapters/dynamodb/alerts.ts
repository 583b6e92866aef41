import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { AcceptedEnds, StoredAlerts } from '../../core/watch/ports.ts';
import type { AlertStore } from '../../core/route/ports.ts';
import type { Clock, TimeLeft } from '../../core/world.ts';
import { alertItems, findAlerts } from './alert-items.ts';
import { batchPut } from './batch-write.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { findRows } from './deliveries/find.ts';
import { readDelivery } from './deliveries/row.ts';
import { expiryOf } from './expiry.ts';
import { isFreePlace, type Sheet, sheetBytes, sheetItem, sheetsOf, sheetUpdate } from './sheets.ts';

/** Routed alerts, those of a sheet in one item, kept for `retentionDays`. Writing the same alert again replaces it by itself. */
export function dynamodbAlertStore({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
  timeLeft,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  wait?: (ms: number) => Promise<unknown>;
  /** How long a table that is busy is waited for. */
  timeLeft?: TimeLeft;
}): AlertStore {
  const given = timeLeft === undefined ? {} : { timeLeft };
  return {
    put: async (alerts, { isAll } = { isAll: false }) => {
      const { sheets, alone } = arranged(alerts);
      const expiresAt = expiryOf({ clock, retentionDays });
      const parts = alone.map((routed) =>
        alertItems(routed, expiryOf({ clock, retentionDays }, lastOpening(routed))),
      );
      // An alert counts as stored once its item is there, so its plan is there before.
      await batchPut({ client, table, items: parts.flatMap(({ pages }) => pages), wait, ...given });
      const isPut = (sheet: Sheet) => isAll || sheet.sheet === sheet.alerts[0]?.routed.alert.id;
      const items = sheets.filter(isPut).map((sheet) => sheetItem(sheet, expiresAt));
      await batchPut({ client, table, items: [...parts.map(({ item }) => item), ...items], wait, ...given });
      const added = sheets.filter((sheet) => !isPut(sheet)).map((sheet) => sheetUpdate(sheet, expiresAt));
      await boundedMap(added, CALLS_AT_ONCE, async (update) =>
        client.call('UpdateItem', { TableName: table, ...update }),
      );
    },

    stored: async (alertIds) => {
      const found = await findAlerts(alertIds, { client, table, isConsistent: true, wait, ...given });
      return new Set(alertIds.filter((id) => found.has(id) && found.get(id)?.routing !== 'dead'));
    },
  };
}

/** Which alerts have their place on a sheet, and which lie alone. */
function arranged(alerts: readonly RoutedAlert[]): { sheets: Sheet[]; alone: RoutedAlert[] } {
  const placed = alerts.map((routed) => ({ routed, bytes: sheetBytes(routed) }));
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
}: {
  client: DynamodbClient;
  table: string;
  wait?: (ms: number) => Promise<unknown>;
}): StoredAlerts {
  const rows: StoredAlerts['rows'] = async (deliveries) => {
    const items = await findRows(deliveries, { client, table, isConsistent: false, wait });
    return new Map([...items].map(([id, item]) => [id, readDelivery(item)]));
  };

  return {
    rows,
    find: async (alertIds) => {
      const alerts = await findAlerts([...new Set(alertIds)], { client, table, isConsistent: false, wait });
      const routed = [...alerts.values()];
      const found = await rows(
        routed.flatMap(({ alert, deliveries }) =>
          deliveries.map(({ id }) => ({ alertId: alert.id, deliveryId: id })),
        ),
      );
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
export function dynamodbAcceptedEnds({
  client,
  table,
  clock,
  retentionDays,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
}): AcceptedEnds {
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
