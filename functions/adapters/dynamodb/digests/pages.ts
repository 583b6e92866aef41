import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap } from '../../../core/bounded-map.ts';
import type { DigestPlace } from '../../../core/model/wire/digest.ts';
import type { Clock } from '../../../core/world.ts';
import type { DigestPages } from '../../../core/deliver/ports.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { dynamodbDigestEntries } from './entries.ts';
import { type Key, digestPageKey, digestSummaryKey, numberOfDigestPage } from '../keys.ts';
import { entriesOf, laneOf, LANES, pagesOfLane, readSummary } from './items.ts';
import { queryPages } from '../pages.ts';
import { updateOf } from '../update-expression.ts';
import { RecentMap } from '../../../core/recent-map.ts';

/**
 * Entries in a page of a digest, some 240 bytes each. A write costs the whole page, so pages should be small; what finds
 * one full moves its row once more, so they should be large, and three full batches of ten fit exactly.
 */
const PAGE_ENTRIES = 30;
const MAX_REMEMBERED = 1_000;
/** How long an entry waits for others of its batch: their rows are written at about the same time. */
const MOMENT_MS = 10;

/**
 * The pages of a digest: `{ pk: 'DIGEST#…', sk: 'PAGE#3000000', entries: 30, sealed?, 'd-<delivery>': '[…]', … }`.
 *
 * Entries are added by conditional updates, those of a moment in one. Each process adds in a lane of its own, as far as
 * there are enough, so that it knows when its page is full and none waits for another. The pages of a lane fill one
 * after the other, and the first that is not full is the one that is sealed: then no page can ever change.
 */
export function dynamodbDigestPages({
  client,
  table,
  clock,
  retentionDays,
  pageEntries = PAGE_ENTRIES,
  moment = async () => sleep(MOMENT_MS),
  lane = Math.floor(Math.random() * LANES),
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  pageEntries?: number;
  moment?: () => Promise<unknown>;
  lane?: number;
}): DigestPages {
  /** Pages known to be full only grow in number, so an old memory costs a call and no more. */
  const open = new RecentMap<string, number>(MAX_REMEMBERED);
  const expiresAt = () => expiryOf({ clock, retentionDays });
  const entries = dynamodbDigestEntries({ client, table, expiresAt, pageEntries, moment, whenFull });

  function whenFull({ digestId, page }: DigestPlace): void {
    // Another lane's place is that of a row which another process wrote.
    if (laneOf(page) === lane) remember(digestId, page + 1);
  }

  function remember(digestId: string, page: number): number {
    const known = Math.max(page, open.get(digestId) ?? 0);
    open.set(digestId, known);
    return known;
  }

  async function lastPage(digestId: string, of: number): Promise<number> {
    const { first, last } = pagesOfLane(of);
    const { Items: [page] = [] } = await client.call('Query', {
      ...pagesBetween(table, digestPageKey(digestId, first), digestPageKey(digestId, last)),
      ScanIndexForward: false,
      Limit: 1,
      ProjectionExpression: 'sk',
      ConsistentRead: true,
    });
    return page === undefined ? first : numberOfDigestPage(page);
  }

  async function sealLane(digestId: string, of: number): Promise<void> {
    let page = await lastPage(digestId, of);
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
  }

  return {
    openPage: async (digestId) => open.get(digestId) ?? remember(digestId, await lastPage(digestId, lane)),

    add: entries.add,

    seal: async (digestId) => {
      await boundedMap([...Array(LANES).keys()], LANES, async (of) => sealLane(digestId, of));
    },

    entries: async function* (digestId) {
      const query = {
        ...pagesBetween(
          table,
          digestPageKey(digestId, 0),
          digestPageKey(digestId, pagesOfLane(LANES - 1).last),
        ),
        ConsistentRead: true,
      };
      for await (const pages of queryPages(client, query)) {
        yield pages.flatMap(entriesOf).map(({ entry }) => entry);
      }
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

function pagesBetween(table: string, from: Key, to: Key) {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': from.pk, ':from': from.sk, ':to': to.sk },
  };
}
