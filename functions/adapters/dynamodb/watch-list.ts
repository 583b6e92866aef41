import { setTimeout as sleep } from 'node:timers/promises';
import { TABLE } from '../../core/model/wire/table.ts';
import type { Alert } from '../../core/model/wire/alert.ts';
import type { Joined, Redriven, Sent, Watched } from '../../core/model/wire/watched.ts';
import type { WatchList } from '../../core/watch/ports.ts';
import { batchGet } from './batch-get.ts';
import { batchWrite } from './batch-write.ts';
import { expiryOf } from './expiry.ts';
import type { WriteRequest } from './operations.ts';
import { AFTER_EVERY_ID, keyOf, watchedKey, watchedPartitions } from './keys.ts';
import { type Item, queryPages } from './pages.ts';
import { readRequest } from './request-attributes.ts';
import { watchedItem } from './watched-item.ts';
import type { RetainedItems } from './table-access.ts';

const ROWS_PER_QUERY = 200;
/** Later than every instant there can be. */
const EVERY_INSTANT = '9';

/** One item for each open request, system alert or delivery, found by the time of the next look at it. */
export function dynamodbWatchList({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: RetainedItems & { wait?: (ms: number) => Promise<unknown> }): WatchList & {
  requests(): Promise<Watched[]>;
  /** System alerts that are looked after. */
  alerts(): Promise<Alert[]>;
  /** As many at most. */
  deliveries(limit: number): Promise<Watched[]>;
} {
  async function* until(kind: Watched['kind'], instant: string): AsyncGenerator<Watched[]> {
    for (const partition of watchedPartitions(kind)) {
      const pages = queryPages(client, {
        TableName: table,
        IndexName: TABLE.byTime.index,
        KeyConditionExpression: '#partition = :partition AND #sort < :until',
        ExpressionAttributeNames: { '#partition': TABLE.byTime.partitionKey, '#sort': TABLE.byTime.sortKey },
        ExpressionAttributeValues: {
          ':partition': partition,
          ':until': instant + AFTER_EVERY_ID,
        },
        Limit: ROWS_PER_QUERY,
      });
      for await (const page of pages) {
        const items = await batchGet({ client, table, keys: page.map(keyOf), isConsistent: true, wait });
        yield items.map(readWatched).filter((watched) => watched !== undefined);
      }
    }
  }

  const write = async (requests: WriteRequest[]) => batchWrite({ client, table, requests, wait });

  return {
    due: async function* due(instant) {
      yield* until('request', instant);
      yield* until('alert', instant);
      yield* until('held', instant);
      yield* until('delivery', instant);
    },

    held: async function* held() {
      for await (const page of until('held', EVERY_INSTANT)) yield page.filter(({ kind }) => kind === 'held');
    },

    keep: async (entries) => {
      await write(
        entries.map(({ watched, lookAt }) => ({
          PutRequest: {
            Item: watchedItem(watched, lookAt, expiryOf({ clock, retentionDays }, lookAt)),
          },
        })),
      );
    },

    remove: async (entries) => {
      await write(entries.map(({ id }) => ({ DeleteRequest: { Key: watchedKey(id) } })));
    },

    deliveries: async (limit) => {
      const found: Watched[] = [];
      for (const kind of ['delivery', 'held'] as const) {
        for await (const page of until(kind, EVERY_INSTANT)) {
          found.push(...page);
          if (found.length >= limit) return found.slice(0, limit);
        }
      }
      return found;
    },

    alerts: async () => {
      const found: Alert[] = [];
      for await (const page of until('alert', EVERY_INSTANT)) {
        found.push(...page.flatMap((one) => (one.kind === 'alert' ? [one.alert] : [])));
      }
      return found;
    },

    requests: async () => {
      const found: Watched[] = [];
      for await (const page of until('request', EVERY_INSTANT)) found.push(...page);
      return found;
    },
  };
}

/** Undefined for what a newer version watches. */
function readWatched(item: Item): Watched | undefined {
  if (item['kind'] === 'request') {
    const request = readRequest(item);
    if (request === undefined) return undefined;
    return { id: request.requestId, kind: 'request', request, isLost: item['is_lost'] === true };
  }
  if (item['kind'] === 'delivery') {
    const deliveryId = String(item['delivery_id']);
    return {
      id: deliveryId,
      kind: 'delivery',
      alertId: String(item['alert_id']),
      deliveryId,
      resent: Number(item['resent'] ?? 0),
      ...(item['joined'] !== undefined && { joined: item['joined'] as Joined }),
      ...(item['sent'] !== undefined && { sent: JSON.parse(item['sent'] as string) as Sent }),
    };
  }
  if (item['kind'] === 'held') {
    const deliveryId = String(item['delivery_id']);
    return { id: deliveryId, kind: 'held', alertId: String(item['alert_id']), deliveryId };
  }
  if (item['kind'] === 'alert') {
    const alert = JSON.parse(item['alert'] as string) as Alert;
    return {
      id: alert.id,
      kind: 'alert',
      alert,
      resent: Number(item['resent'] ?? 0),
      ...(item['redriven'] !== undefined && { redriven: JSON.parse(item['redriven'] as string) as Redriven }),
    };
  }
  return undefined;
}
