import type { ConfigOf } from '../../functions/core/model/config/config-of.ts';
import type { ConfigKind } from '../../functions/core/model/config/unreadable-config.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import type { Gateway } from '../gateway.ts';
import type { Existing } from './kind.ts';

/** The stored items of a kind, each with its fields as a file says them; unreadable ones by name. */
export async function storedItems<K extends ConfigKind>(
  { config }: Pick<Gateway, 'config'>,
  kind: K,
  written: (item: ConfigOf<K>) => Fields,
) {
  const [{ readable, unreadable }, made] = await Promise.all([config.list(kind), config.madeByApply(kind)]);
  return {
    existing: readable.map((item): Existing & { item: ConfigOf<K> } => ({
      item,
      name: item.name,
      id: item.id,
      fields: written(item),
      isMadeByApply: made.has(item.id),
    })),
    unreadable: unreadable.map(({ id, name = id, problem }) => ({ name, problem })),
  };
}
