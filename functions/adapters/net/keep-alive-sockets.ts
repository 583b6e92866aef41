import type { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../core/world.ts';
import { isIdleTooLong } from './idle-connection.ts';

/**
 * A keep-alive agent that does not offer a connection for reuse after 4 s of idleness: a post into one that was closed
 * meanwhile is an attempt lost.
 */
export function keepAliveSockets(agent: Agent, clock: Clock) {
  const idleSince = new WeakMap<Duplex, number>();
  const keepSocketAlive = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket) => {
    idleSince.set(socket, clock.now());
    return keepSocketAlive(socket);
  };

  return {
    agent,
    /** To be called before each request. */
    dropIdle: () => {
      const nowMs = clock.now();
      for (const sockets of Object.values(agent.freeSockets)) {
        for (const socket of sockets ?? []) {
          if (isIdleTooLong(nowMs - (idleSince.get(socket) ?? 0))) socket.destroy();
        }
      }
    },
  };
}
