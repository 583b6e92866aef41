import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredAlerts } from '../../core/watch/ports.ts';
import { alertKey, readAlert } from './alert-items.ts';
import { batchGet } from './batch-get.ts';
import type { DynamodbClient } from './client.ts';
import { deliveryKey, readDelivery } from './deliveries/row.ts';

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
