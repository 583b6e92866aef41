/** Limits are kept to within one tick. */
const TICK_MS = 50;

export type Deadline = {
  /** Something came: the time begins again. */
  restart(): void;
  end(): void;
};

/**
 * Deadlines for answers, which count only the time in which this process could have read one.
 *
 * Time is counted in ticks of 50 ms. However late a tick comes, because the process was busy, had no share of the
 * processor or was frozen, it counts once. And it counts after the sockets were read: what came while the process was
 * busy is taken first. So a call that was answered is never reported as unanswered.
 *
 * @see https://nodejs.org/en/learn/asynchronous-work/event-loop-timers-and-nexttick (timers, then poll, then check)
 */
export function answerDeadlines() {
  type Open = { limit: number; left: number; onOver: () => void };
  const open = new Set<Open>();
  let ticking: NodeJS.Timeout | undefined;

  function close(deadline: Open): void {
    open.delete(deadline);
    if (open.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }

  function count(): void {
    for (const deadline of open) {
      deadline.left -= 1;
      if (deadline.left > 0) continue;
      close(deadline);
      deadline.onOver();
    }
  }

  return {
    begin: (limitMs: number, onOver: () => void): Deadline => {
      // One more, because the first tick may come at once.
      const limit = Math.ceil(limitMs / TICK_MS) + 1;
      const deadline = { limit, left: limit, onOver };
      open.add(deadline);
      ticking ??= setInterval(() => setImmediate(count), TICK_MS);
      return {
        restart: () => {
          deadline.left = deadline.limit;
        },
        end: () => close(deadline),
      };
    },
  };
}

export type AnswerDeadlines = ReturnType<typeof answerDeadlines>;
