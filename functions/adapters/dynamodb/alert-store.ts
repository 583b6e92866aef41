import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertStore } from '../../core/route/ports.ts';
import type { Clock, TimeLeft } from '../../core/world.ts';
import { alertItem, alertKey } from './alert-items.ts';
import { batchGet } from './batch-get.ts';
import { batchPut } from './batch-write.ts';
import type { DynamodbClient } from './client.ts';

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
      const expiresAt = Math.ceil(clock.now() / 1_000) + retentionDays * 86_400;
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
