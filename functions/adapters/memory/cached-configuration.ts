import type { Clock } from '../../core/world.ts';
import type { DestinationRegistry, RemediationSource, Silences } from '../../core/deliver/ports.ts';
import type { RoutingTable } from '../../core/route/ports.ts';
import type { SourceRegistry } from '../../core/ingest/ports.ts';
import { cachedLookup } from './cached-lookup.ts';

/** How long a change of the configuration may take to be seen by a function. */
const TTL_MS = 5_000;
/** After so long no function remembers what was changed before: what it read while the change was made is old then too. */
export const FORGOTTEN_AFTER_MS = TTL_MS + 1_000;
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

/**
 * Remembers the whole table, which routing reads all of, under the version that it had before it was read: one small
 * read for each batch. So an alert that is routed after a change was acknowledged is routed by it. What is changed by
 * hand counts nothing up, and is seen after the usual time.
 */
export function cachedRoutingTable(
  table: RoutingTable,
  { version, ...times }: Times & { version: { read(): Promise<string> } },
): RoutingTable {
  const load = cachedLookup({
    ...withDefaults(times),
    // Only one version is ever the current one.
    maxEntries: 1,
    load: async (_version: string) => table.load(),
  });
  return { load: async () => load(await version.read()) };
}

export function cachedRemediation(source: RemediationSource, times: Times): RemediationSource {
  const load = cachedLookup({ ...withDefaults(times), load: async () => source.load() });
  return { load: async () => load('') };
}

/** Silences of a few seconds ago; what is noted goes to the table at once. */
export function cachedSilences(silences: Silences, times: Times): Silences {
  const remembered = cachedLookup({ ...withDefaults(times), load: async () => silences.load() });
  return { ...silences, load: async () => remembered('') };
}

function withDefaults({ clock, ttlMs = TTL_MS, absentTtlMs = ABSENT_TTL_MS }: Times) {
  return { clock, ttlMs, absentTtlMs };
}
