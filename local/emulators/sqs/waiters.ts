import { LONGEST_TIMER_MS } from '../../clock.ts';

export type Waiters = ReturnType<typeof createWaiters>;

/**
 * Receivers that wait for messages, by queue.
 *
 * Nothing polls: a receiver sleeps until someone wakes the queue, its time is over, or it is aborted. An idle gateway
 * therefore uses no processor time.
 */
export function createWaiters() {
  const sleeping = new Map<string, Set<() => void>>();
  return {
    wake(queue: string): void {
      // A copy: a woken receiver may wait again at once.
      for (const wake of Array.from(sleeping.get(queue) ?? [])) wake();
    },
    /** Resolves when woken, after `timeoutMs` (Infinity: never), or on abort. */
    wait(queue: string, timeoutMs: number, signal?: AbortSignal): Promise<void> {
      if (signal?.aborted === true) return Promise.resolve();
      return new Promise((resolve) => {
        const waiting = sleeping.get(queue) ?? new Set();
        sleeping.set(queue, waiting);
        const timer =
          timeoutMs === Infinity ? undefined : setTimeout(done, Math.min(timeoutMs, LONGEST_TIMER_MS));
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          signal?.removeEventListener('abort', done);
          resolve();
        }
        waiting.add(done);
        signal?.addEventListener('abort', done);
      });
    },
  };
}
