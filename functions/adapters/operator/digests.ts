import type { DigestMember } from '../../core/operator/digest-story.ts';
import { NoSuchPlaceError } from '../../core/operator/no-such-place-error.ts';
import type { GatewayRecords, Page } from '../../core/operator/ports.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { entriesOf, readSummary } from '../dynamodb/digests/items.ts';
import {
  afterDigestPagesKey,
  deliveriesOfAlert,
  digestPageKey,
  digestSummaryKey,
  numberOfDigestPage,
} from '../dynamodb/keys.ts';
import { type Item, queryAll } from '../dynamodb/pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** Pages of a digest that are read at once: some 6 KB each. */
const PAGES_AT_ONCE = 20;
const TOKEN = /^(\d{1,7})\.(\d{1,6})$/;

/** What the operator's tools read of digests. */
export function dynamodbGatewayDigests({
  client,
  table,
  isExpired,
  wait,
}: TableAccess & { isExpired: (item: Item) => boolean; wait: (ms: number) => Promise<unknown> }): Pick<
  GatewayRecords,
  'digest' | 'digestMembers'
> {
  const readItem = async (Key: Item): Promise<Item | undefined> => {
    const { Item } = await client.call('GetItem', { TableName: table, Key, ConsistentRead: true });
    return Item === undefined || isExpired(Item) ? undefined : Item;
  };

  /** Entries from a place on, in the order of the pages, and where they end. */
  async function entriesFrom(digestId: string, { page, index }: Place, limit: number) {
    const found: { deliveryId: string; entry: DigestMember['entry']; place: Place }[] = [];
    const from = digestPageKey(digestId, page);
    let start: Item | undefined;
    do {
      const answer = await client.call('Query', {
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': from.pk,
          ':from': from.sk,
          ':to': afterDigestPagesKey(digestId).sk,
        },
        ConsistentRead: true,
        Limit: PAGES_AT_ONCE,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      });
      for (const item of (answer.Items ?? []).filter((one) => !isExpired(one))) {
        const number = numberOfDigestPage(item);
        // By name, so that a token means the same place in every answer.
        const entries = entriesOf(item).sort((a, b) => a.deliveryId.localeCompare(b.deliveryId));
        entries.forEach((entry, at) => {
          if (number > page || at >= index) found.push({ ...entry, place: { page: number, index: at } });
        });
      }
      start = answer.LastEvaluatedKey;
    } while (start !== undefined && found.length <= limit);
    return { entries: found.slice(0, limit), next: found[limit]?.place };
  }

  return {
    digest: async (id) => {
      const rowsOf = deliveriesOfAlert(id);
      const [rows, summary] = await Promise.all([
        queryAll(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :delivery)',
          ExpressionAttributeValues: { ':pk': rowsOf.pk, ':delivery': rowsOf.begin },
          ConsistentRead: true,
        }),
        readItem(digestSummaryKey(id)),
      ]);
      const known = readSummary(summary);
      const row = rows.find((one) => !isExpired(one));
      const isThere = known !== undefined || (await readItem(digestPageKey(id, 0))) !== undefined;
      if (!isThere) return undefined;
      return {
        id,
        ...(row !== undefined && { delivery: readDelivery(row) }),
        ...(known !== undefined && { summary: known }),
      };
    },

    digestMembers: async ({ id, limit, after }): Promise<Page<DigestMember>> => {
      const { entries, next } = await entriesFrom(id, placeOf(after), limit);
      const byId = await findRows(
        entries.map(({ deliveryId, entry }) => ({ alertId: entry.alertId, deliveryId })),
        { client, table, isConsistent: true, wait },
      );
      return {
        items: entries.map(({ deliveryId, entry }) => {
          const row = byId.get(deliveryId);
          return {
            deliveryId,
            entry,
            ...(row !== undefined && !isExpired(row) && { delivery: readDelivery(row) }),
          };
        }),
        ...(next !== undefined && { next: `${String(next.page)}.${String(next.index)}` }),
      };
    },
  };
}

type Place = { page: number; index: number };

function placeOf(token: string | undefined): Place {
  if (token === undefined) return { page: 0, index: 0 };
  const [, page, index] = TOKEN.exec(token) ?? [];
  if (page === undefined || index === undefined) {
    throw new NoSuchPlaceError(token);
  }
  return { page: Number(page), index: Number(index) };
}
