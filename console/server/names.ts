import type { Gateway } from '../../cli/gateway.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { Clock } from '../../functions/core/world.ts';
import { kept } from './kept.ts';

/** The names of configuration items by their ids. A deleted item keeps its id as its name. */
export type Names = {
  destinations: readonly Destination[];
  destinationName(id: string): string;
  destinationId(nameOrId: string): string;
  sourceName(id: string): string;
  sourceId(nameOrId: string): string;
};

/** A changed name may be shown as it was for this long, so that a list costs no call for names. */
const FRESH_MS = 10_000;

export function freshNames({ config }: Pick<Gateway, 'config'>, clock: Clock): () => Promise<Names> {
  return kept(FRESH_MS, clock, async () => {
    const [sources, destinations] = await Promise.all([config.list('source'), config.list('destination')]);
    return {
      destinations: destinations.readable,
      destinationName: nameIn([...destinations.readable, ...destinations.unreadable]),
      destinationId: idIn(destinations.readable),
      sourceName: nameIn([...sources.readable, ...sources.unreadable]),
      sourceId: idIn(sources.readable),
    };
  });
}

const nameIn = (items: readonly { id: string; name?: string }[]): ((id: string) => string) => {
  const names = new Map(items.map(({ id, name }) => [id, name ?? id]));
  return (id) => names.get(id) ?? id;
};

const idIn = (items: readonly { id: string; name: string }[]): ((nameOrId: string) => string) => {
  const ids = new Map(items.map(({ id, name }) => [name, id]));
  return (nameOrId) => ids.get(nameOrId) ?? nameOrId;
};
