import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import { unreadableConfigAlert } from '../system-alerts/configuration-unreadable.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';

/**
 * Tells of configuration that cannot be read, once an hour for each item, also while no alert meets it. The id of an
 * alert follows from item and hour, so telling it twice is harmless.
 */
export async function watchConfiguration(
  unreadable: readonly UnreadableConfig[],
  { alerts, clock, tenantId }: { alerts: AlertQueue; clock: Clock; tenantId: string },
): Promise<void> {
  if (unreadable.length === 0) return;
  await alerts.enqueue(raised(unreadable.map((item) => unreadableConfigAlert(item, clock.now(), tenantId))));
}
