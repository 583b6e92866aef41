/**
 * Whether something that is remembered for `ttlMs`, until `untilMs`, still is. A clock that jumped back must not make it
 * last longer: what then ends later than it could have begun is over.
 */
export function isWithin(untilMs: number, ttlMs: number, nowMs: number): boolean {
  return nowMs < untilMs && untilMs - nowMs <= ttlMs;
}
