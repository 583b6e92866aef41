import type { MiddlewareObj } from '@middy/core';
import type { SQSEvent } from 'aws-lambda';
import type { Clock, Timer } from '../../core/world.ts';

/** As many messages as one invocation gets at most. */
const FULL_BATCH = 10;
/** How long an invocation lasts that follows closely on another; and how closely that is. */
const PACE_MS = 150;

/**
 * Under load, lets messages gather while the one before is being worked on, so that one invocation gets several.
 *
 * An invocation that follows within 150 ms on the one before, and whose batch is not full, ends 150 ms after its
 * begin at the earliest. Its own messages are done by then: what waits is the next batch, and never when there is
 * another environment that is free. It needs a queue that few environments work off. A batching window would do the
 * same with one whole second, for every message, at rest too.
 */
export function paced<Result>({
  clock,
  timer,
}: {
  clock: Clock;
  timer: Timer;
}): MiddlewareObj<SQSEvent, Result> {
  let beganMs = 0;
  let endedMs = Number.NEGATIVE_INFINITY;
  let isBusy = false;
  return {
    before: () => {
      beganMs = clock.now();
      isBusy = beganMs - endedMs < PACE_MS;
    },
    after: async ({ event }) => {
      const leftMs = beganMs + PACE_MS - clock.now();
      if (isBusy && event.Records.length < FULL_BATCH && leftMs > 0) {
        await new Promise<void>((resolve) => {
          timer.after(leftMs, resolve);
        });
      }
      endedMs = clock.now();
    },
  };
}
