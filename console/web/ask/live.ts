import { useSyncExternalStore } from 'react';
import type { LiveEvent } from '../../api/live.ts';
import { READ_PATHS } from '../../api/paths.ts';

/** The topics of news. `actions`: this page carried out an action. */
export type Topic = 'alerts' | 'deliveries' | 'configuration' | 'actions';

/** `console-gone`: the console's own server does not answer. `gateway-gone`: it does, and cannot reach the gateway. */
type Connection =
  | { state: 'connecting' | 'live' }
  | { state: 'gateway-gone' | 'console-gone'; message: string };

const LONGEST_WAIT_MS = 30_000;
const GONE =
  'The console was stopped. Start it again and open the URL that it prints; what is shown here is as it was.';

let connection: Connection = { state: 'connecting' };
let failures = 0;
const watchers = new Set<() => void>();
const listeners = new Map<Topic, Set<() => void>>();

function become(next: Connection): void {
  connection = next;
  for (const watcher of watchers) watcher();
}

/** Tells every page that shows something of this topic to read it again. */
export function tell(...topics: Topic[]): void {
  const told = new Set(topics.flatMap((topic) => [...(listeners.get(topic) ?? [])]));
  for (const listener of told) listener();
}

/** Calls back whenever one of the topics has news; returns how to stop that. */
export function listen(topics: readonly Topic[], listener: () => void): () => void {
  for (const topic of topics) {
    listeners.set(topic, (listeners.get(topic) ?? new Set()).add(listener));
  }
  return () => {
    for (const topic of topics) listeners.get(topic)?.delete(listener);
  };
}

function take(event: LiveEvent): void {
  switch (event.event) {
    case 'open': {
      const isBack = connection.state === 'console-gone';
      failures = 0;
      become({ state: 'live' });
      if (isBack) tell('alerts', 'deliveries', 'configuration');
      break;
    }
    case 'gateway-gone':
      become({ state: 'gateway-gone', message: event.message });
      break;
    case 'gateway-back':
      become({ state: 'live' });
      tell('alerts', 'deliveries', 'configuration');
      break;
    case 'alerts':
    case 'deliveries':
    case 'configuration':
      tell(event.event);
      break;
  }
}

/** Opens the stream, and opens it again when it ends: after 1 s, 2 s, 4 s, and so on to 30 s. */
export function openLive(): void {
  const stream = new EventSource(READ_PATHS.live);
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    take(JSON.parse(data) as LiveEvent);
  });
  stream.addEventListener('error', () => {
    stream.close();
    failures += 1;
    // A stream that ends and comes back at once is no news.
    if (failures > 1) become({ state: 'console-gone', message: GONE });
    setTimeout(openLive, Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT_MS));
  });
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => connection,
  );
}
