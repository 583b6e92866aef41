import type { MiddlewareObj } from '@middy/core';
import type { TimeLeft } from '../../core/world.ts';

/**
 * What is left of the invocation that runs, for what may be tried again until it is over.
 *
 * An environment works on one invocation at a time; between two of them nothing is left.
 */
export function timeLeft(): TimeLeft & { middleware: MiddlewareObj } {
  let left = (): number => 0;
  return {
    ms: () => left(),
    middleware: {
      before: ({ context }) => {
        left = () => context.getRemainingTimeInMillis();
      },
    },
  };
}
