import { createContext, useContext, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Action } from '../../api/actions.ts';
import { ActionDialog } from './action-dialog.tsx';

/** Opens the dialog that says what an action will do. */
type Act = (title: string, action: Action) => void;

const Acting = createContext<Act | undefined>(undefined);

/**
 * Holds the dialog of the running action above the page. A page is read again after an action, and may then lose
 * the button that began it before the reader has seen the result.
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

/** The pause between two looks for a lost focus. */
const LOOK_EVERY_MS = 200;

/**
 * Gives the focus back to the button that began an action when its dialog closes. Where the action has removed that button, then or
 * a moment later, the heading of the page gets the focus, since keys lead on from there. It watches until the reader does something.
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
