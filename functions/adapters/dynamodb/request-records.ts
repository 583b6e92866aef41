import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedRequest } from '../../core/model/wire/accepted-request.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import type { RequestRecords } from '../../core/watch/ports.ts';
import { dayOf } from './alert-items.ts';
import { batchGet } from './batch-get.ts';
import type { DynamodbClient } from './client.ts';
import { shardsOf } from './index-shards.ts';
import { keyOf, queryPages } from './pages.ts';
import { readRequest, requestDayPartition } from './request-items.ts';

const DAY_MS = 86_400_000;
/** Sorts after every id that may follow an instant. */
const AFTER_EVERY_ID = '#\uffff';
const ROWS_PER_QUERY = 200;
const STATE_KEY = { pk: 'WATCHER', sk: 'REQUESTS' };

/** The records of requests by time, and how far the watcher has come. */
export function dynamodbRequestRecords({
  client,
  table,
  wait = sleep,
}: {
  client: DynamodbClient;
  table: string;
  wait?: (ms: number) => Promise<unknown>;
}): RequestRecords {
  return {
    lookedAtUntil: async () => {
      const { Item } = await client.call('GetItem', { TableName: table, Key: STATE_KEY });
      const until = Item?.['looked_at_until'];
      return typeof until === 'string' ? until : undefined;
    },

    keepLookedAtUntil: async (instant) => {
      await client.call('PutItem', {
        TableName: table,
        Item: { ...STATE_KEY, looked_at_until: instant },
      });
    },

    between: async function* between(from, to): AsyncGenerator<AcceptedRequest[]> {
      for (const day of daysBetween(from, to)) {
        for (const partition of shardsOf(requestDayPartition(day))) {
          const rows = queryPages(client, {
            TableName: table,
            IndexName: TABLE.byTime.index,
            KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :from AND :to',
            ExpressionAttributeNames: {
              '#partition': TABLE.byTime.partitionKey,
              '#sort': TABLE.byTime.sortKey,
            },
            ExpressionAttributeValues: {
              ':partition': partition,
              ':from': from + AFTER_EVERY_ID,
              ':to': to + AFTER_EVERY_ID,
            },
            Limit: ROWS_PER_QUERY,
          });
          for await (const page of rows) {
            const items = await batchGet({
              client,
              table,
              keys: page.map(keyOf),
              isConsistent: false,
              wait,
            });
            yield items.map(readRequest).filter((request) => request !== undefined);
          }
        }
      }
    },
  };
}

function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(dayOf(from)); day <= Date.parse(dayOf(to)); day += DAY_MS) {
    days.push(dayOf(new Date(day).toISOString()));
  }
  return days;
}
