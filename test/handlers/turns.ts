/** In which turns workers who live at the same time make their calls. A worker is known by its life. */
export type Turns = {
  /** Runs a call of a worker when its turn has come. */
  call: <T>(life: object, act: () => Promise<T>) => Promise<T>;
  /** Runs a worker from its first call to its end. */
  living: <T>(life: object, act: () => Promise<T>) => Promise<T>;
};

/** Of a worker who has nobody beside it. */
export const alone: Turns = { call: async (_, act) => act(), living: async (_, act) => act() };

/**
 * One call after the other: as soon as each living worker is about to make one, `order` says whose turn it is, as a number among
 * them; when it is at its end it begins again. So a run follows from its order.
 */
export function inTurns(order: readonly number[]): Turns {
  const waiting = new Map<object, (() => void)[]>();
  let turn = 0;

  function next(): void {
    const lives = [...waiting];
    if (lives.length === 0 || lives.some(([, calls]) => calls.length === 0)) return;
    const [, calls] = lives[(order[turn % order.length] ?? 0) % lives.length] ?? [];
    turn += 1;
    calls?.shift()?.();
  }

  return {
    async call(life, act) {
      const calls = waiting.get(life);
      // What a worker does beside its work, or after its end, waits for nobody.
      if (calls === undefined) return act();
      const { promise, resolve } = Promise.withResolvers<void>();
      calls.push(resolve);
      next();
      await promise;
      try {
        return await act();
      } finally {
        next();
      }
    },

    async living(life, act) {
      waiting.set(life, []);
      try {
        return await act();
      } finally {
        waiting.delete(life);
        next();
      }
    },
  };
}
