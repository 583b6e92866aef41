import { setTimeout as sleep } from 'node:timers/promises';
import { TABLE } from '../../core/model/wire/table.ts';
import type { Sent } from '../../core/model/wire/watched.ts';
import { watchedMessage } from '../../core/model/wire/watched.ts';
import type { SentDelivery, Window } from '../../core/operator/audit/ports.ts';
import type { SentDeliveries } from '../../core/operator/ports.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import { batchPut } from '../dynamodb/batch-write.ts';
import { expiryOf } from '../dynamodb/expiry.ts';
import { AFTER_EVERY_ID, keyOf, sentKey, sentPartitions, sentRows, watchedKey } from '../dynamodb/keys.ts';
import { daysBetween } from '../dynamodb/days.ts';
import { entriesBetween, type Item, keyText, queryPages } from '../dynamodb/pages.ts';
import type { RetainedItems } from '../dynamodb/table-access.ts';

const ROWS_PER_QUERY = 200;

/** One item for each delivery that an operator sent by a test or a replay, as it was sent last. */
export function dynamodbSentDeliveries({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: RetainedItems & { wait?: (ms: number) => Promise<unknown> }): SentDeliveries & {
  within(window: Window): AsyncIterable<SentDelivery[]>;
} {
  return {
    note: async (messages, at) => {
      const expiresAt = expiryOf({ clock, retentionDays });
      const items = messages.map((message) => ({
        ...sentKey(message.delivery_id),
        ...sentRows(message.delivery_id, at),
        sent: JSON.stringify(watchedMessage(message, at).sent),
        expires_at: expiresAt,
      }));
      await batchPut({ client, table, items, wait });
    },

    within: async function* within({ since, until }) {
      for (const partition of daysBetween(since, until).flatMap(sentPartitions)) {
        const pages = queryPages(client, {
          TableName: table,
          ...entriesBetween(TABLE.byTime, partition, {
            first: since + AFTER_EVERY_ID,
            last: until + AFTER_EVERY_ID,
          }),
          Limit: ROWS_PER_QUERY,
        });
        for await (const rows of pages) yield withWatched(await read(rows.map(keyOf)));
      }
    },
  };

  async function read(keys: Item[], attributes?: string[]): Promise<Item[]> {
    const some = attributes === undefined ? {} : { attributes };
    return batchGet({ client, table, keys, ...some, isConsistent: false, wait });
  }

  /** A message is looked after for as long as what was noted of it is on the watch list. */
  async function withWatched(items: Item[]): Promise<SentDelivery[]> {
    const all = items.map((item) => JSON.parse(String(item['sent'])) as Sent);
    const keyOfSent = ({ message }: Sent) => watchedKey(message.delivery_id);
    const noted = await read(all.map(keyOfSent), ['pk', 'sk', 'sent']);
    const watched = new Set(noted.filter((item) => item['sent'] !== undefined).map(keyText));
    return all.map((sent) => ({ sent, isOpen: watched.has(keyText(keyOfSent(sent))) }));
  }
}
