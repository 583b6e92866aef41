import { RecentMap } from '../recent-map.ts';
import { plainName } from '../text/plain-name.ts';

/** Names of fields come again in every record of a body, and a body has ten thousand. Longer ones are worked out each time. */
const recent = new RecentMap<string, string>(1_000);
const MAX_KEPT_CHARACTERS = 64;

/** The plain name of a record's field. */
export function fieldName(name: string): string {
  const known = recent.get(name);
  if (known !== undefined) return known;
  const plain = plainName(name);
  if (name.length <= MAX_KEPT_CHARACTERS) recent.set(name, plain);
  return plain;
}
