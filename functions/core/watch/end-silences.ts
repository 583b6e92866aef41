import type { AlertQueue } from '../ingest/ports.ts';
import type { Silence } from '../model/config/silence.ts';
import type { SilencedEntry } from '../model/wire/silenced-entry.ts';
import { severityId } from '../model/wire/severity.ts';
import { raised } from '../system-alerts/raise.ts';
import { silenceEnded, type SilencedAtDestination } from '../system-alerts/silence-ended.ts';
import type { Clock } from '../world.ts';
import type { Lanes, SilenceEnds, StoredAlerts } from './ports.ts';

export type EndSilencesPorts = {
  silenceEnds: SilenceEnds;
  stored: Pick<StoredAlerts, 'rows'>;
  lanes: Lanes;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/** Deliveries that a silence covered when they were routed are settled within seconds, unless their queue is long. */
const SETTLED_AFTER_MS = 2 * 60_000;
const LONGEST_WAIT_MS = 3_600_000;

/** The end of one silence, for the log. */
type Summarized = { silenceId: string; destinations: number };

/**
 * Tells each destination what a silence kept from it, once the silence is over and no message is at work; at the latest an hour
 * after its end. It does not wait for retries: they are sent, because the silence is over.
 *
 * The ids of the summaries follow from silence and destination. So a run that dies between the summaries and the mark is
 * repeated, and no reader hears twice.
 */
export async function endSilences(ports: EndSilencesPorts): Promise<Summarized[]> {
  const { silenceEnds, stored, clock } = ports;
  const done: Summarized[] = [];
  for (const silence of await silenceEnds.ended(clock.now())) {
    if (!(await isSettled(silence, ports))) continue;
    const summaries = await summarize(keptBack(silenceEnds.entries(silence.id), stored));
    const alerts = summaries.map((one) => silenceEnded(silence, one, clock.now(), ports.tenantId));
    if (alerts.length > 0) await ports.alerts.enqueue(raised(alerts));
    await silenceEnds.mark(silence.id);
    done.push({ silenceId: silence.id, destinations: alerts.length });
  }
  return done;
}

async function isSettled({ endsAt }: Silence, { lanes, clock }: EndSilencesPorts): Promise<boolean> {
  const sinceMs = clock.now() - Date.parse(endsAt);
  if (sinceMs < SETTLED_AFTER_MS) return false;
  if (sinceMs >= LONGEST_WAIT_MS) return true;
  const idle = await Promise.all([lanes.isIdle('alerts'), lanes.isIdle('email'), lanes.isIdle('webhook')]);
  return idle.every(Boolean);
}

/**
 * The entries of deliveries that the silence did keep back. An entry is written before its row, so it is wrong where the worker
 * died between the two, and where the message came again after the delivery had ended.
 */
async function* keptBack(
  pages: AsyncIterable<SilencedEntry[]>,
  stored: EndSilencesPorts['stored'],
): AsyncGenerator<SilencedEntry[]> {
  for await (const page of pages) {
    const rows = await stored.rows(page.filter(({ isTold }) => !isTold));
    yield page.filter(({ isTold, deliveryId, silenceId }) => {
      const row = rows.get(deliveryId);
      return isTold || (row?.state === 'suppressed' && row.silence?.id === silenceId);
    });
  }
}

/** By destination; one to which everything was told has none. */
async function summarize(pages: AsyncIterable<SilencedEntry[]>): Promise<SilencedAtDestination[]> {
  const silenced = new Map<string, Set<string>>();
  const last = new Map<string, Map<string, SilencedEntry>>();
  for await (const page of pages) {
    for (const entry of page) {
      const { destinationId, alertId, isTold } = entry;
      const alerts = silenced.get(destinationId) ?? new Set();
      if (!isTold) silenced.set(destinationId, alerts.add(alertId));
      const conditions = last.get(destinationId) ?? new Map<string, SilencedEntry>();
      last.set(destinationId, withLater(conditions, entry));
    }
  }
  return Array.from(silenced, ([destinationId, alerts]) => ({
    destinationId,
    alerts: alerts.size,
    firing: [...(last.get(destinationId)?.values() ?? [])]
      .filter(({ status }) => status === 'firing')
      .toSorted((a, b) => severityId(b.severity) - severityId(a.severity) || compare(a.title, b.title)),
  }));
}

/** The last alert of each condition, which says how the condition is. */
function withLater(conditions: Map<string, SilencedEntry>, entry: SilencedEntry): Map<string, SilencedEntry> {
  const key = JSON.stringify([entry.sourceId, entry.dedupKey]);
  const known = conditions.get(key);
  const isLater =
    known === undefined ||
    compare(known.receivedAt, entry.receivedAt) < 0 ||
    // Of one instant the end counts: an alert that is over is not told as one that fires.
    (known.receivedAt === entry.receivedAt && entry.status !== 'firing');
  return isLater ? conditions.set(key, entry) : conditions;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
