import { createContext, useContext, useEffect, useState } from 'react';
import type { ConsoleSession } from '../../api/session.ts';

/** A session, and how far this computer's clock is behind that of the server. */
export type KnownSession = ConsoleSession & { clock_offset_ms: number };

const Session = createContext<KnownSession | undefined>(undefined);
export const SessionProvider = Session.Provider;

export function knownSession(session: ConsoleSession): KnownSession {
  return { ...session, clock_offset_ms: session.now_ms - Date.now() };
}

/** The session, for pages, which are shown when it is known. */
export function useSession(): KnownSession {
  const session = useContext(Session);
  if (session === undefined) throw new Error('a page is shown before the session is known');
  return session;
}

const TICK_MS = 10_000;

/** The time by the clock of the server; it moves on every ten seconds. */
export function useNowMs(): number {
  const { clock_offset_ms: offsetMs } = useSession();
  const [nowMs, setNowMs] = useState(() => Date.now() + offsetMs);
  useEffect(() => {
    const timer = setInterval(() => {
      setNowMs(Date.now() + offsetMs);
    }, TICK_MS);
    return () => {
      clearInterval(timer);
    };
  }, [offsetMs]);
  return nowMs;
}
