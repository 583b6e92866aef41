import { useState } from 'react';

/** State that this browser keeps: which columns a table shows, light or dark. A browser that keeps nothing starts anew. */
export function useRemembered<T>(key: string, initial: T): [T, (value: T) => void] {
  const name = `tocsin-console:${key}`;
  const [value, setValue] = useState<T>(() => (readKept(name) as T | undefined) ?? initial);
  return [
    value,
    (next) => {
      setValue(next);
      try {
        window.localStorage.setItem(name, JSON.stringify(next));
      } catch {
        // The state is kept while the page is open.
      }
    },
  ];
}

function readKept(name: string): unknown {
  try {
    return JSON.parse(window.localStorage.getItem(name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
