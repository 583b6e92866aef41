import { isDeepStrictEqual } from 'node:util';
import { STORED_KINDS } from '../../core/config/stored/kinds.ts';
import { isOfCanary } from '../../core/model/config/canary.ts';
import type { ConfigKind } from '../../core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../core/model/config/config-of.ts';
import type { Change, ConfigStore, Located, MadeBy } from '../../core/operator/ports.ts';
import { configKey } from '../dynamodb/keys.ts';
import { conditionHeld } from '../dynamodb/conditions.ts';
import {
  besideConfig,
  CONFIG_SCHEMA_VERSION,
  configName,
  readConfig,
  sortConfig,
} from '../dynamodb/config-items.ts';
import { type Author, authored, authoredUpdate, noteDeletion, shortenHistory } from './config-history.ts';
import { madeByOf } from './made-by.ts';
import { countConfigChange, getConfigItem, queryConfig } from '../dynamodb/config.ts';
import { isThis, reservationIn, stored, unchanged } from './stored-config.ts';
import { configNames } from './config-names.ts';
import { FORGOTTEN_AFTER_MS } from '../memory/cached-configuration.ts';
import type { Item } from '../dynamodb/pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

const CONSISTENT = { isConsistent: true };

/**
 * The write side of the configuration.
 *
 * A write compares what lies in the table with what its operator read, and then holds on to the revision of it. After
 * each write the version of all configuration counts up, which makes the functions read again.
 */
