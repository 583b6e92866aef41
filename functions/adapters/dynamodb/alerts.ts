import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { AcceptedEnds, StoredAlerts } from '../../core/watch/ports.ts';
import type { AlertStore } from '../../core/route/ports.ts';
import type { Clock, TimeLeft } from '../../core/world.ts';
import { batchGet } from './batch-get.ts';
import { batchPut } from './batch-write.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { readDelivery } from './deliveries/row.ts';
import { expiryOf } from './expiry.ts';
import { alertKey, alertRows, deliveryKey } from './keys.ts';
import type { Item } from './pages.ts';

/** Longer JSON is compressed: an item ends at 400 KB, and a write costs per KB. */
const COMPRESS_FROM_BYTES = 64 * 1024;
const MAX_ALERT_BYTES = 64 * 1024 * 1024;

/** Routed alerts, one item each, kept for `retentionDays`. Writing the same alert again replaces it by itself. */
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
    put: async (alerts) => {
      const expiresAt = expiryOf({ clock, retentionDays });
      const items = alerts.map((routed) => alertItem(routed, expiresAt));
      await batchPut({ client, table, items, wait, ...given });
    },

    stored: async (alertIds) => {
      const found = await batchGet({
        client,
        table,
        keys: alertIds.map(alertKey),
        attributes: ['pk', 'routing'],
        isConsistent: true,
        wait,
        ...given,
      });
      const present = new Set(found.filter((item) => item['routing'] !== 'dead').map((item) => item['pk']));
      return new Set(alertIds.filter((id) => present.has(alertKey(id).pk)));
    },
  };
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
    const keys = new Map(
      deliveries.map(({ alertId, deliveryId }) => [
        deliveryId,
        deliveryKey({ alert_id: alertId, id: deliveryId }),
      ]),
    );
    const items = await batchGet({ client, table, keys: [...keys.values()], isConsistent: false, wait });
    return new Map(items.map((item) => [String(item['id']), readDelivery(item)]));
  };

  return {
    rows,
    find: async (alertIds) => {
      const items = await batchGet({
        client,
        table,
        keys: [...new Set(alertIds)].map(alertKey),
        isConsistent: false,
        wait,
      });
      const routed = items.map(readAlert);
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
      const buried = await boundedMap(alerts, CALLS_AT_ONCE, async (alert) => {
        const item = alertItem(
          { alert, routing: 'dead', routed_at: routedAt, deliveries: [], trace: [] },
          expiryOf({ clock, retentionDays }),
        );
        const isNew = await conditionHeld(
          client.call('PutItem', {
            TableName: table,
            Item: item,
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
        return isNew ? [alert] : [];
      });
      return buried.flat();
    },
  };
}

/** An alert as an item: itself in one attribute, and beside it what lists show and filter by. */
function alertItem(routed: RoutedAlert, expiresAt: number): Item {
  const { alert } = routed;
  const json = JSON.stringify(routed);
  return {
    ...alertKey(alert.id),
    ...alertRows(alert.id, alert.source.id, alert.received_at),
    source_id: alert.source.id,
    severity: alert.severity,
    type: alert.type,
    title: alert.title,
    alert_status: alert.status,
    routing: routed.routing,
    routed_alert: Buffer.byteLength(json) > COMPRESS_FROM_BYTES ? gzipSync(json) : json,
    expires_at: expiresAt,
  };
}

export function readAlert(item: Item): RoutedAlert {
  const stored = item['routed_alert'];
  try {
    const json =
      stored instanceof Uint8Array
        ? gunzipSync(stored, { maxOutputLength: MAX_ALERT_BYTES }).toString()
        : String(stored);
    return JSON.parse(json) as RoutedAlert;
  } catch {
    throw new Error(`alert item ${String(item['pk'])} cannot be read: routed_alert is not JSON`);
  }
}
