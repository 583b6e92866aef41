import { type UnreadableConfig, unreadableConfigAlert } from '../model/config/unreadable-config.ts';
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
  await alerts.enqueue({
    schema_version: '1',
    request_id: 'system',
    alerts: unreadable.map((item) => unreadableConfigAlert(item, clock.now(), tenantId)),
    is_repeat: true,
  });
}
