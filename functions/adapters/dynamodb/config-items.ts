import type { StoredKind } from '../../core/config/stored/stored-kind.ts';
import { narrowedBy } from '../../core/config/stored/narrowed-by.ts';
import { sizeAt } from '../../core/config/stored/size-at.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import {
  type ConfigKind,
  describeWithoutId,
  type Listed,
  type UnreadableConfig,
  UnreadableConfigError,
  type UnreadableOf,
} from '../../core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../core/model/config/config-of.ts';

/**
 * How configuration lies in the table:
 * `{ pk: 'SOURCE', sk: 'src_…', schema_version: 1, revision: 3, config: {…the model object…} }`.
 *
 * `revision` counts the writes, and every write names the one that it read. `without_auth: true` stands beside a config
 * whose auth is `none`: one word that is damaged opens no source, and no webhook posts unsigned. `narrowed_by` says how much
 * there was of what keeps alerts back, such as `{ minSeverity: 1 }`: what is lost does not count as everything.
 */
/** A version raises it when it writes something that an older version must not pass over. An item without one has the first. */
export const CONFIG_SCHEMA_VERSION = 1;

/** How long a silence is kept after its end. */
const ENDED_KEPT_SECONDS = 30 * 86_400;

type Item = Record<string, unknown>;

/** The attributes that a writer puts beside a config. */
export function besideConfig(kind: ConfigKind, config: object): Item {
  const { endsAt } = config as { endsAt?: string };
  return {
    ...(isWithoutAuth(config) && { without_auth: true }),
    narrowed_by: narrowedBy(kind, config),
    ...(endsAt !== undefined && { expires_at: Math.ceil(Date.parse(endsAt) / 1_000) + ENDED_KEPT_SECONDS }),
  };
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
export function readConfig<K extends ConfigKind>(stored: StoredKind<K>, item: Item): ConfigOf<K> {
  const problem = problemOf(stored, item);
  if (problem === undefined) return item['config'] as ConfigOf<K>;
  const unreadable = whatIsSeen(stored.kind, item, problem);
  throw new UnreadableConfigError(describeWithoutId(unreadable), unreadable);
}

/** Every item, on the list of those that can be read or on that of the others. */
export function sortConfig<K extends ConfigKind>(
  stored: StoredKind<K>,
  items: readonly Item[],
): Listed<ConfigOf<K>, UnreadableOf<K>> {
  const sorted: Listed<ConfigOf<K>, UnreadableOf<K>> = { readable: [], unreadable: [] };
  for (const item of items) {
    const problem = problemOf(stored, item);
    if (problem === undefined) sorted.readable.push(item['config'] as ConfigOf<K>);
    else {
      const seen = { ...whatIsSeen(stored.kind, item, problem), ...stored.seen(item, isNewer(item)) };
      sorted.unreadable.push(seen as UnreadableOf<K>);
    }
  }
  return sorted;
}

function problemOf<K extends ConfigKind>(stored: StoredKind<K>, item: Item): string | undefined {
  if (isNewer(item)) {
    return `schema_version is ${shownVersion(item)}; this version of Tocsin reads up to ${CONFIG_SCHEMA_VERSION}`;
  }
  const { config } = item;
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    return `config is ${config === undefined ? 'missing' : 'not what it should be'}; expected an object`;
  }
  const problem = stored.problem(config, '') ?? lossOf(config, item['narrowed_by']);
  if (problem !== undefined) return problem;
  if (isWithoutAuth(config) && item['without_auth'] !== true) {
    return 'config.auth.type is "none", and nothing beside it says that this was meant (without_auth)';
  }
  return (config as Item)['id'] === item[TABLE.sortKey] ? undefined : 'config.id is another one';
}

/** A part that a write of the tool put there, and that is not there any more. */
function lossOf(config: object, narrowedBy: unknown): string | undefined {
  const lost = Object.entries((narrowedBy ?? {}) as Record<string, number>).find(
    ([path, size]) => sizeAt(config, path) < size,
  );
  return lost && `${lost[0]} is not what was written; something of it is missing`;
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
