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
            keepFocus();
          }}
        />
      )}
    </Acting.Provider>
  );
}

/** So often it is looked whether the focus was lost. */
const LOOK_EVERY_MS = 200;

/**
 * The button that began an action has the focus again when its dialog closes, unless what was done has taken it away, then or
 * a moment later: then the heading of the page has it, since keys lead on from there. Until the reader does something.
 */
function keepFocus(): void {
  const watch = setInterval(() => {
    if (document.activeElement !== document.body) return;
    const heading = document.querySelector<HTMLElement>('main h1');
    heading?.setAttribute('tabindex', '-1');
    heading?.focus();
  }, LOOK_EVERY_MS);
  for (const event of ['keydown', 'pointerdown']) {
    window.addEventListener(
      event,
      () => {
        clearInterval(watch);
      },
      { once: true, capture: true },
    );
  }
}

export function useAct(): Act {
  const act = useContext(Acting);
  if (act === undefined) throw new Error('a button acts outside of what holds its dialog');
  return act;
}
