/**
 * How the endpoint of a destination has been doing. Nothing known, or no failures, is healthy.
 *
 * `failures` counts in a row, and only what ended while the breaker was closed; `openings` counts how often the
 * breaker opened since the last success, and decides how long it stays open. A healthy endpoint may be slow.
 */
export type EndpointHealth = {
  failures: number;
  openings: number;
  /** ISO 8601; in the future while the breaker is open. */
  openUntil?: string;
  /** ISO 8601; in the future while one worker tries the endpoint for everybody. */
  probeUntil?: string;
  /** There while the endpoint is slow. ISO 8601; from then on an answer that is fast ends it. */
  slowUntil?: string;
};

/** How the breaker of an endpoint stands. `half-open`: the next attempt tries it for all. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What the health of an endpoint means at an instant; nothing known is closed. */
export function breakerState(health: EndpointHealth | undefined, nowMs: number): BreakerState {
  if (health === undefined || health.failures === 0) return 'closed';
  if (health.openUntil !== undefined && nowMs < Date.parse(health.openUntil)) return 'open';
  return health.openings > 0 ? 'half-open' : 'closed';
}
