import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { AlertQueue } from '../../core/ingest/ports.ts';
import { isSystemAlert } from '../../core/model/wire/alert.ts';
import { watchedAlert } from '../../core/model/wire/watched.ts';
import type { Clock } from '../../core/world.ts';
import { QUEUED_SECONDS } from './expiry.ts';
import { watchedKey } from './keys.ts';
import { updateOf } from './update-expression.ts';
import { watchedFields } from './watched-item.ts';
import type { TableAccess } from './table-access.ts';

/** The first look at a system alert, when a router has usually stored it. */
const LOOK_AFTER_MS = 5 * 60_000;

/**
 * The alerts queue, which has each system alert put on the watch list before its message is sent: no request stands behind
 * it, by which it would be missed. Raised again within its hour, it stays as it was noted first.
 */
export function watchedAlertQueue(
  queue: AlertQueue,
  { client, table, clock }: TableAccess & { clock: Clock },
): AlertQueue {
  return {
    enqueue: async (accepted) => {
      const nowMs = clock.now();
      const lookAt = new Date(nowMs + LOOK_AFTER_MS).toISOString();
      const expiresAt = Math.ceil(nowMs / 1_000) + QUEUED_SECONDS;
      await boundedMap(accepted.alerts.filter(isSystemAlert), CALLS_AT_ONCE, async (alert) => {
        await client.call('UpdateItem', {
          TableName: table,
          Key: watchedKey(alert.id),
          ...updateOf({ setOnce: watchedFields(watchedAlert(alert), lookAt, expiresAt) }),
        });
      });
      await queue.enqueue(accepted);
    },
  };
}
