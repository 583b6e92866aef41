import { onTestFinished, vi } from 'vitest';

/**
 * Stops the timers of a test: a deadline is over when the test lets the time pass, and not before what it waits for has come about,
 * however long the machine lets this process wait for a processor.
 */
export function stoppedTime() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  return {
    /** Once this side has seen what the other has: both are read in one turn of the loop. */
    pass: async (ms: number): Promise<void> => {
      for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(ms);
    },
  };
}
