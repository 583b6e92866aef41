import { STORED_SILENCE } from '../../core/config/stored/silence.ts';
import { phaseOf } from '../../core/model/config/silence.ts';
import type { SilencedEntry } from '../../core/model/wire/silenced-entry.ts';
import type { SilenceEnds } from '../../core/watch/ports.ts';
import { listConfig } from './config.ts';
import { expiryOf } from './expiry.ts';
import { silencedPartitions, summarizedKey, summarizedPartition } from './keys.ts';
import { type Item, queryAll, queryPages } from './pages.ts';
import type { RetainedItems } from './table-access.ts';
import { updateOf } from './update-expression.ts';

/** The ends of silences, as the watcher of deliveries asks for them. */
export function dynamodbSilenceEnds(from: RetainedItems): SilenceEnds {
  const { client, table } = from;
  return {
    ended: async (nowMs) => {
      const ended = (await listConfig(from, STORED_SILENCE)).readable.filter(
        (one) => phaseOf(one, nowMs) === 'ended',
      );
      if (ended.length === 0) return [];
      const marks = await queryAll(client, {
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': summarizedPartition() },
      });
      const marked = new Set(marks.map((item) => item['sk']));
      return ended.filter(({ id }) => !marked.has(id));
    },

    entries: async function* entries(silenceId) {
      for (const partition of silencedPartitions(silenceId)) {
        const pages = queryPages(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': partition },
          ConsistentRead: true,
        });
        for await (const page of pages) yield page.map((item) => readEntry(item, silenceId));
      }
    },

    mark: async (silenceId) => {
      await client.call('UpdateItem', {
        TableName: table,
        Key: summarizedKey(silenceId),
        ...updateOf({ set: { expires_at: expiryOf(from) } }),
      });
    },
  };
}

function readEntry(item: Item, silenceId: string): SilencedEntry {
  return { ...(item['entry'] as SilencedEntry), silenceId };
}
