import { createHash } from 'node:crypto';
import type { Clock } from '../../core/world.ts';
import type { RequestLedger, RequestRecord } from '../../core/ingest/ports.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { requestIndexKeys } from './request-items.ts';

/** 18 days: retention of a queue and of the dead-letter queue behind it. */
const KEPT_SECONDS = 18 * 86_400;

/** One item per request and key, until the source's window ends. A new key costs one write, a known one also a read. */
export function dynamodbRequestLedger({
  client,
  table,
  clock,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
}): RequestLedger {
  async function find(sourceId: string, key: string): Promise<RequestRecord | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: requestKey(sourceId, key),
      ConsistentRead: true,
    });
    return Item === undefined
      ? undefined
      : {
          requestId: String(Item['request_id']),
          bodySha256: String(Item['body_sha256']),
          receivedAt: String(Item['received_at']),
          isConfirmed: Item['is_confirmed'] === true,
        };
  }

  return {
    claim: async ({ sourceId, key, requestId, bodySha256, receivedAt, windowSeconds, indexes }) => {
      const nowSeconds = Math.floor(clock.now() / 1_000);
      const put = async () =>
        conditionHeld(
          client.call('PutItem', {
            TableName: table,
            Item: {
              ...requestKey(sourceId, key),
              ...requestIndexKeys(requestId, receivedAt),
              request_id: requestId,
              source_id: sourceId,
              body_sha256: bodySha256,
              received_at: receivedAt,
              alert_indexes: indexes.flat(),
              is_confirmed: false,
              window_ends_at: nowSeconds + windowSeconds,
              // As long as its message can lie in a queue and then in the dead-letter queue, at the least.
              expires_at: nowSeconds + Math.max(windowSeconds, KEPT_SECONDS),
            },
            // A record from before it kept the end of its window lives exactly as long as that.
            ConditionExpression:
              'attribute_not_exists(pk) OR window_ends_at < :now OR (attribute_not_exists(window_ends_at) AND expires_at < :now)',
            ExpressionAttributeValues: { ':now': nowSeconds },
          }),
        );
      // Twice at most: between a refused put and the read, an expired record may be deleted.
      for (let round = 0; round < 2; round += 1) {
        if (await put()) return {};
        const earlier = await find(sourceId, key);
        // The SDK repeats a call whose answer was lost: then the record that is in the way is our own.
        if (earlier?.requestId === requestId) return {};
        if (earlier !== undefined) return { earlier };
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
  };
}

/** Hashed: a sender chooses its key, which may be long, and may be nobody else's business. */
function requestKey(sourceId: string, key: string) {
  return { pk: `REQUEST#${sourceId}#${createHash('sha256').update(key).digest('hex')}`, sk: 'REQUEST' };
}
