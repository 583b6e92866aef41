import { useSyncExternalStore } from 'react';

/** Below it Cloudscape lays pages out for a phone (its breakpoint `xs`). */
const NARROW = '(max-width: 688px)';

/** Whether the page is as narrow as a phone, also after it was turned. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener('change', changed);
      return () => {
        query.removeEventListener('change', changed);
      };
    },
    () => window.matchMedia(NARROW).matches,
  );
}
