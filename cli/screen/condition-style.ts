import type { SourceCondition } from '../../functions/core/watch/source-health.ts';

/** The word stands there too, so the color is never the only sign. */
export const CONDITION_STYLE = {
  healthy: 'green',
  silent: 'red',
  'never-seen': 'yellow',
} as const satisfies Record<SourceCondition, string>;
