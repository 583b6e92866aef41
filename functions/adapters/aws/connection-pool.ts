import type { Clock } from '../../core/world.ts';
import { type HttpConnection, openConnection, type Origin } from './http-connection.ts';

/** Servers close idle connections after 5 s at the earliest (Node's and Go's common defaults). */
const MAX_IDLE_MS = 4_000;

/** One request at a time has it, and gives it back or destroys it. */
export type PooledConnection = HttpConnection & { idleSinceMs: number };

type Use = (connection: PooledConnection) => void;

/**
 * The connections to one origin: those that are free are used again, and at most `maxConnections` are open.
 *
 * A connection that was idle for 4 s is not used again. A frozen function does not see the other side close one, and
 * would send into it when it thaws. The wall clock goes on while a function is frozen; timers do not. After a clock that was
 * set back no connection has a known age, and each is dropped.
 */
export function connectionPool(
  origin: Origin,
  { maxConnections, clock }: { maxConnections: number; clock: Clock },
) {
  const open = new Set<PooledConnection>();
  const free: PooledConnection[] = [];
  const waiting = new Set<Use>();
  let tlsSession: Buffer | undefined;

  function opened(): PooledConnection {
    const connection: PooledConnection = {
      ...openConnection(origin, {
        tlsSession,
        onTlsSession: (session) => {
          tlsSession = session;
        },
        onClosed: () => forget(connection),
      }),
      idleSinceMs: 0,
    };
    open.add(connection);
    return connection;
  }

  function forget(connection: PooledConnection): void {
    // The handshake may have failed by the session that it was given.
    if (!connection.hasAnswered()) tlsSession = undefined;
    open.delete(connection);
    const index = free.indexOf(connection);
    if (index !== -1) free.splice(index, 1);
    const [next] = waiting;
    if (next !== undefined) serve(next, opened());
  }

  function serve(use: Use, connection: PooledConnection): void {
    waiting.delete(use);
    use(connection);
  }

  function drop(isTooOld: (idleMs: number) => boolean): void {
    const nowMs = clock.now();
    const dropped = free.filter(({ idleSinceMs }) => isTooOld(nowMs - idleSinceMs));
    for (const connection of dropped) connection.destroy();
  }

  return {
    /** Calls `use` with a connection, at once or when there is one; gives what calls that off. */
    take: (use: Use): (() => void) => {
      drop((idleMs) => idleMs > MAX_IDLE_MS || idleMs < 0);
      const last = free.pop();
      if (last !== undefined) {
        last.setIdle(false);
        use(last);
      } else if (open.size < maxConnections) {
        use(opened());
      } else {
        waiting.add(use);
      }
      return () => void waiting.delete(use);
    },

    /** Takes a connection back whose answer is complete. */
    give: (connection: PooledConnection): void => {
      const [next] = waiting;
      if (next !== undefined) {
        serve(next, connection);
        return;
      }
      connection.idleSinceMs = clock.now();
      connection.setIdle(true);
      free.push(connection);
    },

    /** Once one of them turned out to be closed: the others are about as old. */
    dropFree: () => drop(() => true),

    destroy: () => {
      waiting.clear();
      for (const connection of open) connection.destroy();
    },
  };
}

export type ConnectionPool = ReturnType<typeof connectionPool>;
