import { useSyncExternalStore } from 'react';
import { type Query, withQuery } from '../ask/ask.ts';

/** What the address says is to be shown: `#/alerts/ID`, `#/alerts?severity=high`. */
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

/** As typed where it is no encoding: an address may have been typed by hand. */
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

/** Another address for what is shown, with no step of its own in the history. */
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
