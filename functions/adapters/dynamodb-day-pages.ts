import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '../core/operator-ports.ts';
import { dayOf } from './dynamodb-alert-items.ts';
import { batchGet } from './dynamodb-batch-get.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { type Item, keyOf } from './dynamodb-pages.ts';

const DAY_MS = 86_400_000;
const ROWS_PER_QUERY = 200;
/** Sorts after every id that may follow an instant. */
const AFTER_EVERY_ID = '#\uffff';

/**
 * A page of what an index holds by day, newest first, both ends of the time range included.
 *
 * Which attributes the index holds is the table's business: rows are judged by what they show (`mayMatch`), and
 * those left are read whole and judged again (`read`). `next` is the place of the last item that was given, so
 * a continued list neither repeats nor skips when new items arrive meanwhile.
 */
export async function pageByDay<T>({
  client,
  table,
  index,
  partition,
  since,
  until,
  limit,
  after,
  mayMatch,
  read,
}: {
  client: DynamodbClient;
  table: string;
  index: { index: string; partitionKey: string; sortKey: string };
  partition: (day: string) => string;
  /** Epoch milliseconds. */
  since: number;
  until: number;
  limit: number;
  after: string | undefined;
  mayMatch: (row: Item) => boolean;
  read: (item: Item) => T | undefined;
}): Promise<Page<T>> {
  const found: { value: T; position: string }[] = [];
  const oldest = new Date(since).toISOString();
  const resumeAt = after === undefined ? undefined : decodePosition(after);
  const newest = resumeAt ?? new Date(until).toISOString() + AFTER_EVERY_ID;
  const isFull = () => found.length > limit;

  async function take(rows: Item[]): Promise<void> {
    const candidates = rows.filter((row) => row[index.sortKey] !== resumeAt && mayMatch(row));
    const items = await batchGet({
      client,
      table,
      keys: candidates.map(keyOf),
      isConsistent: false,
      wait: sleep,
    });
    const byKey = new Map(items.map((item) => [`${String(item['pk'])} ${String(item['sk'])}`, item]));
    for (const row of candidates) {
      const item = byKey.get(`${String(row['pk'])} ${String(row['sk'])}`);
      const value = item === undefined ? undefined : read(item);
      if (value !== undefined) found.push({ value, position: String(row[index.sortKey]) });
      if (isFull()) return;
    }
  }

  for (const day of daysBackwards(newest, oldest)) {
    let start: Item | undefined;
    do {
      const page = await client.call('Query', {
        TableName: table,
        IndexName: index.index,
        KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :oldest AND :newest',
        ExpressionAttributeNames: { '#partition': index.partitionKey, '#sort': index.sortKey },
        ExpressionAttributeValues: { ':partition': partition(day), ':oldest': oldest, ':newest': newest },
        ScanIndexForward: false,
        Limit: Math.min(ROWS_PER_QUERY, Math.max(limit + 1, 25)),
        ...(start !== undefined && { ExclusiveStartKey: start }),
      });
      await take(page.Items ?? []);
      start = page.LastEvaluatedKey;
    } while (start !== undefined && !isFull());
    if (isFull()) break;
  }

  const items = found.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ value }) => value),
    ...(isFull() && last !== undefined && { next: encodePosition(last.position) }),
  };
}

function daysBackwards(newest: string, oldest: string): string[] {
  const days: string[] = [];
  const last = Date.parse(dayOf(oldest));
  for (let day = Date.parse(dayOf(newest)); day >= last; day -= DAY_MS) {
    days.push(dayOf(new Date(day).toISOString()));
  }
  return days;
}

const encodePosition = (position: string) => Buffer.from(position).toString('base64url');

function decodePosition(token: string): string {
  const position = Buffer.from(token, 'base64url').toString();
  if (!/^\d{4}-\d{2}-\d{2}T[^#]+#.+$/.test(position)) {
    throw new Error('token to continue a list is not one that a list gave; expected the value of "next"');
  }
  return position;
}
