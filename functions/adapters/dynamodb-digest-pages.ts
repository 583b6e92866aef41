import type { DigestEntry, DigestPlace } from '../core/model/digest.ts';
import type { Clock, DigestPages } from '../core/ports.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { conditionHeld } from './dynamodb-conditions.ts';
import {
  digestPageKey,
  digestPartition,
  digestSummaryKey,
  entriesOf,
  entryName,
  entryValue,
  pageNumber,
  PAGES_FROM,
  PAGES_TO,
  readSummary,
} from './dynamodb-digest-items.ts';
import { queryAll } from './dynamodb-pages.ts';
import { updateOf } from './dynamodb-update-expression.ts';

/**
 * Entries in a page of a digest. A write costs the whole page, and a flood writes one page many times a second: 25
 * entries are some 6 KB, a write of 3 units on average, so 300 alerts a second stay below what one partition takes.
 */
const PAGE_ENTRIES = 25;
const MAX_REMEMBERED = 1_000;

/**
 * The pages of a digest: `{ pk: 'DIGEST#…', sk: 'PAGE#000000', entries: 25, sealed?, 'd-<delivery>': '[…]', … }`.
 *
 * An entry is one conditional update. Pages fill one after the other, and the first that is not full is the one that
 * is sealed: then no page can ever change.
 */
export function dynamodbDigestPages({
  client,
  table,
  clock,
  retentionDays,
  pageEntries = PAGE_ENTRIES,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  pageEntries?: number;
}): DigestPages {
  /** Pages known to be full only grow in number, so an old memory costs a call and no more. */
  const open = new Map<string, number>();
  const expiresAt = () => Math.ceil(clock.now() / 1_000) + retentionDays * 86_400;

  function remember(digestId: string, page: number): number {
    const known = Math.max(page, open.get(digestId) ?? 0);
    open.delete(digestId);
    open.set(digestId, known);
    const [oldest] = open.keys();
    if (open.size > MAX_REMEMBERED && oldest !== undefined) open.delete(oldest);
    return known;
  }

  async function lastPage(digestId: string): Promise<number> {
    const { Items: [page] = [] } = await client.call('Query', {
      ...pagesOf(table, digestId),
      ScanIndexForward: false,
      Limit: 1,
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    });
    return page === undefined ? 0 : pageNumber(page);
  }

  async function addOnce({ digestId, page }: DigestPlace, deliveryId: string, entry: DigestEntry) {
    const name = entryName(deliveryId);
    return conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: digestPageKey(digestId, page),
        ...withEntry(
          updateOf({ set: { expires_at: expiresAt() }, increment: ['entries'], names: ['sealed'] }),
          { name, value: entryValue(entry), most: pageEntries },
        ),
        ConditionExpression:
          'attribute_not_exists(#sealed) AND attribute_not_exists(#entry) AND (attribute_not_exists(#entries) OR #entries < :most)',
      }),
    );
  }

  return {
    openPage: async (digestId) => open.get(digestId) ?? remember(digestId, await lastPage(digestId)),

    add: async (place, deliveryId, entry) => {
      if (await addOnce(place, deliveryId, entry)) return 'added';
      const { Item: page = {} } = await client.call('GetItem', {
        TableName: table,
        Key: digestPageKey(place.digestId, place.page),
        ConsistentRead: true,
      });
      if (page[entryName(deliveryId)] !== undefined) return 'added';
      if (page['sealed'] === true) return 'sealed';
      remember(place.digestId, place.page + 1);
      return 'full';
    },

    seal: async (digestId) => {
      let page = await lastPage(digestId);
      while (
        !(await conditionHeld(
          client.call('UpdateItem', {
            TableName: table,
            Key: digestPageKey(digestId, page),
            ...updateOf({
              set: { sealed: true, expires_at: expiresAt() },
              names: ['entries'],
              values: { ':most': pageEntries },
            }),
            ConditionExpression: 'attribute_not_exists(#entries) OR #entries < :most',
          }),
        ))
      ) {
        page += 1;
      }
      const pages = await queryAll(client, { ...pagesOf(table, digestId), ConsistentRead: true });
      return pages.flatMap(entriesOf).map(({ entry }) => entry);
    },

    summary: async (digestId) => {
      const { Item } = await client.call('GetItem', {
        TableName: table,
        Key: digestSummaryKey(digestId),
        ConsistentRead: true,
      });
      return readSummary(Item);
    },

    keepSummary: async (digestId, summary) => {
      await client.call('UpdateItem', {
        TableName: table,
        Key: digestSummaryKey(digestId),
        ...updateOf({ set: { summary: JSON.stringify(summary), expires_at: expiresAt() } }),
      });
    },
  };
}

function pagesOf(table: string, digestId: string) {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': digestPartition(digestId), ':from': PAGES_FROM, ':to': PAGES_TO },
  };
}

/** The update with one more assignment, to an attribute whose name no expression may hold as it is. */
function withEntry(
  update: ReturnType<typeof updateOf>,
  { name, value, most }: { name: string; value: string; most: number },
) {
  return {
    UpdateExpression: `${update.UpdateExpression}, #entry = :entry`,
    ExpressionAttributeNames: { ...update.ExpressionAttributeNames, '#entry': name },
    ExpressionAttributeValues: {
      ...update.ExpressionAttributeValues,
      ':entry': value,
      ':most': most,
    },
  };
}
