import { gunzipSync, gzipSync } from 'node:zlib';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { batchGet } from './batch-get.ts';
import type { DynamodbClient } from './client.ts';
import { alertKey, alertPlanKey, alertRows } from './keys.ts';
import { type Item, keyText } from './pages.ts';

/** Longer JSON is compressed: an item ends at 400 KB, and a write costs per KB. */
const COMPRESS_FROM_BYTES = 64 * 1024;
/** What an item has room for beside its keys and what lists show. */
const MAX_STORED_BYTES = 380_000;
const MAX_ALERT_BYTES = 64 * 1024 * 1024;

/**
 * An alert as items: one that holds the alert and what lists show and filter by, and before it the pages of its plan
 * where the two do not fit into one. A plan of several thousand recipients is some hundred KB that hardly compress, and
 * the alert may be as long.
 */
export function alertItems(routed: RoutedAlert, expiresAt: number): { pages: Item[]; item: Item } {
  const whole = stored(routed);
  if (whole.length <= MAX_STORED_BYTES) return { pages: [], item: alertItem(routed, whole, expiresAt) };
  const { deliveries, trace } = routed;
  const plan = gzipSync(JSON.stringify({ deliveries, trace }));
  const pages: Item[] = [];
  for (let start = 0; start < plan.length; start += MAX_STORED_BYTES) {
    pages.push({
      ...alertPlanKey(routed.alert.id, pages.length),
      plan: plan.subarray(start, start + MAX_STORED_BYTES),
      expires_at: expiresAt,
    });
  }
  const rest = stored({ ...routed, deliveries: [], trace: [] });
  return { pages, item: { ...alertItem(routed, rest, expiresAt), plan_pages: pages.length } };
}

function stored(routed: RoutedAlert): Uint8Array | string {
  const json = JSON.stringify(routed);
  return Buffer.byteLength(json) > COMPRESS_FROM_BYTES ? gzipSync(json) : json;
}

function alertItem({ alert, routing }: RoutedAlert, body: Uint8Array | string, expiresAt: number): Item {
  return {
    ...alertKey(alert.id),
    ...alertRows(alert.id, alert.source.id, alert.received_at),
    source_id: alert.source.id,
    severity: alert.severity,
    type: alert.type,
    title: alert.title,
    alert_status: alert.status,
    routing,
    routed_alert: body,
    expires_at: expiresAt,
  };
}

/** The alerts of these items, each with its plan. Costs no call unless a plan has pages of its own. */
export async function readAlerts(
  items: readonly Item[],
  from: { client: DynamodbClient; table: string; wait: (ms: number) => Promise<unknown> },
): Promise<RoutedAlert[]> {
  const alerts = items.map(readAlert);
  const keys = items.flatMap((item, index) => pageKeys(item, alerts[index]?.alert.id ?? ''));
  const pages = keys.length === 0 ? [] : await batchGet({ ...from, keys, isConsistent: true });
  const byKey = new Map(pages.map((page) => [keyText(page), page]));
  return alerts.map((routed, index) => {
    const own = pageKeys(items[index] ?? {}, routed.alert.id);
    return own.length === 0
      ? routed
      : withPlan(
          routed,
          own.map((key) => byKey.get(keyText(key))),
        );
  });
}

/** The alert of an item. Where its plan has pages of its own, there are no deliveries in it. */
function readAlert(item: Item): RoutedAlert {
  const body = item['routed_alert'];
  try {
    const json = body instanceof Uint8Array ? unzipped(body) : String(body);
    return JSON.parse(json) as RoutedAlert;
  } catch {
    throw new Error(`alert item ${String(item['pk'])} cannot be read: routed_alert is not JSON`);
  }
}

function pageKeys(item: Item, alertId: string): Item[] {
  return Array.from({ length: Number(item['plan_pages'] ?? 0) }, (_, page) => alertPlanKey(alertId, page));
}

function withPlan(routed: RoutedAlert, pages: readonly (Item | undefined)[]): RoutedAlert {
  const parts = pages.map((page) => page?.['plan']);
  try {
    const json = unzipped(Buffer.concat(parts as Uint8Array[]));
    return { ...routed, ...(JSON.parse(json) as Pick<RoutedAlert, 'deliveries' | 'trace'>) };
  } catch {
    throw new Error(
      `the plan of alert ${routed.alert.id} cannot be read; expected ${String(parts.length)} items beside it`,
    );
  }
}

const unzipped = (bytes: Uint8Array): string =>
  gunzipSync(bytes, { maxOutputLength: MAX_ALERT_BYTES }).toString();
