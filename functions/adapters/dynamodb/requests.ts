import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedRequest } from '../../core/model/wire/accepted-request.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import { watchedRequest } from '../../core/model/wire/watched.ts';
import type { RequestRecords } from '../../core/watch/ports.ts';
import type { Clock } from '../../core/world.ts';
import type { RequestLedger, RequestRecord } from '../../core/ingest/ports.ts';
import { isWindowOver, windowEndsAt } from '../../core/ingest/request-window.ts';
import { batchGet } from './batch-get.ts';
import { conditionHeld } from './conditions.ts';
import { QUEUED_SECONDS } from './expiry.ts';
import { AFTER_EVERY_ID, keyOf, requestKey, requestPartitions, requestRows, watcherKey } from './keys.ts';
import { daysBetween } from './days.ts';
import { entriesBetween, type Item, queryPages } from './pages.ts';
import { watchedItem } from './watched-item.ts';
import { readItem } from './read-item.ts';
import { readRequest, requestAttributes } from './request-attributes.ts';
import { updateOf } from './update-expression.ts';
import type { TableAccess } from './table-access.ts';

const HOUR_MS = 3_600_000;
const ROWS_PER_QUERY = 200;
/** `watchDeliveries` looks at a request by its record, two to three minutes after it came. */
const LOOKED_AT_AFTER_MS = 5 * 60_000;

/**
 * One item per request and key, until the source's window ends. A new key costs one write, a known one also a read.
 *
 * A window may end before anybody has looked whether all alerts of its request were stored. Then the request is put on the
 * watch list, which costs two writes, before another one takes its record.
 */
export function dynamodbRequestLedger({
  client,
  table,
  clock,
}: TableAccess & { clock: Clock }): RequestLedger {
  async function find(sourceId: string, key: string): Promise<Item | undefined> {
    return readItem({ client, table }, requestKey(sourceId, key));
  }

  async function watch(request: AcceptedRequest | undefined): Promise<void> {
    if (request === undefined) return;
    const lookAt = new Date(clock.now()).toISOString();
    const expiresAt = Math.floor(clock.now() / 1_000) + QUEUED_SECONDS;
    const item = watchedItem(watchedRequest(request), lookAt, expiresAt);
    await client.call('PutItem', { TableName: table, Item: item });
  }

  return {
    claim: async ({ key, bodySha256, windowSeconds, ...request }) => {
      const { requestId, sourceId, receivedAt } = request;
      const nowSeconds = Math.floor(clock.now() / 1_000);
      const record: Item = {
        ...requestKey(sourceId, key),
        ...requestRows(requestId, receivedAt),
        ...requestAttributes(request),
        body_sha256: bodySha256,
        is_confirmed: false,
        window_ends_at: windowEndsAt(clock.now(), windowSeconds),
        // As long as its message can lie in a queue and then in the dead-letter queue, at the least.
        expires_at: nowSeconds + Math.max(windowSeconds, QUEUED_SECONDS),
      };
      const put = async (condition: string, values: Item) =>
        conditionHeld(
          client.call('PutItem', {
            TableName: table,
            Item: record,
            ConditionExpression: condition,
            ExpressionAttributeValues: values,
          }),
        );
      const lookedAt = new Date(clock.now() - LOOKED_AT_AFTER_MS).toISOString();
      // Twice at most: between a refused put and the read, an expired record may be deleted, or another request may come.
      for (let round = 0; round < 2; round += 1) {
        if (await put(IS_FREE, { ':now': nowSeconds, ':looked': lookedAt })) return {};
        const earlier = await find(sourceId, key);
        if (earlier === undefined) continue;
        // The SDK repeats a call whose answer was lost: then the record that is in the way is our own.
        if (earlier['request_id'] === requestId) return {};
        if (!isWindowOver(Number(earlier['window_ends_at']), clock.now()))
          return { earlier: recordOf(earlier) };
        await watch(readRequest(earlier));
        if (await put('request_id = :earlier', { ':earlier': earlier['request_id'] })) return {};
      }
      throw new Error(`request record of source "${sourceId}" appears and disappears; expected one of both`);
    },

    confirm: async (sourceId, key) => {
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: requestKey(sourceId, key),
          UpdateExpression: 'SET is_confirmed = :true',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeValues: { ':true': true },
        }),
      );
    },

    widen: async (sourceId, key, { requestId, receivedAt, widened }, names) => {
      const request = { requestId, sourceId, receivedAt, ...names };
      const { alert_indexes: indexes, news_ids: newsIds } = requestAttributes(request);
      const isAsRead = widened === undefined ? 'attribute_not_exists(#widened)' : '#widened = :before';
      await client.call('UpdateItem', {
        TableName: table,
        Key: requestKey(sourceId, key),
        ...updateOf({
          set: {
            alert_indexes: indexes,
            ...(newsIds !== undefined && { news_ids: newsIds }),
            is_confirmed: false,
            widened: (widened ?? 0) + 1,
          },
          values: { ':request': requestId, ...(widened !== undefined && { ':before': widened }) },
        }),
        ConditionExpression: `request_id = :request AND ${isAsRead}`,
      });
      // The watcher may have looked at the request and taken it off its list.
      await watch(request);
    },
  };
}

/** `isWindowOver` in the words of the table. A record from before it kept the end of its window lives exactly as long as that. */
const IS_FREE =
  'attribute_not_exists(pk) OR (window_ends_at < :now AND received_at < :looked) OR (attribute_not_exists(window_ends_at) AND expires_at < :now)';

function recordOf(item: Item): RequestRecord {
  const { indexes, newsIds } = readRequest(item) ?? {};
  const widened = item['widened'];
  return {
    requestId: String(item['request_id']),
    bodySha256: String(item['body_sha256']),
    receivedAt: String(item['received_at']),
    isConfirmed: item['is_confirmed'] === true,
    ...(indexes !== undefined && { alerts: { indexes, ...(newsIds !== undefined && { newsIds }) } }),
    ...(typeof widened === 'number' && { widened }),
  };
}

/** The records of requests by time, and how far the watcher has come. */
export function dynamodbRequestRecords({
  client,
  table,
  wait = sleep,
}: TableAccess & { wait?: (ms: number) => Promise<unknown> }): RequestRecords {
  return {
    lookedAtUntil: async () => {
      const { Item } = await client.call('GetItem', { TableName: table, Key: watcherKey() });
      const until = Item?.['looked_at_until'];
      return typeof until === 'string' ? until : undefined;
    },

    keepLookedAtUntil: async (instant, now) => {
      await client.call('UpdateItem', {
        TableName: table,
        Key: watcherKey(),
        ...updateOf({
          set: { looked_at_until: instant },
          // The first run of a version that knows sheets: the one before it is still at work for a moment. How far the watcher has
          // come says nothing of that: it may be a day behind.
          setOnce: { sheets_since: new Date(Date.parse(now) + HOUR_MS).toISOString() },
        }),
      });
    },

    between: async function* between(from, to): AsyncGenerator<AcceptedRequest[]> {
      for (const day of daysBetween(from, to)) {
        for (const partition of requestPartitions(day)) {
          const rows = queryPages(client, {
            TableName: table,
            ...entriesBetween(TABLE.byTime, partition, {
              first: from + AFTER_EVERY_ID,
              last: to + AFTER_EVERY_ID,
            }),
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
