import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { sheetPlaceOf } from '../../core/model/wire/ids.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { onePlan } from '../../core/model/wire/one-plan.ts';
import { isCanary } from '../../core/model/wire/alert.ts';
import type { TimeLeft } from '../../core/world.ts';
import { batchGet } from './batch-get.ts';
import { unzippedText } from './alert-bytes.ts';
import { alertKey, alertPlanKey, alertRows, sheetKey } from './keys.ts';
import { type Item, keyText } from './pages.ts';
import { alertAt, bytesAt } from './sheets.ts';
import type { TableAccess } from './table-access.ts';

/** The room in an item beside its keys and the attributes that lists show. */
const MAX_STORED_BYTES = 380_000;

/**
 * An alert that lies alone, as items: one that holds the alert and what lists filter by, and before it the pages of its plan
 * where the two do not fit into one. A plan of several thousand recipients is some hundred KB that hardly compress, and
 * the alert may be as long. Pages are named after their plan: two plans of one alert never have a page in common.
 */
export function alertItems(routed: RoutedAlert, expiresAt: number): { pages: Item[]; item: Item } {
  const whole = stored(routed);
  if (whole.length <= MAX_STORED_BYTES) return { pages: [], item: alertItem(routed, whole, expiresAt) };
  const { deliveries, trace } = routed;
  const plan = gzipSync(JSON.stringify({ deliveries, trace }));
  const name = createHash('sha256').update(plan).digest('hex').slice(0, 16);
  const pages: Item[] = [];
  for (let start = 0; start < plan.length; start += MAX_STORED_BYTES) {
    pages.push({
      ...alertPlanKey(routed.alert.id, name, pages.length),
      plan: plan.subarray(start, start + MAX_STORED_BYTES),
      expires_at: expiresAt,
    });
  }
  const rest = stored({ ...routed, deliveries: [], trace: [] });
  return {
    pages,
    item: { ...alertItem(routed, rest, expiresAt), plan_pages: pages.length, plan_name: name },
  };
}

const stored = (routed: RoutedAlert): Uint8Array => gzipSync(JSON.stringify(routed));

function alertItem({ alert, routing }: RoutedAlert, body: Uint8Array, expiresAt: number): Item {
  return {
    ...alertKey(alert.id),
    // A canary is in no list of alerts.
    ...(isCanary(alert) ? {} : alertRows(alert.id, alert.source.id, alert.received_at)),
    severity: alert.severity,
    type: alert.type,
    alert_status: alert.status,
    routing,
    routed_alert: body,
    expires_at: expiresAt,
  };
}

/** Where an alert is stored: by itself, or on a sheet. In both places it lies only between two writes of one put. */
export type Places = {
  alone?: RoutedAlert;
  onSheet?: RoutedAlert;
  /** As they were read: the item of one that lies alone, the bytes of its place on a sheet. */
  read: { alone?: Item; onSheet?: unknown };
};

type From = TableAccess & {
  isConsistent: boolean;
  wait: (ms: number) => Promise<unknown>;
  timeLeft?: TimeLeft;
};

/**
 * The alerts of these ids that are stored, each with its plan: on their sheets, or alone, as alerts lay before there were
 * sheets. One call for a hundred items, and another where a plan has pages of its own.
 */
export async function findAlerts(alertIds: readonly string[], from: From): Promise<Map<string, RoutedAlert>> {
  const found = new Map<string, RoutedAlert>();
  for (const [id, places] of await findPlaces(alertIds, from)) {
    const routed = storedAt(places);
    if (routed !== undefined) found.set(id, routed);
  }
  return found;
}

/**
 * The alert that lies in these places. One that is dead in one of them and routed in the other was redriven, or its letter came late.
 * One that is routed in both was decided by two routers at once.
 */
export function storedAt({ alone, onSheet }: Pick<Places, 'alone' | 'onSheet'>): RoutedAlert | undefined {
  if (alone === undefined || onSheet === undefined) return alone ?? onSheet;
  if (alone.routing === 'dead') return onSheet;
  return onSheet.routing === 'dead' ? alone : onePlan(alone, onSheet);
}

/** Where each of these alerts is stored; without those that are not. */
export async function findPlaces(
  alertIds: readonly string[],
  { isConsistent, ...from }: From,
): Promise<Map<string, Places>> {
  const keys = alertIds.flatMap((id) => [sheetKey(sheetPlaceOf(id).sheet), alertKey(id)]);
  const items = await batchGet({ ...from, keys, isConsistent });
  const byKey = new Map(items.map((item) => [keyText(item), item]));
  const ownItems = alertIds.flatMap((id): Item[] => {
    const item = byKey.get(keyText(alertKey(id)));
    return item === undefined ? [] : [item];
  });
  const aloneById = new Map((await readAlerts(ownItems, from)).map((routed) => [routed.alert.id, routed]));
  const places = new Map<string, Places>();
  for (const id of alertIds) {
    const { sheet, slot } = sheetPlaceOf(id);
    const item = byKey.get(keyText(sheetKey(sheet)));
    const [alone, onSheet] = [aloneById.get(id), item === undefined ? undefined : alertAt(item, slot)];
    if (alone === undefined && onSheet === undefined) continue;
    const ownItem = byKey.get(keyText(alertKey(id)));
    places.set(id, {
      ...(alone !== undefined && { alone }),
      ...(onSheet !== undefined && { onSheet }),
      read: {
        ...(ownItem !== undefined && { alone: ownItem }),
        ...(onSheet !== undefined && { onSheet: bytesAt(item ?? {}, slot) }),
      },
    });
  }
  return places;
}

/** The alerts of these items, each with its plan. Costs no call unless a plan has pages of its own. */
export async function readAlerts(
  items: readonly Item[],
  from: TableAccess & { wait: (ms: number) => Promise<unknown> },
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
    return JSON.parse(unzippedText(body)) as RoutedAlert;
  } catch {
    throw new Error(`alert item ${String(item['pk'])} cannot be read: routed_alert is not JSON`);
  }
}

function pageKeys(item: Item, alertId: string): Item[] {
  const name = item['plan_name'];
  return Array.from({ length: Number(item['plan_pages'] ?? 0) }, (_, page) =>
    alertPlanKey(alertId, typeof name === 'string' ? name : undefined, page),
  );
}

function withPlan(routed: RoutedAlert, pages: readonly (Item | undefined)[]): RoutedAlert {
  const parts = pages.map((page) => page?.['plan']);
  try {
    const json = unzippedText(Buffer.concat(parts as Uint8Array[]));
    return { ...routed, ...(JSON.parse(json) as Pick<RoutedAlert, 'deliveries' | 'trace'>) };
  } catch {
    throw new Error(
      `the plan of alert ${routed.alert.id} cannot be read; expected ${String(parts.length)} items beside it`,
    );
  }
}
