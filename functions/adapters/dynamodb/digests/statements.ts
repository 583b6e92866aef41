import type { DigestPlace, DigestSummary } from '../../../core/model/wire/digest.ts';
import { isConditionFailed } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { type Key, digestPageKey, digestSummaryKey, numberOfDigestPage } from '../keys.ts';
import { type Item, queryPages } from '../pages.ts';
import { readItem } from '../read-item.ts';
import { updateIf } from '../update-if.ts';
import { updateOf } from '../update-expression.ts';
import { LANES, pagesOfLane, readSummary } from './items.ts';
import type { RetainedItems } from '../table-access.ts';

/** Where the pages of digests are: the first argument of each statement about one. */
export type DigestTable = RetainedItems & {
  /** Entries in a page. */
  pageEntries: number;
};

/** How many entries the page has then; undefined when it has one of them, is sealed, or has no room for all. */
export async function writeEntries(
  to: DigestTable,
  { digestId, page }: DigestPlace,
  group: readonly { name: string; value: string }[],
): Promise<number | undefined> {
  const absent = group.map((_, index) => `attribute_not_exists(#e${String(index)})`);
  const assigned = group.map((_, index) => `, #e${String(index)} = :e${String(index)}`);
  try {
    const { Attributes } = await to.client.call('UpdateItem', {
      TableName: to.table,
      Key: digestPageKey(digestId, page),
      UpdateExpression:
        'SET #expires_at = :expires_at, #entries = if_not_exists(#entries, :none) + :more' +
        assigned.join(''),
      ConditionExpression: [
        'attribute_not_exists(#sealed)',
        '(attribute_not_exists(#entries) OR #entries <= :most_before)',
        ...absent,
      ].join(' AND '),
      ExpressionAttributeNames: {
        '#expires_at': 'expires_at',
        '#entries': 'entries',
        '#sealed': 'sealed',
        ...Object.fromEntries(group.map(({ name }, index) => [`#e${String(index)}`, name])),
      },
      ExpressionAttributeValues: {
        ':expires_at': expiryOf(to),
        ':none': 0,
        ':more': group.length,
        ':most_before': to.pageEntries - group.length,
        ...Object.fromEntries(group.map(({ value }, index) => [`:e${String(index)}`, value])),
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return Number(Attributes?.['entries']);
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** A page as it is now; empty where it is not there yet. */
export async function readPage(to: DigestTable, { digestId, page }: DigestPlace): Promise<Item> {
  return (await readItem(to, digestPageKey(digestId, page))) ?? {};
}

/** The number of the lane's last page, or of its first where it has none yet. */
export async function lastPageOfLane(
  { client, table }: DigestTable,
  digestId: string,
  lane: number,
): Promise<number> {
  const { first, last } = pagesOfLane(lane);
  const { Items: [page] = [] } = await client.call('Query', {
    ...pagesBetween(table, digestPageKey(digestId, first), digestPageKey(digestId, last)),
    ScanIndexForward: false,
    Limit: 1,
    ProjectionExpression: 'sk',
    ConsistentRead: true,
  });
  return page === undefined ? first : numberOfDigestPage(page);
}

/** Seals a page unless it is full; whether it did. */
async function sealPage(to: DigestTable, { digestId, page }: DigestPlace): Promise<boolean> {
  return updateIf(to, digestPageKey(digestId, page), 'attribute_not_exists(#entries) OR #entries < :most', {
    set: { sealed: true, expires_at: expiryOf(to) },
    names: ['entries'],
    values: { ':most': to.pageEntries },
  });
}

/** Seals the first page of the lane that is not full. */
export async function sealLane(to: DigestTable, digestId: string, lane: number): Promise<void> {
  let page = await lastPageOfLane(to, digestId, lane);
  while (!(await sealPage(to, { digestId, page }))) page += 1;
}

/** Every page of the digest, answer after answer. */
export function allPages({ client, table }: DigestTable, digestId: string): AsyncGenerator<Item[]> {
  return queryPages(client, {
    ...pagesBetween(table, digestPageKey(digestId, 0), digestPageKey(digestId, pagesOfLane(LANES - 1).last)),
    ConsistentRead: true,
  });
}

export async function findSummary(to: DigestTable, digestId: string): Promise<DigestSummary | undefined> {
  return readSummary(await readItem(to, digestSummaryKey(digestId)));
}

/** Keeps the summary of a closed digest. Every worker computes the same one, so the last write may win. */
export async function keepSummary(to: DigestTable, digestId: string, summary: DigestSummary): Promise<void> {
  await to.client.call('UpdateItem', {
    TableName: to.table,
    Key: digestSummaryKey(digestId),
    ...updateOf({ set: { summary: JSON.stringify(summary), expires_at: expiryOf(to) } }),
  });
}

function pagesBetween(table: string, from: Key, to: Key) {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': from.pk, ':from': from.sk, ':to': to.sk },
  };
}
