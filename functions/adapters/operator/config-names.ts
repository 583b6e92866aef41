import type { ConfigKind } from '../../core/model/config/unreadable-config.ts';
import { conditionHeld } from '../dynamodb/conditions.ts';
import { configName } from '../dynamodb/config-items.ts';
import { configKey, nameKey } from '../dynamodb/keys.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/**
 * Names of configuration, unique per kind.
 *
 * A name is unique because an item of its own claims it: the claim is written first, the configuration second, and
 * then the claim is looked at again. A claim whose owner does not exist, or has another name by now, was left behind
 * by a crash and is taken over; who lost a claim that way in the middle of a write undoes that write.
 */
export function configNames({ client, table }: TableAccess) {
  async function ownerOf(kind: ConfigKind, name: string): Promise<string | undefined> {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: nameKey(kind, name),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : String(Item['owner_id']);
  }

  async function putClaim(
    kind: ConfigKind,
    name: string,
    id: string,
    condition: { ConditionExpression: string; ExpressionAttributeValues: Record<string, unknown> },
  ): Promise<boolean> {
    const Item = { ...nameKey(kind, name), owner_id: id };
    return conditionHeld(client.call('PutItem', { TableName: table, Item, ...condition }));
  }

  async function claim(kind: ConfigKind, name: string, id: string): Promise<boolean> {
    const isMine = await putClaim(kind, name, id, {
      ConditionExpression: 'attribute_not_exists(pk) OR owner_id = :id',
      ExpressionAttributeValues: { ':id': id },
    });
    if (isMine) return true;
    const owner = await ownerOf(kind, name);
    if (owner === undefined) return claim(kind, name, id);
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: configKey(kind, owner),
      ConsistentRead: true,
    });
    if (configName(Item) === name) return false;
    return putClaim(kind, name, id, {
      ConditionExpression: 'owner_id = :stale',
      ExpressionAttributeValues: { ':stale': owner },
    });
  }

  async function release(kind: ConfigKind, name: string, id: string): Promise<void> {
    await conditionHeld(
      client.call('DeleteItem', {
        TableName: table,
        Key: nameKey(kind, name),
        ConditionExpression: 'owner_id = :id',
        ExpressionAttributeValues: { ':id': id },
      }),
    );
  }

  return { ownerOf, claim, release };
}
