import { useSyncExternalStore } from 'react';
import { type Query, withQuery } from '../ask/ask.ts';

/** The view that the address names: `#/alerts/ID`, `#/alerts?severity=high`. */
export type View = { page: string; id: string | undefined; query: URLSearchParams };

export function viewOf(hash: string): View {
  const [path = '', query = ''] = hash.replace(/^#?\/?/u, '').split('?');
  const [page = '', id] = path.split('/');
  return {
    page: page === '' ? 'overview' : page,
    id: id === undefined || id === '' ? undefined : decoded(id),
    query: new URLSearchParams(query),
  };
}

/** The decoded text, or the text itself where it is no encoding: an address may have been typed by hand. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `#/alerts/ID?a=1`, without what is undefined or empty. */
export function hrefOf(page: string, id?: string, query: Query = {}): string {
  const path =
    page === 'overview' ? '#/' : `#/${page}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;
  return withQuery(path, query);
}

/** Changes the address of the shown view without a step in the history. */
export function rename(href: string): void {
  window.history.replaceState(undefined, '', href);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useHash(): string {
  return useSyncExternalStore(
    (watcher) => {
      window.addEventListener('hashchange', watcher);
      return () => {
        window.removeEventListener('hashchange', watcher);
      };
    },
    () => window.location.hash,
  );
}
