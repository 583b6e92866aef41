import type { ConfigKind, ConfigOf, ConfigStore } from '../core/operator-ports.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { conditionHeld } from './dynamodb-conditions.ts';
import { configKey, readConfig } from './dynamodb-config-items.ts';
import { findConfig, queryConfig } from './dynamodb-config.ts';
import type { PutInput } from './dynamodb-operations.ts';

/**
 * The write side of the configuration.
 *
 * A name is unique because an item of its own claims it: the claim is written first, the configuration second, and
 * then the claim is looked at again. A claim whose owner does not exist, or has another name by now, was left behind
 * by a crash and is taken over; whoever lost a claim that way in the middle of its own write undoes that write.
 */
export function dynamodbConfigStore({
  client,
  table,
}: {
  client: DynamodbClient;
  table: string;
}): ConfigStore {
  const from = { client, table };
  const consistent = { isConsistent: true };

  /** Whether a conditional put went through. */
  async function putIf(input: Omit<PutInput, 'TableName'>): Promise<boolean> {
    return conditionHeld(client.call('PutItem', { TableName: table, ...input }));
  }

  async function ownerOf(kind: ConfigKind, name: string): Promise<string | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: nameKey(kind, name),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : String(Item['owner_id']);
  }

  async function claimName(kind: ConfigKind, name: string, id: string): Promise<boolean> {
    const claim = { ...nameKey(kind, name), owner_id: id };
    if (
      await putIf({
        Item: claim,
        ConditionExpression: 'attribute_not_exists(pk) OR owner_id = :id',
        ExpressionAttributeValues: { ':id': id },
      })
    ) {
      return true;
    }
    const owner = await ownerOf(kind, name);
    if (owner === undefined) return claimName(kind, name, id);
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: configKey(kind, owner),
      ConsistentRead: true,
    });
    if (nameOf(Item) === name) return false;
    return putIf({
      Item: claim,
      ConditionExpression: 'owner_id = :stale',
      ExpressionAttributeValues: { ':stale': owner },
    });
  }

  async function releaseName(kind: ConfigKind, name: string, id: string): Promise<void> {
    await conditionHeld(
      client.call('DeleteItem', {
        TableName: table,
        Key: nameKey(kind, name),
        ConditionExpression: 'owner_id = :id',
        ExpressionAttributeValues: { ':id': id },
      }),
    );
  }

  return {
    create: async (kind, item) => {
      if (!(await claimName(kind, item.name, item.id))) return 'name-taken';
      const isNew = await putIf({
        Item: { ...configKey(kind, item.id), config: item },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      if (!isNew) throw new Error(`${kind} "${item.id}" exists already; expected a new id`);
      if ((await ownerOf(kind, item.name)) === item.id) return 'created';
      await client.call('DeleteItem', { TableName: table, Key: configKey(kind, item.id) });
      return 'name-taken';
    },

    list: async <K extends ConfigKind>(kind: K): Promise<ConfigOf<K>[]> =>
      (await queryConfig(from, kind, consistent)).map((item) => readConfig(kind, item)),

    find: async (kind, nameOrId) => {
      const byId = await findConfig(from, kind, nameOrId, consistent);
      if (byId !== undefined) return byId;
      const owner = await ownerOf(kind, nameOrId);
      if (owner === undefined) return undefined;
      const byName = await findConfig(from, kind, owner, consistent);
      return byName?.name === nameOrId ? byName : undefined;
    },

    update: async (kind, item) => {
      const before = await findConfig(from, kind, item.id, consistent);
      if (before === undefined) return 'not-found';
      const isRenamed = before.name !== item.name;
      if (isRenamed && !(await claimName(kind, item.name, item.id))) return 'name-taken';
      const put = async (config: typeof item) =>
        putIf({
          Item: { ...configKey(kind, item.id), config },
          ConditionExpression: 'attribute_exists(pk)',
        });
      if (!(await put(item))) return 'not-found';
      if (!isRenamed) return 'updated';
      if ((await ownerOf(kind, item.name)) !== item.id) {
        await put(before);
        return 'name-taken';
      }
      await releaseName(kind, before.name, item.id);
      return 'updated';
    },

    delete: async (kind, id) => {
      // Not parsed: what cannot be read must still be deletable.
      const { Attributes } = await client.call('DeleteItem', {
        TableName: table,
        Key: configKey(kind, id),
        ReturnValues: 'ALL_OLD',
      });
      const name = nameOf(Attributes);
      if (name !== undefined) await releaseName(kind, name, id);
    },
  };
}

const nameKey = (kind: ConfigKind, name: string) => ({ pk: `NAME#${kind}`, sk: name });

function nameOf(item: Record<string, unknown> | undefined): string | undefined {
  const config = item?.['config'];
  return typeof config === 'object' && config !== null && 'name' in config && typeof config.name === 'string'
    ? config.name
    : undefined;
}
