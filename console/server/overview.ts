import { parseInstant } from '../../cli/words/time.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import { SEVERITIES, type Severity } from '../../functions/core/model/wire/severity.ts';
import type { AlertRow, Look } from '../../functions/core/operator/looks.ts';
import type { Attention, Overview } from '../api/operations.ts';
import { asked, refusal } from './problems.ts';
import type { ConsoleWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;
/** A chart tells enough with these; each look is one round of calls. */
const LOOKS_AT_ALERTS = 20;
const LOOKS_AT_DELIVERIES = 4;
const ROWS = 600;

/** How the gateway is doing, on one page. */
export async function overview(world: ConsoleWorld, since: string): Promise<Overview> {
  const { gateway, tool, clock } = world;
  const nowMs = clock.now();
  const sinceMs = parseInstant('since', since, nowMs);
  if (nowMs - sinceMs > WEEK_HOURS * HOUR_MS) {
    throw refusal('wrong-usage', 'since: the overview looks back 7 days at most');
  }
  const window = { since: new Date(sinceMs).toISOString(), until: new Date(nowMs).toISOString() };
  const names = await world.names();
  const [status, alerts, open, deliveries] = await Promise.all([
    asked(tool, ['status']),
    lookedThrough(LOOKS_AT_ALERTS, async (after) =>
      gateway.looks.alerts({ ...window, limit: ROWS, ...after }),
    ),
    gateway.records.openDeliveries(),
    boundedMap(names.destinations, CALLS_AT_ONCE, async (destination) => ({
      destination,
      ...(await lookedThrough(LOOKS_AT_DELIVERIES, async (after) =>
        gateway.looks.deliveries({ ...window, destinationId: destination.id, limit: ROWS, ...after }),
      )),
    })),
  ]);
  const { verdict, attention } = status.json as { verdict: Overview['verdict']; attention: Attention[] };
  const cut = [alerts, ...deliveries].flatMap(({ from }) => (from === undefined ? [] : [from]));
  const oldest = open.toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0];
  return {
    verdict,
    attention,
    ...window,
    alerts_per_hour: perHour(alerts.items, sinceMs, nowMs),
    destinations: deliveries.map(({ destination, items }) => counted(destination, items)),
    latency_ms: latencyOf(deliveries.flatMap(({ items }) => items)),
    oldest_waiting:
      oldest === undefined
        ? null
        : {
            delivery_id: oldest.id,
            alert_id: oldest.alert_id,
            since: oldest.created_at,
            destination_name: names.destinationName(oldest.destination_id),
          },
    counted_from: cut.toSorted().at(-1) ?? null,
  };
}

/** Looks on until the window is through, or so often; `from` is how far it came then. */
async function lookedThrough<T>(
  times: number,
  look: (after: { after?: string }) => Promise<Look<T>>,
): Promise<{ items: T[]; from?: string }> {
  const items: T[] = [];
  let found: Look<T> | undefined;
  for (let time = 0; time < times; time += 1) {
    found = await look(found?.next === undefined ? {} : { after: found.next });
    items.push(...found.items);
    if (found.next === undefined) return { items };
  }
  return { items, ...(found !== undefined && { from: found.lookedBackTo }) };
}

function perHour(rows: readonly AlertRow[], sinceMs: number, nowMs: number): Overview['alerts_per_hour'] {
  const first = Math.floor(sinceMs / HOUR_MS);
  const hours = Array.from({ length: Math.floor(nowMs / HOUR_MS) - first + 1 }, (_, index) => ({
    hour: new Date((first + index) * HOUR_MS).toISOString(),
    counts: Object.fromEntries(SEVERITIES.map((severity) => [severity, 0])) as Record<Severity, number>,
  }));
  for (const { receivedAt, severity } of rows) {
    const hour = hours[Math.floor(Date.parse(receivedAt) / HOUR_MS) - first];
    if (hour !== undefined) hour.counts[severity] += 1;
  }
  return hours;
}

function counted(
  { id, name, isEnabled }: Destination,
  deliveries: readonly Delivery[],
): Overview['destinations'][number] {
  const count = (...states: Delivery['state'][]) =>
    deliveries.filter(({ state }) => states.includes(state)).length;
  return {
    id,
    name,
    is_enabled: isEnabled,
    delivered: count('delivered'),
    failed: count('dead'),
    held: count('pending', 'sending'),
    suppressed: count('suppressed'),
    digested: count('digested'),
  };
}

/** From accepted to delivered: to the end of the attempt that was taken. */
function latencyOf(deliveries: readonly Delivery[]): Overview['latency_ms'] {
  const times = deliveries
    .flatMap(({ created_at: createdAt, attempts, state, is_test: isTest }) => {
      const taken = attempts.findLast(({ outcome }) => outcome === 'delivered');
      return state !== 'delivered' || taken === undefined || isTest === true
        ? []
        : [Date.parse(taken.started_at) + taken.duration_ms - Date.parse(createdAt)];
    })
    .toSorted((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return times.length === 0 ? null : { p50: at(0.5), p95: at(0.95), max: at(1), count: times.length };
}
