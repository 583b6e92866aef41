import { GatewayError } from '../errors.ts';
import type { Source } from '../model/config/source.ts';
import { UnreadableConfigError } from '../model/config/unreadable-config.ts';
import { HOUR_MS } from '../model/wire/source-health.ts';
import { RecentMap } from '../recent-map.ts';
import { unreadableConfigAlert } from '../system-alerts/configuration-unreadable.ts';
import { raised } from '../system-alerts/raise.ts';
import type { Clock } from '../world.ts';
import type { AlertQueue } from './ports.ts';

/** Bounds the memory that damaged sources can take. */
const MAX_REMEMBERED = 1_000;

/**
 * Tells the operator of a source whose requests are refused because it, or its secret, cannot be read: the watcher reads
 * no secrets. Once an hour and process, however many requests come.
 */
export function unreadableTeller({
  alerts,
  clock,
  tenantId,
}: {
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
}): (refusal: unknown, source: Source | undefined) => Promise<void> {
  const told = new RecentMap<string, number>(MAX_REMEMBERED);
  return async (refusal, source) => {
    const cause = refusal instanceof GatewayError ? refusal.cause : undefined;
    const item = cause instanceof UnreadableConfigError ? cause.item : undefined;
    if (item === undefined) return;
    const hour = Math.floor(clock.now() / HOUR_MS);
    if (told.get(item.id) === hour) return;
    const named = source === undefined ? item : { ...item, name: source.name };
    await alerts.enqueue(raised([unreadableConfigAlert(named, clock.now(), tenantId)]));
    told.set(item.id, hour);
  };
}
