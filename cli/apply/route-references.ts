import { meanwhile } from '../config/changed-meanwhile.ts';
import type { World } from './kind.ts';
import { suggestion } from '../../functions/core/text/did-you-mean.ts';

export const ROUTES_MAP = 'routes';

/** The maps that a route can refer to, each with the word for one item. */
const WORDS = { sources: 'source', destinations: 'destination', time_intervals: 'interval' } as const;
export type ReferredMap = keyof typeof WORDS;

/**
 * The name of a source, destination or time interval that a route names by its name or its id; undefined where there is none.
 *
 * The id of a source that was deleted stays in routes: it matches nothing, and is told in a note.
 */
export function nameOfReference(
  world: World,
  map: ReferredMap,
  nameOrId: string,
  route: string,
): string | undefined {
  if (world.known(map).has(nameOrId)) return nameOrId;
  const id = world.idOf(map, nameOrId);
  if (id !== undefined) {
    const name = world.names[WORDS[map]](id);
    return world.isPruned(map, name) ? undefined : name;
  }
  if (map !== 'sources' || !/^src_\w+$/u.test(nameOrId)) return undefined;
  const note = `Route ${JSON.stringify(route)} names the source ${nameOrId}, which is not there.`;
  if (!world.notes.includes(note)) world.notes.push(note);
  return nameOrId;
}

/** Why a route cannot name this. */
export function missingReference(world: World, map: ReferredMap, name: string): string {
  const word = WORDS[map];
  const near = suggestion(name, [...world.known(map)]);
  return world.isPruned(map, name)
    ? `${word} ${JSON.stringify(name)} is to be deleted: with --prune, every ${word} that apply made must stand in a file`
    : `no ${word} is called ${JSON.stringify(name)}${near === '' ? '' : `;${near}`}`;
}

/** The id of what a route names; it was there when the plan was made. */
export function idThere(world: World, map: ReferredMap, name: string): string {
  const id = world.idOf(map, name);
  if (id !== undefined) return id;
  throw meanwhile(`${WORDS[map]} ${JSON.stringify(name)}, which a route names, was deleted meanwhile`);
}
