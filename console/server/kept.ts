import type { Clock } from '../../functions/core/world.ts';

/** Asks again when the answer is older than `ms`; what many ask for at once is asked once. A failure is not kept. */
export function kept<T>(ms: number, clock: Clock, ask: () => Promise<T>): () => Promise<T> {
  let answer: { value: Promise<T>; untilMs: number } | undefined;
  return async () => {
    if (answer === undefined || clock.now() >= answer.untilMs) {
      const asked = { value: ask(), untilMs: clock.now() + ms };
      answer = asked;
      asked.value.catch(() => {
        if (answer === asked) answer = undefined;
      });
    }
    return answer.value;
  };
}
