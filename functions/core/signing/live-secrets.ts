/** A secret and, during a rotation, the one before it until an instant (ISO 8601). */
type RotatingSecret = { current: string; previous?: string; previousNotAfter?: string };

/** The secrets that count now, newest first: the current one and, until its end, the one before it. */
export function liveSecrets(
  { current, previous, previousNotAfter }: RotatingSecret,
  nowMs: number,
): string[] {
  const previousIsLive =
    previous !== undefined && previousNotAfter !== undefined && nowMs < Date.parse(previousNotAfter);
  return previousIsLive ? [current, previous] : [current];
}

/**
 * The secret for what has room for one only: the current one, unless a rotation waits with that until an instant, so
 * that the receiver can be given the new one first.
 */
export function singleSecret(
  { currentFrom, ...secret }: RotatingSecret & { currentFrom?: string },
  nowMs: number,
): string {
  const [current = secret.current, previous] = liveSecrets(secret, nowMs);
  const isEarly = currentFrom !== undefined && nowMs < Date.parse(currentFrom);
  return isEarly && previous !== undefined ? previous : current;
}
