import type { Clock } from '../../core/world.ts';
import { isIdleTooLong } from '../net/idle-connection.ts';
import { type HttpConnection, openConnection, type Origin } from './http-connection.ts';

/** One request at a time has it, and gives it back or destroys it. */
export type PooledConnection = HttpConnection & { idleSinceMs: number };

type Use = (connection: PooledConnection) => void;

/**
 * The connections to one origin: those that are free are used again, and at most `maxConnections` are open.
 * One that was idle for too long (`idle-connection.ts`) is closed instead.
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
      drop(isIdleTooLong);
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
