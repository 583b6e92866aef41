import { isDeepStrictEqual } from 'node:util';
import { shownUrl, type UrlSettings } from '../../core/deliver/webhook/secret-url.ts';
import type { ConfigKind } from '../../core/model/config/unreadable-config.ts';
import type { ConfigChange, ConfigHistory, HistoryKind } from '../../core/operator/ports.ts';
import type { Clock } from '../../core/world.ts';
import { cut } from '../../core/text/cut.ts';
import { conditionHeld } from '../dynamodb/conditions.ts';
import { configKey, historyKey, remediationKey } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** Who changes, and when; without an author nothing is said of it. */
export type Author = { by: () => Promise<string>; clock: Clock };

/** An item is read with every request or batch, so its history is short. */
const MAX_CHANGES = 10;
const MAX_CHARACTERS = 80;
/** How long it is told of an item that it was deleted. */
const DELETED_DAYS = 400;
/** What says when, and how often, something was changed, and not what it is. */
const COUNTS = new Set(['id', 'createdAt', 'updatedAt', 'version', 'secretVersion']);

/**
 * Who changed an item last, and the changes before: attributes beside its configuration, in the same conditional write.
 *
 * @param before what it was; undefined for a new one
 */
export async function authored(
  author: Author | undefined,
  over: Item | undefined,
  before: object | undefined,
  after: object,
): Promise<Item> {
  if (author === undefined) return kept(over);
  const by = await author.by();
  const fields = before === undefined ? [] : changedFields(before, after);
  return {
    updated_by: by,
    history: [
      ...changesIn(over),
      {
        at: at(author),
        by,
        what: before === undefined ? 'created' : 'changed',
        ...(fields.length > 0 && { fields }),
      },
    ].slice(-MAX_CHANGES),
  };
}

/** The parts of an update expression that say who gave the item another secret. */
export async function authoredUpdate(author: Author | undefined, what: ConfigChange['what']) {
  if (author === undefined) return { set: '', names: {}, values: {} };
  const by = await author.by();
  return {
    set: ', #updatedBy = :by, #history = list_append(if_not_exists(#history, :noChanges), :change)',
    names: { '#updatedBy': 'updated_by', '#history': 'history' },
    values: { ':by': by, ':noChanges': [], ':change': [{ at: at(author), by, what }] },
  };
}

/** Drops the oldest change where an update has made the list too long; a write of the whole item does so itself. */
export async function shortenHistory(
  { client, table }: TableAccess,
  author: Author | undefined,
  kind: ConfigKind,
  id: string,
): Promise<void> {
  if (author === undefined) return;
  await conditionHeld(
    client.call('UpdateItem', {
      TableName: table,
      Key: configKey(kind, id),
      UpdateExpression: 'REMOVE #history[0]',
      ConditionExpression: 'size(#history) > :most',
      ExpressionAttributeNames: { '#history': 'history' },
      ExpressionAttributeValues: { ':most': MAX_CHANGES },
    }),
  );
}

/**
 * Says of an item, before it is deleted, who deletes it. It is told only while there is no item of this name, so that a deletion
 * that fails says nothing.
 */
export async function noteDeletion(
  { client, table }: TableAccess,
  author: Author | undefined,
  { kind, name, item }: { kind: HistoryKind; name: string; item: Item },
): Promise<void> {
  if (author === undefined) return;
  const by = await author.by();
  const change: ConfigChange = { at: at(author), by, what: 'deleted' };
  await client.call('PutItem', {
    TableName: table,
    Item: {
      ...historyKey(kind, name),
      history: [...changesIn(item), change].slice(-MAX_CHANGES),
      expires_at: Math.ceil(author.clock.now() / 1_000) + DELETED_DAYS * 86_400,
    },
  });
}

/** Reads the changes of an item, or of one that was deleted. */
export function dynamodbConfigHistory({ client, table }: TableAccess): ConfigHistory {
  return {
    of: async (kind, id) => {
      const Key = kind === 'remediation' ? remediationKey(id) : configKey(kind, id);
      const { Item } = await client.call('GetItem', { TableName: table, Key, ConsistentRead: true });
      return changesIn(Item);
    },
    ofDeleted: async (kind, name) => {
      const { Item } = await client.call('GetItem', {
        TableName: table,
        Key: historyKey(kind, name),
        ConsistentRead: true,
      });
      return changesIn(Item);
    },
  };
}

function at({ clock }: Author): string {
  return new Date(clock.now()).toISOString();
}

function changesIn(item: Item | undefined): ConfigChange[] {
  const history = item?.['history'];
  return Array.isArray(history) ? (history as ConfigChange[]) : [];
}

function kept(over: Item | undefined): Item {
  return Object.fromEntries(
    ['updated_by', 'history'].flatMap((name) =>
      over?.[name] === undefined ? [] : [[name, over[name]] as const],
    ),
  );
}

function changedFields(before: object, after: object): NonNullable<ConfigChange['fields']> {
  const [was, is] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((field) => !COUNTS.has(field) && !isDeepStrictEqual(was.get(field), is.get(field)))
    .map((field) => ({
      field,
      ...(was.has(field) && { old: shown(field, was.get(field), before) }),
      ...(is.has(field) && { new: shown(field, is.get(field), after) }),
    }));
}

/** A URL as it may be seen: that of a chat is a secret. */
function shown(field: string, value: unknown, config: object): string {
  const text = field === 'url' && 'customHeaderNames' in config ? shownUrl(config as UrlSettings) : value;
  return cut(typeof text === 'string' ? text : JSON.stringify(text), MAX_CHARACTERS);
}
