import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import type { AcceptedEnds, StoredAlerts } from '../../core/watch/ports.ts';
import type { AlertStore } from '../../core/route/ports.ts';
import type { Clock, TimeLeft } from '../../core/world.ts';
import { alertItems, readAlerts } from './alert-items.ts';
import { batchGet } from './batch-get.ts';
import { batchPut } from './batch-write.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { readDelivery } from './deliveries/row.ts';
import { expiryOf } from './expiry.ts';
import { alertKey, deliveryKey } from './keys.ts';

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
      const parts = alerts.map((routed) =>
        alertItems(routed, expiryOf({ clock, retentionDays }, lastOpening(routed))),
      );
      // An alert counts as stored once its item is there, so its plan is there before.
      await batchPut({ client, table, items: parts.flatMap(({ pages }) => pages), wait, ...given });
      await batchPut({ client, table, items: parts.map(({ item }) => item), wait, ...given });
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
      const routed = await readAlerts(items, { client, table, wait });
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
        const { item } = alertItems(
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
