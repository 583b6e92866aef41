import { configProblem, readableCondition, readableDestination } from '../../core/config/stored-config.ts';
import type { Channel, Recipient } from '../../core/model/config/destination.ts';
import type { Severity } from '../../core/model/wire/severity.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import {
  type ConfigKind,
  describeWithoutId,
  type Listed,
  type UnreadableConfig,
  UnreadableConfigError,
  type UnreadableDestination,
  type UnreadableOf,
  type UnreadableRoute,
} from '../../core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../core/model/config/config-of.ts';

/**
 * How configuration lies in the table:
 * `{ pk: 'SOURCE', sk: 'src_…', schema_version: 1, revision: 3, config: {…the model object…} }`.
 *
 * `revision` counts the writes, and every write names the one that it read. `without_auth: true` stands beside a config
 * whose auth is `none`: one word that is damaged opens no source, and no webhook posts unsigned.
 */
/** Raised by a version that writes what an older one must not pass over. An item without one has the first. */
export const CONFIG_SCHEMA_VERSION = 1;

type Item = Record<string, unknown>;

/** What a writer puts beside a config. */
export function besideConfig(config: object): { without_auth?: true } {
  return isWithoutAuth(config) ? { without_auth: true } : {};
}

function isWithoutAuth(config: object): boolean {
  const { auth } = config as { auth?: { type?: unknown } };
  return auth?.type === 'none';
}

/**
 * The model object of an item, after a look at every field of it.
 *
 * @throws UnreadableConfigError, which names the item and the field
 */
export function readConfig<K extends ConfigKind>(kind: K, item: Item): ConfigOf<K> {
  const problem = problemOf(kind, item);
  if (problem === undefined) return item['config'] as ConfigOf<K>;
  const unreadable = whatIsSeen(kind, item, problem);
  throw new UnreadableConfigError(describeWithoutId(unreadable), unreadable);
}

/** Every item on one of two lists. */
export function sortConfig<K extends ConfigKind>(
  kind: K,
  items: readonly Item[],
): Listed<ConfigOf<K>, UnreadableOf<K>> {
  const sorted: Listed<ConfigOf<K>, UnreadableOf<K>> = { readable: [], unreadable: [] };
  for (const item of items) {
    const problem = problemOf(kind, item);
    if (problem === undefined) sorted.readable.push(item['config'] as ConfigOf<K>);
    else sorted.unreadable.push(unreadableOf(kind, item, problem));
  }
  return sorted;
}

function unreadableOf<K extends ConfigKind>(kind: K, item: Item, problem: string): UnreadableOf<K> {
  const seen = whatIsSeen(kind, item, problem);
  const more = kind === 'destination' ? seenOfDestination(item) : kind === 'route' ? seenOfRoute(item) : {};
  return { ...seen, ...more } as UnreadableOf<K>;
}

function seenOfDestination(item: Item): Omit<UnreadableDestination, keyof UnreadableConfig> {
  const readable = readableDestination(item['config']);
  const recipients = (readable['recipients'] as Recipient[] | undefined) ?? [];
  return {
    ...(readable['channel'] !== undefined && { channel: readable['channel'] as Channel }),
    recipients: recipients.map(({ address }) => address),
    // What a newer version means by a threshold is not known.
    ...(!isNewer(item) &&
      readable['minSeverity'] !== undefined && { minSeverity: readable['minSeverity'] as Severity }),
    isDisabled: readable['isEnabled'] === false,
  };
}

function seenOfRoute(item: Item): Omit<UnreadableRoute, keyof UnreadableConfig> {
  return {
    destinationIds: [...destinationIdsIn(item)],
    condition: isNewer(item) ? {} : readableCondition(item['config']),
  };
}

function problemOf(kind: ConfigKind, item: Item): string | undefined {
  if (isNewer(item)) {
    return `schema_version is ${shownVersion(item)}; this version of Tocsin reads up to ${CONFIG_SCHEMA_VERSION}`;
  }
  const { config } = item;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    return `config is ${config === undefined ? 'missing' : 'not what it should be'}; expected an object`;
  }
  const problem = configProblem(kind, config);
  if (problem !== undefined) return problem;
  if (isWithoutAuth(config) && item['without_auth'] !== true) {
    return 'config.auth.type is "none", and nothing beside it says that this was meant (without_auth)';
  }
  return (config as Item)['id'] === item[TABLE.sortKey] ? undefined : 'config.id is another one';
}

function isNewer(item: Item): boolean {
  const version = item['schema_version'] ?? CONFIG_SCHEMA_VERSION;
  return typeof version !== 'number' || !(version <= CONFIG_SCHEMA_VERSION);
}

function shownVersion({ schema_version: version }: Item): string {
  return typeof version === 'number' ? String(version) : 'not a number';
}

function whatIsSeen(kind: ConfigKind, item: Item, problem: string): UnreadableConfig {
  const name = configName(item);
  return { kind, id: String(item[TABLE.sortKey]), ...(name !== undefined && { name }), problem };
}

/** The name, when there is one that can be read. */
export function configName(item: Item | undefined): string | undefined {
  const config = item?.['config'];
  return typeof config === 'object' && config !== null && 'name' in config && typeof config.name === 'string'
    ? config.name
    : undefined;
}

/** Wherever they stand: a newer version may call the field something else. */
function destinationIdsIn(value: unknown): Set<string> {
  if (typeof value === 'string') return new Set(/^dst_\w+$/u.test(value) ? [value] : []);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((inner) => [...destinationIdsIn(inner)]));
}
