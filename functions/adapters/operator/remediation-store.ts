import { isDeepStrictEqual } from 'node:util';
import type { RemediationStore } from '../../core/operator/ports.ts';
import { mostExactFirst } from '../../core/model/config/remediation.ts';
import { conditionHeld } from '../dynamodb/conditions.ts';
import { remediationKey } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import { type Author, authored, noteDeletion } from './config-history.ts';
import { madeByOf } from './made-by.ts';
import { queryRemediation, readAllRemediation, REMEDIATION_SCHEMA_VERSION } from '../dynamodb/remediation.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** One item per type, written by the operator's tools; every write names what it read. */
export function dynamodbRemediationStore(from: TableAccess & { author?: Author }): RemediationStore {
  const { client, table, author } = from;

  async function read(type: string): Promise<Item | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: remediationKey(type),
      ConsistentRead: true,
    });
    return Item;
  }

  /** The condition of a write in the place of what was found; undefined when something else lies there by now. */
  async function unchanged(type: string, found: { stored: unknown } | undefined) {
    const item = await read(type);
    if (!isDeepStrictEqual(item, found?.stored)) return undefined;
    if (item === undefined) return { ConditionExpression: 'attribute_not_exists(pk)' };
    return item['revision'] === undefined
      ? { ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(revision)' }
      : {
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeValues: { ':revision': item['revision'] },
        };
  }

  return {
    list: async () => {
      const { readable, unreadable } = await readAllRemediation(from, { isConsistent: true });
      return { readable: mostExactFirst(readable), unreadable };
    },
    madeByApply: async () => {
      const items = await queryRemediation(from, { isConsistent: true });
      return new Set(items.filter((item) => item['made_by'] === 'apply').map((item) => String(item['sk'])));
    },
    find: async (type) => {
      const item = await read(type);
      return item === undefined ? undefined : { stored: item };
    },
    set: async (entry, over, madeBy) => {
      const condition = await unchanged(entry.type, over);
      if (condition === undefined) return 'changed-meanwhile';
      const old = over?.stored as Item | undefined;
      const revision = Number(old?.['revision'] ?? 0) + 1;
      const isWritten = await conditionHeld(
        client.call('PutItem', {
          TableName: table,
          Item: {
            ...remediationKey(entry.type),
            schema_version: REMEDIATION_SCHEMA_VERSION,
            revision,
            entry,
            ...madeByOf(old, madeBy),
            ...(await authored(author, old, old?.['entry'] as object | undefined, entry)),
          },
          ...condition,
        }),
      );
      return isWritten ? 'changed' : 'changed-meanwhile';
    },
    remove: async (type, found) => {
      const condition = await unchanged(type, found);
      if (condition !== undefined)
        await noteDeletion(from, author, { kind: 'remediation', name: type, item: found.stored as Item });
      const isGone =
        condition !== undefined &&
        (await conditionHeld(
          client.call('DeleteItem', { TableName: table, Key: remediationKey(type), ...condition }),
        ));
      return isGone ? 'changed' : 'changed-meanwhile';
    },
  };
}
