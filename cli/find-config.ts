import { boundedMap, CALLS_AT_ONCE } from '../functions/core/bounded-map.ts';
import { notFound } from './failure.ts';
import type { ConfigKind, ConfigOf, ConfigStore } from '../functions/core/operator-ports.ts';
import type { Destination } from '../functions/core/model/destination.ts';

/** The item with this name or id, or the failure that says there is none. */
export async function findConfig<K extends ConfigKind>(
  config: ConfigStore,
  kind: K,
  nameOrId: string,
): Promise<ConfigOf<K>> {
  const found = await config.find(kind, nameOrId);
  if (found === undefined) throw notFound(kind, nameOrId);
  return found;
}

/** Ids of several items; every one must exist. */
export async function findIds(
  config: ConfigStore,
  kind: ConfigKind,
  names: readonly string[],
): Promise<string[]> {
  return boundedMap(names, CALLS_AT_ONCE, async (name) => (await findConfig(config, kind, name)).id);
}

/** What to call a destination of a delivery: its name, or its id when it was deleted. */
export function destinationNames(destinations: readonly Destination[]): (id: string) => string {
  const names = new Map(destinations.map((destination) => [destination.id, destination.name]));
  return (id) => names.get(id) ?? id;
}
