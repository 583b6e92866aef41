import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../core/world.ts';

/** Servers close idle connections after 5 s at the earliest (Node's and Go's common defaults). */
const MAX_IDLE_MS = 4_000;

/**
 * A keep-alive agent that does not offer a connection for reuse after 4 s of idleness.
 *
 * A frozen function does not see the other side close a connection, and would post into it when it thaws: that is an
 * attempt lost. The wall clock goes on while a function is frozen; timers do not. After a clock that was set back no
 * connection has a known age, and each is dropped.
 */
export function keepAliveSockets<A extends Agent>(agent: A, clock: Clock) {
  const idleSince = new WeakMap<Duplex, number>();
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    idleSince.set(socket, clock.now());
    return keepSocketAlive(socket);
  };

  function drop(isTooOld: (idleMs: number) => boolean): void {
    const nowMs = clock.now();
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) {
        if (isTooOld(nowMs - (idleSince.get(socket) ?? 0))) socket.destroy();
      }
    }
  }

  return {
    agent,
    /** To be called before each request. */
    dropIdle: () => drop((idleMs) => idleMs > MAX_IDLE_MS || idleMs < 0),
    /** Once one of them turned out to be closed: the others are about as old. */
    dropFree: () => drop(() => true),
  };
}
