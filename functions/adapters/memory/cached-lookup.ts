import type { Clock } from '../../core/world.ts';
import { isWithin } from './within.ts';
import { RecentMap } from '../../core/recent-map.ts';

/** Bounds the memory that lookups of invented ids can take. */
const MAX_ENTRIES = 5_000;

/**
 * Remembers what a lookup answered: present values for `ttlMs`, absent ones for `absentTtlMs`.
 *
 * Lookups of the same key that overlap share one call. A failure is not remembered.
 */
export function cachedLookup<T>({
  load,
  clock,
  ttlMs,
  absentTtlMs,
  maxEntries = MAX_ENTRIES,
}: {
  load: (key: string) => Promise<T>;
  clock: Clock;
  ttlMs: number;
  absentTtlMs: number;
  maxEntries?: number;
}): (key: string) => Promise<T> {
  const remembered = new RecentMap<string, { value: T; untilMs: number }>(maxEntries);
  const inFlight = new Map<string, Promise<T>>();

  async function loadAndRemember(key: string): Promise<T> {
    try {
      const value = await load(key);
      remembered.set(key, { value, untilMs: clock.now() + (value === undefined ? absentTtlMs : ttlMs) });
      return value;
    } finally {
      inFlight.delete(key);
    }
  }

  return async (key) => {
    const known = remembered.get(key);
    const ttlMsOf = known?.value === undefined ? absentTtlMs : ttlMs;
    if (known !== undefined && isWithin(known.untilMs, ttlMsOf, clock.now())) return known.value;
    const running = inFlight.get(key) ?? loadAndRemember(key);
    inFlight.set(key, running);
    return running;
  };
}
