import type { EndpointHealth } from '../../../model/wire/endpoint-health.ts';
import type { HealthChange } from './health.ts';

/** An endpoint that has not answered an attempt after so long is slow. */
export const SLOW_AFTER_MS = 1_000;
/** An answer within so long says that it is not. */
const FAST_WITHIN_MS = 500;
/** A fast answer counts only when the endpoint was not seen slow for so long. An endpoint that is now slow, now fast stays slow. */
const SLOW_FOR_MS = 60_000;
/** A slow endpoint is noted again only when less than this is left of its time. */
const RENEWED_BELOW_MS = 30_000;

/** The change to an endpoint whose attempt was not answered in time; undefined where it is known to be slow for long enough. */
export function slowing(known: EndpointHealth | undefined, nowMs: number): HealthChange | undefined {
  const unlessAfterMs = nowMs + RENEWED_BELOW_MS;
  return (known?.slowUntil ?? '') > new Date(unlessAfterMs).toISOString()
    ? undefined
    : { change: 'slow', untilMs: nowMs + SLOW_FOR_MS, unlessAfterMs };
}

/** The change to a slow endpoint that answered in time; undefined where there is none. */
export function speedingUp(
  known: EndpointHealth | undefined,
  durationMs: number,
  nowMs: number,
): HealthChange | undefined {
  const slowUntil = known?.slowUntil;
  return slowUntil !== undefined && durationMs < FAST_WITHIN_MS && Date.parse(slowUntil) <= nowMs
    ? { change: 'fast', slowUntil }
    : undefined;
}
