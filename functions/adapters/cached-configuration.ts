import type {
  Clock,
  DestinationRegistry,
  RemediationSource,
  RoutingTable,
  SourceRegistry,
} from '../core/ports.ts';
import { cachedLookup } from './cached-lookup.ts';

/** How long a change of the configuration may take to be seen by a function. */
const TTL_MS = 5_000;
/** A source that was just created must not be unknown for long. */
const ABSENT_TTL_MS = 1_000;

type Times = { clock: Clock; ttlMs?: number; absentTtlMs?: number };

export function cachedSourceRegistry(registry: SourceRegistry, times: Times): SourceRegistry {
  return { find: cachedLookup({ ...withDefaults(times), load: async (id) => registry.find(id) }) };
}

export function cachedDestinationRegistry(registry: DestinationRegistry, times: Times): DestinationRegistry {
  const remembered = cachedLookup({ ...withDefaults(times), load: async (id: string) => registry.find(id) });
  return {
    find: async (id, options) => (options?.isFresh === true ? registry.find(id, options) : remembered(id)),
  };
}

/** Remembers the whole table: routing reads all of it. */
export function cachedRoutingTable(table: RoutingTable, times: Times): RoutingTable {
  const load = cachedLookup({ ...withDefaults(times), load: async () => table.load() });
  return { load: async () => load('') };
}

export function cachedRemediation(source: RemediationSource, times: Times): RemediationSource {
  const load = cachedLookup({ ...withDefaults(times), load: async () => source.load() });
  return { load: async () => load('') };
}

function withDefaults({ clock, ttlMs = TTL_MS, absentTtlMs = ABSENT_TTL_MS }: Times) {
  return { clock, ttlMs, absentTtlMs };
}
