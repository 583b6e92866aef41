/**
 * How long a message stays hidden that a function has failed for reasons of ours, by how often it was received.
 *
 * | receives | 1 | 2 | 3 | 4 | 5 |
 * |---|---|---|---|---|---|
 * | hidden for | 30 s | 1 min | 10 min | 15 min | 30 s: then SQS moves it to the dead letters |
 *
 * Most faults are over within seconds: one throttled call, one answer that was lost. The queue alone would hide each of
 * these messages for six times the timeout of its function, three to six minutes. The five receives last longer than
 * they do by that (26 minutes in place of 12 to 24), so an outage that is over by then makes no dead letter.
 *
 * 30 seconds are more than a claim holds (`LEASE_MS`): a failure behind a claim finds it over at the next receive, and makes
 * the attempt under the same message. 15 minutes is less than the watcher waits before it doubts a delivery (`OVERDUE_AFTER_MS`).
 */
export function failedReceiveSeconds(receives: number): number {
  return AFTER_RECEIVES[Math.max(1, receives) - 1] ?? BEFORE_DEAD_LETTER;
}

const AFTER_RECEIVES = [30, 60, 600, 900];
const BEFORE_DEAD_LETTER = 30;
