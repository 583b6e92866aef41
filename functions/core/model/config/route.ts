import type { Severity } from '../wire/severity.ts';

/** Condition -> destinations. Every matching route applies; an absent condition matches everything. */
export type Route = {
  id: string;
  name: string;
  destinationIds: string[];
  condition: {
    sourceIds?: string[];
    /** Globs over the alert's type, `*` matches any run of characters. */
    types?: string[];
    minSeverity?: Severity;
    labels?: Record<string, string>;
    /** As `parseMatchers` reads them, all of which must hold: `env!=dev`. */
    matchers?: string[];
  };
  /** Time intervals, by id: it tells while one of the first is open (none: always) and none of the second is. */
  activeIntervalIds?: string[];
  mutedIntervalIds?: string[];
  /** What becomes of an alert outside of them; left out: it is held until they open. */
  outside?: 'hold' | 'drop';
  /** Critical alerts are told at once, unless this says otherwise. */
  holdsCritical?: boolean;
  /** Left out: enabled. */
  isEnabled?: boolean;
  createdAt: string;
  updatedAt: string;
};

/**
 * The id of the route `default`, by which goes what matches no other. It lies in the table only once it was pointed elsewhere:
 * until then it sends to every enabled destination. Pointed to nobody it names no destination.
 */
export const DEFAULT_ROUTE_ID = 'rte_default';
export const DEFAULT_ROUTE_NAME = 'default';

/**
 * In place of the destinations of the default route, where it sends to every enabled one and lies in the table for its intervals.
 * It is no id, and a route that names nothing that is there leads to everybody.
 */
export const EVERY_DESTINATION = 'all';
