/** Servers close idle connections after 5 s at the earliest (Node's and Go's common defaults). */
const MAX_IDLE_MS = 4_000;

/**
 * Whether a connection was idle for too long to be used again, by the wall clock.
 *
 * A frozen function does not see the other side close a connection, and would send into it when it thaws. The wall clock goes on
 * while a function is frozen; timers do not. After a clock that was set back no connection has a known age.
 */
export function isIdleTooLong(idleMs: number): boolean {
  return idleMs > MAX_IDLE_MS || idleMs < 0;
}
