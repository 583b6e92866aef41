import { isDeepStrictEqual } from 'node:util';
import type { Item } from '../dynamodb/pages.ts';

/** The reservation of an item, which a write of it keeps. */
export function reservationIn(item: Item | undefined): Item {
  return item?.['reserved_by'] === undefined
    ? {}
    : { reserved_by: item['reserved_by'], reserved_until: item['reserved_until'] };
}

/** What holds while nobody has written the item since it was read. */
export function unchanged(item: Item) {
  const { revision } = item;
  return revision === undefined
    ? { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revision)' }
    : {
        ConditionExpression: 'revision = :revision',
        ExpressionAttributeValues: { ':revision': revision },
      };
}

/** The object as it comes back from the table, where a field without a value is none. */
export function stored(config: object): unknown {
  return JSON.parse(JSON.stringify(config));
}

/** Whether an item is what a write of this revision made. */
export function isThis(item: Item | undefined, revision: number, config: object): boolean {
  return item?.['revision'] === revision && isDeepStrictEqual(item['config'], stored(config));
}
