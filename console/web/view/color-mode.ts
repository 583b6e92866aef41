import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useSyncExternalStore } from 'react';
import { useRemembered } from './remembered.ts';

/** `system`: as the reader's computer is set. */
export type ColorChoice = 'system' | 'light' | 'dark';

const PREFERS_DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** The choice of light or dark, applied and remembered. */
export function useColorMode(): { choice: ColorChoice; choose: (choice: ColorChoice) => void } {
  const [choice, choose] = useRemembered<ColorChoice>('color-mode', 'system');
  const prefersDark = useSyncExternalStore(
    (watcher) => {
      PREFERS_DARK.addEventListener('change', watcher);
      return () => {
        PREFERS_DARK.removeEventListener('change', watcher);
      };
    },
    () => PREFERS_DARK.matches,
  );
  const isDark = choice === 'dark' || (choice === 'system' && prefersDark);
  useEffect(() => {
    applyMode(isDark ? Mode.Dark : Mode.Light);
  }, [isDark]);
  return { choice, choose };
}
