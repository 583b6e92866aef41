import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '../core/ports.ts';

/** Servers close idle connections after 5 s at the earliest (Node's and Go's common defaults). */
const MAX_IDLE_MS = 4_000;

/**
 * A keep-alive agent that does not offer a connection for reuse after 4 s of idleness.
 *
 * A frozen function does not see the receiver close a connection, and would post into it when it thaws: that is an
 * attempt lost. The wall clock goes on while a function is frozen; timers do not.
 */
export function keepAliveSockets(clock: Clock) {
  const idleSince = new WeakMap<Duplex, number>();
  const agent = new Agent({ keepAlive: true });
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    idleSince.set(socket, clock.now());
    return keepSocketAlive(socket);
  };
  return {
    agent,
    dropIdle: () => {
      const oldest = clock.now() - MAX_IDLE_MS;
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) {
          if ((idleSince.get(socket) ?? 0) < oldest) socket.destroy();
        }
      }
    },
  };
}
