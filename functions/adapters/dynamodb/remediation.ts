import { isDeepStrictEqual } from 'node:util';
import { quoted } from '../../core/config/problem.ts';
import { list, object, optional, text } from '../../core/config/value-checks.ts';
import { type Remediation, mostExactFirst } from '../../core/model/config/remediation.ts';
import type { Listed, UnreadableConfig } from '../../core/model/config/unreadable-config.ts';
import type { RemediationStore } from '../../core/operator/ports.ts';
import type { RemediationSource } from '../../core/deliver/ports.ts';
import type { DynamodbClient } from './client.ts';
import { conditionHeld } from './conditions.ts';
import { remediationKey, remediationPartition } from './keys.ts';
import { type Item, queryAll } from './pages.ts';

type Table = { client: DynamodbClient; table: string };

/** As for configuration: raised by a version that writes what an older one must not pass over. */
const SCHEMA_VERSION = 1;

/** The operator's steps, the most exact first. An entry that cannot be read is left out: a mail is worth more. */
export function dynamodbRemediation(from: Table): RemediationSource {
  return { load: async () => mostExactFirst((await readAll(from, false)).readable) };
}

/** The entries that cannot be read, for whoever watches them. */
export function dynamodbUnreadableRemediation(from: Table): { list(): Promise<UnreadableConfig[]> } {
  return { list: async () => (await readAll(from, false)).unreadable };
}

/** One item per type, written by the operator's tools; every write names what it read. */
export function dynamodbRemediationStore(from: Table): RemediationStore {
  const { client, table } = from;

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
      const { readable, unreadable } = await readAll(from, true);
      return { readable: mostExactFirst(readable), unreadable };
    },
    find: async (type) => {
      const item = await read(type);
      return item === undefined ? undefined : { stored: item };
    },
    set: async (entry, over) => {
      const condition = await unchanged(entry.type, over);
      if (condition === undefined) return 'changed-meanwhile';
      const revision = Number((over?.stored as Item | undefined)?.['revision'] ?? 0) + 1;
      const isWritten = await conditionHeld(
        client.call('PutItem', {
          TableName: table,
          Item: { ...remediationKey(entry.type), schema_version: SCHEMA_VERSION, revision, entry },
          ...condition,
        }),
      );
      return isWritten ? 'changed' : 'changed-meanwhile';
    },
    remove: async (type, found) => {
      const condition = await unchanged(type, found);
      const isGone =
        condition !== undefined &&
        (await conditionHeld(
          client.call('DeleteItem', { TableName: table, Key: remediationKey(type), ...condition }),
        ));
      return isGone ? 'changed' : 'changed-meanwhile';
    },
  };
}

async function readAll({ client, table }: Table, isConsistent: boolean): Promise<Listed<Remediation>> {
  const items = await queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': remediationPartition() },
    ConsistentRead: isConsistent,
  });
  const listed: Listed<Remediation> = { readable: [], unreadable: [] };
  for (const item of items) {
    const problem = problemOf(item);
    const type = String(item['sk']);
    if (problem === undefined) listed.readable.push(item['entry'] as Remediation);
    else listed.unreadable.push({ kind: 'remediation', id: type, problem });
  }
  return listed;
}

const ENTRY = object({ type: text, steps: list(text, { isEmptyAllowed: false }), url: optional(text) });

function problemOf(item: Item): string | undefined {
  const version = item['schema_version'] ?? SCHEMA_VERSION;
  if (typeof version !== 'number' || !(version <= SCHEMA_VERSION)) {
    return `schema_version is ${quoted(version)}; this version of Tocsin reads up to ${SCHEMA_VERSION}`;
  }
  const { entry, sk } = item;
  const problem = ENTRY(entry, 'entry');
  if (problem !== undefined) return problem;
  return (entry as Remediation).type === sk ? undefined : 'entry.type is another one';
}
