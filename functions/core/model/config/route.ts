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
  };
  createdAt: string;
  updatedAt: string;
};
