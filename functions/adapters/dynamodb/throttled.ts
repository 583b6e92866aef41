import type { TimeLeft } from '../../core/world.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** Kept free for the last call, its repetition included, and for telling how it ended. */
const MARGIN_MS = 5_000;

/** For what has no deadline: an operator's command. */
export const HALF_A_MINUTE: TimeLeft = { ms: () => 30_000 };

/**
 * Waits for a table that leaves work unprocessed: 50 ms, doubled up to 2 s, a random half of each.
 *
 * False, without a wait, once the time that is left would not do for another call.
 */
export function throttledWaits({
  timeLeft,
  wait,
}: {
  timeLeft: TimeLeft;
  wait: (ms: number) => Promise<unknown>;
}): () => Promise<boolean> {
  const patienceMs = timeLeft.ms();
  let waitedMs = 0;
  let nextMs = FIRST_WAIT_MS;
  return async () => {
    const ms = nextMs * (0.5 + Math.random() / 2);
    if (Math.min(timeLeft.ms(), patienceMs - waitedMs) < ms + MARGIN_MS) return false;
    waitedMs += ms;
    nextMs = Math.min(LONGEST_WAIT_MS, nextMs * 2);
    await wait(ms);
    return true;
  };
}
