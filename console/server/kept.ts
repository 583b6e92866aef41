import type { Clock } from '../../functions/core/world.ts';

/**
 * Asks again when the answer is older than `ms`, or from before the last change; what many ask for at once is asked once. A
 * failure is not kept.
 */
export function kept<T>(
  ms: number,
  clock: Clock,
  ask: () => Promise<T>,
  /** Counts changes. */
  changes: () => number = () => 0,
): () => Promise<T> {
  let answer: { value: Promise<T>; untilMs: number; changes: number } | undefined;
  return async () => {
    if (answer === undefined || clock.now() >= answer.untilMs || answer.changes !== changes()) {
      const asked = { value: ask(), untilMs: clock.now() + ms, changes: changes() };
      answer = asked;
      asked.value.catch(() => {
        if (answer === asked) answer = undefined;
      });
    }
    return answer.value;
  };
}