export function dynamodbConfigStore(
  from: TableAccess & {
    author?: Author;
    /** Absent: a change that cannot be counted fails. */
    sleep?: (ms: number) => Promise<void>;
  },
): ConfigStore {
  const { client, table, author, sleep } = from;
  const names = configNames(from);
  const read = async (kind: ConfigKind, id: string) => getConfigItem(from, kind, id, CONSISTENT);

  /**
   * Tells the functions of a change that was made. When that fails, the change stands and may be remembered wrongly for some
   * seconds; so it is done when they are over, and whoever hears of success can rely on it.
   */
  async function count(): Promise<void> {
    try {
      await countConfigChange(from);
    } catch (error) {
      if (sleep === undefined) throw error;
      await sleep(FORGOTTEN_AFTER_MS);
    }
  }

  async function put(
    kind: ConfigKind,
    config: ConfigOf<ConfigKind>,
    over: Item | undefined,
    madeBy?: MadeBy,
  ): Promise<boolean> {
    const revision = Number(over?.['revision'] ?? 0) + 1;
    const isFirst = await conditionHeld(
      client.call('PutItem', {
        TableName: table,
        Item: {
          ...configKey(kind, config.id),
          schema_version: CONFIG_SCHEMA_VERSION,
          revision,
          config,
          ...besideConfig(kind, config),
          ...madeByOf(over, madeBy),
          ...(await authored(author, over, over?.['config'] as object | undefined, config)),
          ...reservationIn(over),
        },
        ...(over === undefined ? { ConditionExpression: 'attribute_not_exists(pk)' } : unchanged(over)),
      }),
    );
    // A call whose answer was lost is made again by the client, and then finds its own item in the way.
    const isWritten = isFirst || isThis(await read(kind, config.id), revision, config);
    if (isWritten) await count();
    return isWritten;
  }

  async function remove(kind: ConfigKind, id: string, over: Item): Promise<boolean> {
    const isFirst = await conditionHeld(
      client.call('DeleteItem', { TableName: table, Key: configKey(kind, id), ...unchanged(over) }),
    );
    // The same: it is gone, and nothing else has come in its place.
    const isGone = isFirst || (await read(kind, id)) === undefined;
    if (isGone) await count();
    return isGone;
  }

  /** The item by id or by the name that can be seen. */
  async function itemOf(kind: ConfigKind, nameOrId: string): Promise<Item | undefined> {
    // It can be looked at with `canary list`, and changed by nobody.
    if (isOfCanary(nameOrId)) return undefined;
    const byId = await read(kind, nameOrId);
    if (byId !== undefined) return byId;
    const owner = await names.ownerOf(kind, nameOrId);
    const byName = owner === undefined ? undefined : await read(kind, owner);
    // Of an item that lost its content, the claim alone tells the name.
    if (byName !== undefined && (configName(byName) ?? nameOrId) === nameOrId) return byName;
    // An item that was written by hand, or lost its claim.
    const items = await queryConfig(from, kind, CONSISTENT);
    const called = items.filter((item) => configName(item) === nameOrId);
    return called.length === 1 ? called[0] : undefined;
  }

  return {
    create: async (kind, item, madeBy) => {
      if (!(await names.claim(kind, item.name, item.id))) return 'name-taken';
      // The id of the default route is always the same: of two that make it, the second hears of the first.
      if (!(await put(kind, item, undefined, madeBy))) return 'name-taken';
      if ((await names.ownerOf(kind, item.name)) === item.id) return 'created';
      const mine = await read(kind, item.id);
      if (mine !== undefined) await remove(kind, item.id, mine);
      return 'name-taken';
    },

    madeByApply: async (kind) =>
      new Set(
        (await queryConfig(from, kind, CONSISTENT))
          .filter((item) => item['made_by'] === 'apply')
          .map((item) => String(item['sk'])),
      ),

    list: async (kind) => sortConfig(STORED_KINDS[kind], await queryConfig(from, kind, CONSISTENT)),

    find: async (kind, nameOrId) => {
      const item = await itemOf(kind, nameOrId);
      return item === undefined ? undefined : readConfig(STORED_KINDS[kind], item);
    },

    locate: async (kind, nameOrId) => {
      const item = await itemOf(kind, nameOrId);
      if (item === undefined) return undefined;
      const name = configName(item);
      return { kind, id: String(item['sk']), ...(name !== undefined && { name }), stored: item };
    },

    update: async (kind, before, after) => {
      const item = await read(kind, before.id);
      if (item === undefined) return 'not-found';
      if (!isDeepStrictEqual(item['config'], stored(before))) return 'changed-meanwhile';
      const isRenamed = before.name !== after.name;
      if (isRenamed && !(await names.claim(kind, after.name, after.id))) return 'name-taken';
      if (!(await put(kind, after, item))) {
        if (isRenamed) await names.release(kind, after.name, after.id);
        return 'changed-meanwhile';
      }
      if (!isRenamed) return 'changed';
      if ((await names.ownerOf(kind, after.name)) !== after.id) {
        const mine = await read(kind, after.id);
        if (mine !== undefined && isDeepStrictEqual(mine['config'], stored(after)))
          await put(kind, before, mine);
        return 'name-taken';
      }
      await names.release(kind, before.name, after.id);
      return 'changed';
    },

    noteNewSecret: async (kind, id, at) => {
      const field = kind === 'source' ? 'secretVersion' : 'version';
      const said = await authoredUpdate(author, 'new secret');
      const isNoted = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: configKey(kind, id),
          UpdateExpression: `SET #config.#field = if_not_exists(#config.#field, :none) + :one, #config.#updatedAt = :at, #revision = if_not_exists(#revision, :none) + :one${said.set}`,
          ConditionExpression: 'attribute_exists(#config)',
          ExpressionAttributeNames: {
            '#config': 'config',
            '#field': field,
            '#updatedAt': 'updatedAt',
            '#revision': 'revision',
            ...said.names,
          },
          ExpressionAttributeValues: { ':none': 0, ':one': 1, ':at': at, ...said.values },
        }),
      );
      if (isNoted) await count();
      if (isNoted) await shortenHistory(from, author, kind, id);
      return isNoted ? 'changed' : 'not-found';
    },

    reserve: async (kind, id, { by, nowMs, untilMs }) => {
      const isReserved = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: configKey(kind, id),
          UpdateExpression:
            'SET reserved_by = :by, reserved_until = :until, #revision = if_not_exists(#revision, :none) + :one',
          // A call whose answer was lost is made again by the client, and finds its own reservation.
          ConditionExpression:
            'attribute_exists(pk) AND (attribute_not_exists(reserved_until) OR reserved_until < :now OR reserved_by = :by)',
          ExpressionAttributeNames: { '#revision': 'revision' },
          ExpressionAttributeValues: {
            ':by': by,
            ':until': untilMs,
            ':now': nowMs,
            ':none': 0,
            ':one': 1,
          },
        }),
      );
      if (isReserved) return 'reserved';
      return (await read(kind, id)) === undefined ? 'not-found' : 'reserved-already';
    },

    release: async (kind, id, { by }) => {
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: configKey(kind, id),
          UpdateExpression:
            'REMOVE reserved_by, reserved_until SET #revision = if_not_exists(#revision, :none) + :one',
          ConditionExpression: 'reserved_by = :by',
          ExpressionAttributeNames: { '#revision': 'revision' },
          ExpressionAttributeValues: { ':by': by, ':none': 0, ':one': 1 },
        }),
      );
    },

    delete: async ({ kind, id, name, stored: seen }): Promise<Change> => {
      const item = await read(kind, id);
      if (item === undefined) return 'not-found';
      if (!isDeepStrictEqual(item, seen)) return 'changed-meanwhile';
      if (name !== undefined) await noteDeletion(from, author, { kind, name, item });
      if (!(await remove(kind, id, item))) return 'changed-meanwhile';
      if (name !== undefined) await names.release(kind, name, id);
      return 'changed';
    },

    restore: async ({ kind, id, name, stored: seen }: Located) => {
      if (name !== undefined) await names.claim(kind, name, id);
      await conditionHeld(
        client.call('PutItem', {
          TableName: table,
          Item: seen as Item,
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      await count();
    },
  };
}
