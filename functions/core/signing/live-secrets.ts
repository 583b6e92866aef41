/** A secret and, during a rotation, the one before it until an instant (ISO 8601). */
export type RotatingSecret = { current: string; previous?: string; previousNotAfter?: string };

/** The secrets that count now, newest first: the current one and, until its end, the one before it. */
export function liveSecrets(
  { current, previous, previousNotAfter }: RotatingSecret,
  nowMs: number,
): string[] {
  const previousIsLive =
    previous !== undefined && previousNotAfter !== undefined && nowMs < Date.parse(previousNotAfter);
  return previousIsLive ? [current, previous] : [current];
}
