import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../core/model/wire/alert.ts';
import { watchedDelivery } from '../../core/model/wire/watched.ts';
import type { SystemAlertLog } from '../../core/route/ports.ts';
import { batchPut } from './batch-write.ts';
import { expiryOf } from './expiry.ts';
import { systemAlertKey } from './keys.ts';
import { updateOf } from './update-expression.ts';
import { watchedItem } from './watched-item.ts';
import type { RetainedItems } from './table-access.ts';

/** A delivery that is looked at before its alert is stored would be taken for one whose retention has ended. */
const LOOK_AFTER_MS = 5 * 60_000;

/** One item per system alert, which the first to meet it writes and everybody reads: one call for both. */
export function dynamodbSystemAlerts({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: RetainedItems & { wait?: (ms: number) => Promise<unknown> }): SystemAlertLog {
  return {
    firstOf: async (alert) => {
      const { Attributes } = await client.call('UpdateItem', {
        TableName: table,
        Key: systemAlertKey(alert.id),
        ...updateOf({
          setOnce: {
            alert: JSON.stringify(alert),
            expires_at: expiryOf({ clock, retentionDays }),
          },
        }),
        ReturnValues: 'ALL_NEW',
      });
      return JSON.parse(String(Attributes?.['alert'])) as Alert;
    },

    watch: async (deliveries) => {
      const lookAt = new Date(clock.now() + LOOK_AFTER_MS).toISOString();
      const expiresAt = expiryOf({ clock, retentionDays });
      const items = deliveries.map((delivery) => watchedItem(watchedDelivery(delivery), lookAt, expiresAt));
      await batchPut({ client, table, items, wait });
    },
  };
}
