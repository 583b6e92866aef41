import { parseInstant } from '../../cli/words/time.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { SEVERITIES, type Severity } from '../../functions/core/model/wire/severity.ts';
import type { AlertRow, Look } from '../../functions/core/operator/looks.ts';
import type { Attention, Overview } from '../api/operations.ts';
import { asked, refusal } from './problems.ts';
import type { ConsoleWorld } from './world.ts';

const HOUR_MS = 3_600_000;
const WEEK_HOURS = 7 * 24;
/** The overview reads at most this many entries of an index, and this many deliveries. */
const LOOKS = 2;
const ROWS = 1_000;

/** The overview of the gateway: health, counts, and what is open. */
export async function overview(world: ConsoleWorld, since: string): Promise<Overview> {
  const { gateway, tool, clock } = world;
  const nowMs = clock.now();
  const sinceMs = parseInstant('since', since, nowMs);
  if (nowMs - sinceMs > WEEK_HOURS * HOUR_MS) {
    throw refusal('wrong-usage', 'since: the overview looks back 7 days at most');
  }
  const window = { since: new Date(sinceMs).toISOString(), until: new Date(nowMs).toISOString() };
  const names = await world.names();
  const [status, alerts, watched, owed] = await Promise.all([
    asked(tool, ['status', '--quick']),
    lookedThrough(async (after) => gateway.looks.alerts({ ...window, limit: ROWS, ...after })),
    gateway.records.openDeliveries(),
    lookedThrough(async (after) => gateway.looks.owed({ ...window, limit: ROWS, ...after })),
  ]);
  const { verdict, attention } = status.json as { verdict: Overview['verdict']; attention: Attention[] };
  const open = watched.filter(isOpen);
  const oldest = open.toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0];
  const counted = countedByDestination(
    owed.items.map(({ delivery }) => delivery),
    open,
  );
  const cut = [alerts, owed].flatMap(({ from }) => (from === undefined ? [] : [from]));
  return {
    verdict,
    attention,
    ...window,
    alerts_per_hour: perHour(alerts.items, sinceMs, nowMs),
    destinations: names.destinations
      .toSorted((a, b) => a.name.localeCompare(b.name))
      .map((destination) => ({
        id: destination.id,
        name: destination.name,
        is_enabled: destination.isEnabled,
        paused_because: destination.pausedBecause ?? null,
        ...countsOf(counted.get(destination.id) ?? []),
      })),
    latency_ms: latencyOf([...counted.values()].flat()),
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

/** Reads on to the end of the window, or for the given number of looks; `from` is the instant that was reached. */
async function lookedThrough<T>(
  look: (after: { after?: string }) => Promise<Look<T>>,
): Promise<{ items: T[]; from?: string }> {
  const items: T[] = [];
  let found: Look<T> | undefined;
  for (let time = 0; time < LOOKS; time += 1) {
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

/** Whether a delivery waits: it has not ended meanwhile, and is no member of a digest. */
const isOpen = ({ state }: Delivery): boolean => state === 'pending' || state === 'sending';

/**
 * The counted deliveries by destination: those of the alerts in the window, and those that still wait from before. The message of a
 * digest is not counted: its members are counted as digested.
 */
function countedByDestination(
  owed: readonly Delivery[],
  open: readonly Delivery[],
): ReadonlyMap<string, readonly Delivery[]> {
  const byId = new Map([...open, ...owed].map((delivery) => [delivery.id, delivery]));
  const ofAlerts = [...byId.values()].filter(({ own_digest: digest }) => digest === undefined);
  return Map.groupBy(ofAlerts, ({ destination_id: id }) => id);
}

function countsOf(
  deliveries: readonly Delivery[],
): Pick<Overview['destinations'][number], 'delivered' | 'failed' | 'held' | 'suppressed' | 'digested'> {
  const count = (...states: Delivery['state'][]) =>
    deliveries.filter(({ state }) => states.includes(state)).length;
  return {
    delivered: count('delivered'),
    failed: count('dead'),
    held: count('pending', 'sending'),
    suppressed: count('suppressed'),
    digested: count('digested'),
  };
}

/** The time from acceptance to the end of the attempt that delivered. */
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
