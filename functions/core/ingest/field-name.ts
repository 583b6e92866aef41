import { RecentMap } from '../recent-map.ts';
import { plainName } from '../text/plain-name.ts';

/** Longer names are worked out each time. */
const MAX_KEPT_CHARACTERS = 64;

/**
 * The same function, which remembers what it said of the last `most` names: names of fields come again in every record of a
 * body, and a body has ten thousand.
 */
export function rememberedByName<T extends {}>(
  workedOut: (name: string) => T,
  most: number,
): (name: string) => T {
  const recent = new RecentMap<string, T>(most);
  return (name) => {
    const known = recent.get(name);
    if (known !== undefined) return known;
    const found = workedOut(name);
    if (name.length <= MAX_KEPT_CHARACTERS) recent.set(name, found);
    return found;
  };
}

/** The plain name of a record's field. */
export const fieldName = rememberedByName(plainName, 1_000);
