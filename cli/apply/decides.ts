import type { Configured } from '../../functions/core/route/routing-configuration.ts';

type Deciding = 'routes' | 'destinations' | 'intervals';
type ItemOf<M extends Deciding> = Configured[M]['readable'][number];

/** The configuration with this item in the place of the one that has its id, or beside the others. */
export function withItem<M extends Deciding>(map: M, item: ItemOf<M>) {
  return (configured: Configured): Configured => {
    const listed = configured[map];
    const others = listed.readable as ItemOf<M>[];
    const isThere = others.some(({ id }) => id === item.id);
    const readable = isThere ? others.map((one) => (one.id === item.id ? item : one)) : [...others, item];
    return { ...configured, [map]: { ...listed, readable } };
  };
}

export function withoutItem(map: Deciding, id: string) {
  return (configured: Configured): Configured => {
    const listed = configured[map];
    const readable = (listed.readable as { id: string }[]).filter((one) => one.id !== id);
    return { ...configured, [map]: { ...listed, readable } };
  };
}
