/**
 * How long the key of a request is taken, in whole seconds since 1970, as the table compares them: through the last second
 * of the window, so that no repetition falls out of it by a rounded instant.
 *
 * claimed at 12:00:00.500 for 60 s → taken until 12:01:00.999
 */
export function windowEndsAt(claimedMs: number, windowSeconds: number): number {
  return Math.floor(claimedMs / 1_000) + windowSeconds;
}

/** Whether another request may have the key. A window that has no end is not over. */
export function isWindowOver(endsAt: number, nowMs: number): boolean {
  return endsAt < Math.floor(nowMs / 1_000);
}
