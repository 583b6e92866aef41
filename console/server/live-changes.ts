import type { Gateway } from '../../cli/gateway.ts';
import type { Tool } from '../../cli/tool.ts';
import type { Clock } from '../../functions/core/world.ts';
import type { LiveEvent } from '../api/live.ts';

const DAY_MS = 86_400_000;
/** Deliveries are told of for this many looks after their queue was seen to change. */
const LOOKS_AFTER_A_CHANGE = 5;

type Seen = { newest: string; config: string; queues: string };
type Listener = (event: LiveEvent) => void;

export type LiveChanges = {
  subscribe(listener: Listener): () => void;
  /** How many changes were seen until now, or made here. */
  count(): number;
  /** Tells that this console has changed something. */
  note(): void;
  close(): void;
};

/**
 * The changes in a gateway, watched while there are listeners. One look at an interval serves all listeners. A listener is told
 * that something changed, never what.
 */
export function liveChanges(
  { gateway, tool, clock }: { gateway: Gateway; tool: Pick<Tool, 'explain'>; clock: Clock },
  everyMs: number,
): LiveChanges {
  const listeners = new Set<Listener>();
  let timer: NodeJS.Timeout | undefined;
  let seen: Seen | undefined;
  /** The event that was sent when the gateway could not be reached; undefined while it can be. */
  let gone: (LiveEvent & { event: 'gateway-gone' }) | undefined;
  let movingFor = 0;
  let count = 0;

  const tell = (event: LiveEvent) => {
    count += 1;
    for (const listener of listeners) listener(event);
  };

  async function look(): Promise<void> {
    try {
      const now = await stateOf(gateway, clock.now());
      if (gone !== undefined) tell({ event: 'gateway-back' });
      gone = undefined;
      compare(now);
    } catch (error) {
      if (gone !== undefined) return;
      gone = { event: 'gateway-gone', message: tool.explain(error).message };
      tell(gone);
    }
  }

  function compare(now: Seen): void {
    const before = seen;
    seen = now;
    if (before === undefined) return;
    if (before.newest !== now.newest) tell({ event: 'alerts', newest: now.newest });
    if (before.config !== now.config) tell({ event: 'configuration' });
    const isMoving = before.newest !== now.newest || before.queues !== now.queues;
    movingFor = isMoving ? LOOKS_AFTER_A_CHANGE : Math.max(0, movingFor - 1);
    if (movingFor > 0) tell({ event: 'deliveries' });
  }

  function goOn(): void {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (listeners.size > 0) goOn();
        else timer = undefined;
      });
    }, everyMs);
    timer.unref();
  }

  return {
    subscribe(listener) {
      listeners.add(listener);
      // A page that is opened now learns of the lost gateway only here.
      if (gone !== undefined) listener(gone);
      if (timer === undefined) {
        seen = undefined;
        goOn();
        void look();
      }
      return () => listeners.delete(listener);
    },
    count: () => count,
    note() {
      count += 1;
    },
    close() {
      listeners.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

async function stateOf({ looks, queues }: Gateway, nowMs: number): Promise<Seen> {
  const [newest, config, depths] = await Promise.all([
    looks.alerts({
      since: new Date(nowMs - DAY_MS).toISOString(),
      until: new Date(nowMs).toISOString(),
      limit: 1,
    }),
    looks.configVersion(),
    queues.depths(),
  ]);
  return { newest: newest.items[0]?.id ?? '', config, queues: JSON.stringify(depths) };
}
