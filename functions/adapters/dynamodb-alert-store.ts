import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertStore, Clock } from '../core/ports.ts';
import { alertItem, alertKey } from './dynamodb-alert-items.ts';
import { batchGet } from './dynamodb-batch-get.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { chunks, type Item } from './dynamodb-pages.ts';

const WRITES_PER_CALL = 25;
/** Waits before what DynamoDB left over is sent again; after the last one it is an error. */
const BACKOFF_MS = [50, 100, 200, 400];

/** Routed alerts, one item each, kept for `retentionDays`. Writing the same alert again replaces it by itself. */
export function dynamodbAlertStore({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  wait?: (ms: number) => Promise<unknown>;
}): AlertStore {
  async function write(items: Item[]): Promise<void> {
    let puts = items.map((item) => ({ PutRequest: { Item: item } }));
    for (const waitMs of [...BACKOFF_MS, undefined]) {
      const { UnprocessedItems } = await client.call('BatchWriteItem', { RequestItems: { [table]: puts } });
      // Answered with 200 even when nothing was written.
      puts = (UnprocessedItems?.[table] ?? []) as typeof puts;
      if (puts.length === 0) return;
      if (waitMs !== undefined) await wait(waitMs);
    }
    throw new Error(`dynamodb left ${puts.length} of ${items.length} alerts unwritten after every retry`);
  }

  return {
    put: async (alerts) => {
      const expiresAt = Math.ceil(clock.now() / 1_000) + retentionDays * 86_400;
      // The same key twice in one call is refused.
      const items = new Map(alerts.map((routed) => [routed.alert.id, alertItem(routed, expiresAt)]));
      await Promise.all(chunks([...items.values()], WRITES_PER_CALL).map(async (chunk) => write(chunk)));
    },

    stored: async (alertIds) => {
      const found = await batchGet({
        client,
        table,
        keys: [...new Set(alertIds)].map(alertKey),
        attributes: ['pk'],
        isConsistent: true,
        wait,
      });
      const present = new Set(found.map((item) => item['pk']));
      return new Set(alertIds.filter((id) => present.has(alertKey(id).pk)));
    },
  };
}
