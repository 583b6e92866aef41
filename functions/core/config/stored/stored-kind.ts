import type { ConfigKind, UnreadableConfig, UnreadableOf } from '../../model/config/unreadable-config.ts';
import { type Check, instant, isObject, type Shape, shortText, text } from '../value-checks.ts';

/**
 * The shape of one kind of configuration as this version writes it: every field, every closed list of values.
 *
 * A field that is not listed is let pass. So a newer version may add one only where leaving it out tells more people, and
 * otherwise raises the version of the item (docs/decisions/0088).
 *
 * Each kind is a file, so that a function has those in its bundle that it reads.
 */
export type StoredKind<K extends ConfigKind> = {
  kind: K;
  /** What is wrong with a config, in words; undefined when nothing is. */
  problem: Check;
  /** What can be seen of an item that cannot be read. `isNewer`: what a newer version means by its fields is not known. */
  seen(item: Record<string, unknown>, isNewer: boolean): Omit<UnreadableOf<K>, keyof UnreadableConfig>;
};

/** What every kind has. */
export const BASE: Shape = { id: text, name: shortText, createdAt: instant, updatedAt: instant };

/** The fields that pass their check. */
export function readableFields(from: unknown, shape: Shape): Record<string, unknown> {
  if (!isObject(from)) return {};
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => {
      const check = Object.hasOwn(shape, name) ? shape[name] : undefined;
      return value !== undefined && check !== undefined && check(value, name) === undefined;
    }),
  );
}
