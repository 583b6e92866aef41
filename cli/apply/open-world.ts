import { allOf } from '../config/find-config.ts';
import type { Session } from '../session.ts';
import type { Existing, Kind, World } from './kind.ts';
import { KINDS } from './kinds.ts';

/** The stored items of one kind. */
export type Loaded = {
  kind: Kind;
  existing: Existing[];
  unreadable: { name: string; problem: string }[];
};

/** Reads everything that is there. */
export async function openWorld(session: Session): Promise<{ world: World; loaded: Loaded[] }> {
  const gateway = await session.gateway();
  const [sources, destinations, intervals] = await Promise.all([
    gateway.config.list('source'),
    gateway.config.list('destination'),
    gateway.config.list('interval'),
  ]);
  const there = {
    sources: allOf(sources),
    destinations: allOf(destinations),
    time_intervals: allOf(intervals),
  };
  const ids = new Map(
    Object.entries(there).flatMap(([map, items]) =>
      items.flatMap(({ id, name }): [string, string][] => [
        [`${map}.${id}`, id],
        [`${map}.${name}`, id],
      ]),
    ),
  );
  const nameIn = (items: readonly { id: string; name: string }[]) => (id: string) =>
    items.find((item) => item.id === id)?.name ?? id;
  const world: World = {
    session,
    gateway,
    names: {
      source: nameIn(there.sources),
      destination: nameIn(there.destinations),
      interval: nameIn(there.time_intervals),
    },
    known: (map) => new Set(isReferred(map, there) ? there[map].map(({ name }) => name) : []),
    isPruned: () => false,
    idOf: (map, name) => ids.get(`${map}.${name}`),
    made: (map, name, id) => void ids.set(`${map}.${name}`, id),
    problems: [],
    notes: [],
  };
  const loaded: Loaded[] = [];
  for (const kind of KINDS) loaded.push({ kind, ...(await kind.load(world)) });
  return { world, loaded };
}

function isReferred<T extends object>(map: string, there: T): map is string & keyof T {
  return Object.hasOwn(there, map);
}
