/**
 * How the endpoint of a destination has been doing. Nothing known, or no failures, is healthy.
 *
 * `failures` counts in a row, and only what ended while the breaker was closed; `openings` counts how often the
 * breaker opened since the last success, and decides how long it stays open.
 */
export type EndpointHealth = {
  failures: number;
  openings: number;
  /** ISO 8601; in the future while the breaker is open. */
  openUntil?: string;
  /** ISO 8601; in the future while one worker tries the endpoint for everybody. */
  probeUntil?: string;
};
