import type { Hono } from 'hono';
import { READ_PATHS } from '../api/paths.ts';
import type { ConsoleWorld } from './world.ts';

/** Everything that can be looked at; nothing here changes anything. */
export function addReads(app: Hono, world: ConsoleWorld): void {
  app.get(READ_PATHS.session, (context) => context.json({ now_ms: world.clock.now() }));
}
