import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { CliFailure, notFound } from '../failure.ts';
import { nearest } from '../../functions/core/text/did-you-mean.ts';
import { mayBeginConfigId, wholeId } from './whole-id.ts';
import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import type { ConfigKind, ConfigStore, Located } from '../../functions/core/operator/ports.ts';
import type { Listed } from '../../functions/core/model/config/unreadable-config.ts';

/** The item with this name or id, or the failure that says there is none. */
export async function findConfig<K extends ConfigKind>(
  config: ConfigStore,
  kind: K,
  nameOrId: string,
): Promise<ConfigOf<K>> {
  const found = await byNameOrId(config, kind, nameOrId, async (one) => config.find(kind, one));
  if (found === undefined) throw await missing(config, kind, nameOrId);
  return found;
}

/** That there is none of this name, and the name that was probably meant. */
async function missing(config: ConfigStore, kind: ConfigKind, nameOrId: string): Promise<CliFailure> {
  return notFound(kind, nameOrId, nearest(nameOrId, await namesOf(config, kind)));
}

async function namesOf(config: ConfigStore, kind: ConfigKind): Promise<string[]> {
  return allOf(await config.list(kind)).map(({ name }) => name);
}

/** By name or id, and where nothing has it, by the one id that begins so. */
async function byNameOrId<T>(
  config: ConfigStore,
  kind: ConfigKind,
  text: string,
  read: (nameOrId: string) => Promise<T | undefined>,
): Promise<T | undefined> {
  const found = await read(text);
  if (found !== undefined || !mayBeginConfigId(text)) return found;
  const id = wholeId(kind, text, allOf(await config.list(kind)));
  return id === undefined ? undefined : read(id);
}

/** The id of an item that may be deleted by now: its records are still found by the whole id. */
export async function findIdOf(
  config: ConfigStore,
  kind: 'source' | 'destination',
  nameOrId: string,
): Promise<string> {
  const found = await findLocated(config, kind, nameOrId);
  if (found !== undefined) return found.id;
  if (nameOrId.startsWith(kind === 'source' ? 'src_' : 'dst_')) return nameOrId;
  throw await missing(config, kind, nameOrId);
}

/** The place of an item by its name, its id or the beginning of one; undefined when there is none. */
export async function findLocated(
  config: ConfigStore,
  kind: ConfigKind,
  nameOrId: string,
): Promise<Located | undefined> {
  return byNameOrId(config, kind, nameOrId, async (one) => config.locate(kind, one));
}

/** The place of an item that is to be deleted; it need not be readable. */
export async function locateConfig(
  config: ConfigStore,
  kind: ConfigKind,
  nameOrId: string,
): Promise<Located> {
  const found = await findLocated(config, kind, nameOrId);
  if (found === undefined) throw await missing(config, kind, nameOrId);
  return found;
}

/** Ids of several items; every one must exist. */
export async function findIds(
  config: ConfigStore,
  kind: ConfigKind,
  names: readonly string[],
): Promise<string[]> {
  const found = await boundedMap(names, CALLS_AT_ONCE, async (name) =>
    byNameOrId(config, kind, name, async (one) => config.find(kind, one)),
  );
  const missed = names.filter((_, index) => found[index] === undefined);
  if (missed.length > 0) {
    const known = await namesOf(config, kind);
    const lines = missed.map((name) => notFound(kind, name, nearest(name, known)).message);
    throw new CliFailure('not-found', lines.join('\n'));
  }
  return found.flatMap((item) => (item === undefined ? [] : [item.id]));
}

/** The names of destinations or time intervals by their ids; the id itself for one that was deleted. */
export function destinationNames(destinations: Listed<{ id: string; name: string }>): (id: string) => string {
  const names = new Map(allOf(destinations).map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

/** Everything that is there, by the name that can be seen. */
export function allOf(listed: Listed<{ id: string; name: string }>): { id: string; name: string }[] {
  return [...listed.readable, ...listed.unreadable].map(({ id, name = id }) => ({ id, name }));
}
