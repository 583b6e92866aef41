import type { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { LiveEvent } from '../api/live.ts';
import { READ_PATHS } from '../api/paths.ts';
import type { LiveChanges } from './live-changes.ts';
import type { ConsoleWorld } from './world.ts';

export function addLive(
  app: Hono,
  { clock }: Pick<ConsoleWorld, 'clock'>,
  changes: Pick<LiveChanges, 'subscribe'>,
): void {
  app.get(READ_PATHS.live, (context) =>
    streamSSE(context, async (stream) => {
      const tell = async (event: LiveEvent) => stream.writeSSE({ data: JSON.stringify(event) });
      await tell({ event: 'open', now_ms: clock.now() });
      const stop = changes.subscribe((event) => void tell(event));
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve);
      });
      stop();
    }),
  );
}
