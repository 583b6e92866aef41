import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import { RecentMap } from '../../../recent-map.ts';
import type { EndpointHealthStore, HealthChange } from './health.ts';

/** Successes of so many endpoints are remembered. */
const MAX_REMEMBERED = 5_000;

/**
 * The row that a failure belongs to: a success ends a row. Successes are not written, so each worker remembers its
 * own, and the first failure after one begins the row anew, whichever worker has counted before.
 *
 * | the worker remembers a success | the failure |
 * |---|---|
 * | none since the last failure | is one more |
 * | that came after the failure ended | is none: the row is over |
 * | that came before it | is the first one of a row, unless others have counted since that success |
 */
export function changeOf(
  endedMs: number,
  successMs: number | undefined,
): Extract<HealthChange, { change: 'failure' | 'first-failure' }> | undefined {
  if (successMs === undefined) return { change: 'failure', endedMs };
  return successMs > endedMs ? undefined : { change: 'first-failure', endedMs, successMs };
}

/** The rows of failures that one worker takes part in. */
export function failureRows(health: Pick<EndpointHealthStore, 'change'>) {
  /** When an attempt was last answered, where nothing was counted since. */
  const successes = new RecentMap<string, number>(MAX_REMEMBERED);
  /** First failures of a row that are being written; later failures must not be written before them. */
  const beginnings = new Map<string, Promise<EndpointHealth | undefined>>();

  return {
    /** An attempt was answered: failures before it and those that come are two rows. */
    sawSuccess: (id: string, atMs: number): void => {
      successes.set(id, atMs);
    },

    /** Counts a failure. The health with it; undefined where it does not count, or the breaker is open. */
    count: async (id: string, endedMs: number): Promise<EndpointHealth | undefined> => {
      const change = changeOf(endedMs, successes.get(id));
      if (change === undefined) return undefined;
      successes.delete(id);
      if (change.change === 'failure') {
        await beginnings.get(id)?.catch(() => undefined);
        return health.change(id, change);
      }
      const beginning = health.change(id, change).finally(() => beginnings.delete(id));
      beginnings.set(id, beginning);
      // Others have counted failures since that success, or the breaker is open.
      return (await beginning) ?? health.change(id, { change: 'failure', endedMs });
    },
  };
}
