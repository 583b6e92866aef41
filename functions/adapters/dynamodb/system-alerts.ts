import type { Alert } from '../../core/model/wire/alert.ts';
import type { Clock } from '../../core/world.ts';
import type { SystemAlertLog } from '../../core/route/ports.ts';
import type { DynamodbClient } from './client.ts';
import { expiryOf } from './expiry.ts';
import { systemAlertKey } from './keys.ts';
import { updateOf } from './update-expression.ts';

/** One item per system alert, which the first to meet it writes and everybody reads: one call for both. */
export function dynamodbSystemAlerts({
  client,
  table,
  clock,
  retentionDays,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
}): SystemAlertLog {
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
  };
}
