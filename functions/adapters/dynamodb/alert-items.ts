import { gunzipSync, gzipSync } from 'node:zlib';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { shardOf } from './index-shards.ts';
import type { Item } from './pages.ts';

/** Longer JSON is compressed: an item ends at 400 KB, and a write costs per KB. */
const COMPRESS_FROM_BYTES = 64 * 1024;
const MAX_ALERT_BYTES = 64 * 1024 * 1024;

export const alertKey = (alertId: string) => ({ pk: `ALERT#${alertId}`, sk: 'ALERT' });
export const alertDayPartition = (day: string) => `ALERTS#${day}`;
export const sourceDayPartition = (sourceId: string, day: string) => `SOURCE#${sourceId}#${day}`;

/** The UTC day of an ISO 8601 instant: `2026-01-15`. */
export const dayOf = (instant: string) => instant.slice(0, 10);

/** An alert as an item: itself in one attribute, and beside it what lists show and filter by. */
export function alertItem(routed: RoutedAlert, expiresAt: number): Item {
  const { alert } = routed;
  const day = dayOf(alert.received_at);
  const time = `${alert.received_at}#${alert.id}`;
  const json = JSON.stringify(routed);
  return {
    ...alertKey(alert.id),
    time_pk: shardOf(alertDayPartition(day), alert.id),
    time_sk: time,
    lookup_pk: shardOf(sourceDayPartition(alert.source.id, day), alert.id),
    lookup_sk: time,
    source_id: alert.source.id,
    severity: alert.severity,
    type: alert.type,
    title: alert.title,
    alert_status: alert.status,
    routing: routed.routing,
    routed_alert: Buffer.byteLength(json) > COMPRESS_FROM_BYTES ? gzipSync(json) : json,
    expires_at: expiresAt,
  };
}

export function readAlert(item: Item): RoutedAlert {
  const stored = item['routed_alert'];
  try {
    const json =
      stored instanceof Uint8Array
        ? gunzipSync(stored, { maxOutputLength: MAX_ALERT_BYTES }).toString()
        : String(stored);
    return JSON.parse(json) as RoutedAlert;
  } catch {
    throw new Error(`alert item ${String(item['pk'])} cannot be read: routed_alert is not JSON`);
  }
}
