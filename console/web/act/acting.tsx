import { createContext, useContext, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Action } from '../../api/actions.ts';
import { ActionDialog } from './action-dialog.tsx';

/** Opens the dialog that says what an action will do. */
type Act = (title: string, action: Action) => void;

const Acting = createContext<Act | undefined>(undefined);

/**
 * Holds the dialog of the action that goes on above the page: what an action changes is read again at once, and may take
 * the button away that began it, before the reader has seen what was done.
 */
export function ActingProvider({ children }: { children: ReactNode }) {
  const [begun, setBegun] = useState<{ title: string; action: Action }>();
  const act = useMemo<Act>(
    () => (title, action) => {
      setBegun({ title, action });
    },
    [],
  );
  return (
    <Acting.Provider value={act}>
      {children}
      {begun !== undefined && (
        <ActionDialog
          {...begun}
          close={() => {
            setBegun(undefined);
          }}
        />
      )}
    </Acting.Provider>
  );
}

export function useAct(): Act {
  const act = useContext(Acting);
  if (act === undefined) throw new Error('a button acts outside of what holds its dialog');
  return act;
}
