import type { Hono } from 'hono';
import type { Overview } from '../api/operations.ts';
import { READ_PATHS } from '../api/paths.ts';
import type { ConsoleSession } from '../api/session.ts';
import { kept } from './kept.ts';
import type { LiveChanges } from './live-changes.ts';
import { overview } from './overview.ts';
import { addAlertReads } from './read-alerts.ts';
import { addConfigurationReads } from './read-configuration.ts';
import { addDeliveryReads } from './read-deliveries.ts';
import { addOperationReads } from './read-operations.ts';
import { addPreviewReads } from './read-preview.ts';
import type { ConsoleWorld } from './world.ts';

/** Pages that are open at once share one overview for this long, unless something changes. */
const OVERVIEW_FRESH_MS = 2_000;
/** Overviews are kept for this many beginnings; for any other beginning the overview is made each time. */
const MOST_OVERVIEWS = 20;

/** The read paths of the console. None of them changes anything. */
export function addReads(app: Hono, world: ConsoleWorld, changes: Pick<LiveChanges, 'count'>): void {
  app.get(READ_PATHS.session, async (context) => context.json(await sessionOf(world)));
  const overviews = new Map<string, () => Promise<Overview>>();
  app.get(READ_PATHS.overview, async (context) => {
    const since = context.req.query('since') ?? '24h';
    const read =
      overviews.get(since) ??
      kept(
        OVERVIEW_FRESH_MS,
        world.clock,
        async () => overview(world, since),
        () => changes.count(),
      );
    if (overviews.size < MOST_OVERVIEWS) overviews.set(since, read);
    return context.json(await read());
  });
  addAlertReads(app, world);
  addPreviewReads(app, world);
  addDeliveryReads(app, world);
  addConfigurationReads(app, world);
  addOperationReads(app, world);
}

async function sessionOf({
  gateway,
  tool,
  readOnlyBecause,
  mailbox,
  clock,
}: ConsoleWorld): Promise<ConsoleSession> {
  const { stack, region, endpoint, ingestUrl, retentionDays } = gateway.manifest;
  return {
    mode: readOnlyBecause === undefined ? 'read-write' : 'read-only',
    because: readOnlyBecause ?? null,
    gateway: {
      stack,
      region,
      is_local: endpoint !== undefined,
      ingest_url: ingestUrl,
      retention_days: retentionDays,
    },
    identity: await identityOf(gateway),
    called_as: tool.calledAs,
    version: tool.version,
    mailbox: mailbox ?? null,
    now_ms: clock.now(),
  };
}

/** The identity for the page. A page is shown also when the identity cannot be read. */
async function identityOf({ identity }: ConsoleWorld['gateway']): Promise<string> {
  try {
    return await identity.arn();
  } catch (error) {
    return `unknown (${error instanceof Error ? error.name : 'error'})`;
  }
}
