import type { Clock } from '../../functions/core/world.ts';

/**
 * Keeps an answer until it is older than `ms`, or something changes. Callers that ask at the same time share one question. A
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
