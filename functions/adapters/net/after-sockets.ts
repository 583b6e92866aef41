/**
 * Runs something after a while, unless it is called off: a timer for what ends the wait for an answer.
 *
 * Node runs timers before it reads the sockets. After a while in which the process was busy, a plain timer would end the
 * wait for an answer that is there already. This one lets the sockets be read first.
 */
export function afterSockets(ms: number, run: () => void): () => void {
  let immediate: NodeJS.Immediate | undefined;
  const timeout = setTimeout(() => {
    immediate = setImmediate(run);
  }, ms);
  return () => {
    clearTimeout(timeout);
    clearImmediate(immediate);
  };
}

/** Does some work whose signal is aborted when the time is over, as `afterSockets` understands it. */
export async function withinDeadline<T>(
  deadlineMs: number,
  work: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const callOff = afterSockets(deadlineMs, () => deadline.abort());
  try {
    return await work(deadline.signal);
  } finally {
    callOff();
  }
}
