import { counted } from '../../functions/core/text/count-words.ts';
import {
  breakerState,
  type BreakerState,
  type EndpointHealth,
} from '../../functions/core/model/wire/endpoint-health.ts';
import { relativeTime } from './time.ts';

/** How the breaker of a webhook stands, as JSON. */
export function breakerView(
  health: EndpointHealth | undefined,
  nowMs: number,
): { state: BreakerState; failures: number; open_until: string | null } {
  const state = breakerState(health, nowMs);
  return {
    state,
    failures: health?.failures ?? 0,
    open_until: state === 'open' ? (health?.openUntil ?? null) : null,
  };
}

/** The same in words. */
export function describeBreaker(health: EndpointHealth | undefined, nowMs: number): string {
  const failures = health?.failures ?? 0;
  const inARow = `${counted(failures, 'failure', 'failures')} in a row`;
  switch (breakerState(health, nowMs)) {
    case 'closed':
      return failures === 0 ? 'closed: no failure behind it' : `closed, with ${inARow}; five open it`;
    case 'open':
      return `open after ${inARow}: alerts wait until ${health?.openUntil ?? ''} (${relativeTime(health?.openUntil, nowMs)})`;
    case 'half-open':
      return `half-open after ${inARow}: the next attempt tries the receiver for all that wait`;
  }
}
