import { boundedMap, CALLS_AT_ONCE } from '../bounded-map.ts';
import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import type { Alert } from '../model/wire/alert.ts';
import { HEALTH_DELAY_MS, oldestHour, type SourceHealth } from '../model/wire/source-health.ts';
import { noDataAlarmOf, type Source } from '../model/config/source.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { SourceHealthRecords, SourceList } from './ports.ts';
import { expectedMs } from './expected-time.ts';
import { resolvedAlert, silentAlert } from '../system-alerts/source-silent.ts';

/** How a source is doing (glossary: source health). */
export type SourceCondition = 'healthy' | 'silent' | 'never-seen';

type Judgement = {
  condition: SourceCondition;
  /** The instant that silence is counted from: the last accepted request, or the creation of the source. */
  since: string;
  step: 'raise' | 'resolve' | 'none';
};

/** The health of a source, and the alarm to raise or resolve for it. */
export function judgeSource(source: Source, health: SourceHealth | undefined, nowMs: number): Judgement {
  const since = health?.lastAcceptedAt ?? source.createdAt;
  const limit = source.isEnabled ? noDataAlarmOf(source) : 'off';
  const isOverdue =
    limit !== 'off' &&
    expectedMs(Date.parse(since), nowMs, limit.calendar) >= limit.afterSeconds * 1_000 + HEALTH_DELAY_MS;
  const alarm = health?.alarm;
  const isOver = alarm !== undefined && (!isOverdue || isHeardAfter(alarm.since, since));
  const isSilent = isOverdue || (alarm !== undefined && !isOver);
  const seen = isSilent ? 'silent' : 'healthy';
  return {
    condition: health?.lastAcceptedAt === undefined ? 'never-seen' : seen,
    since,
    step: isOver ? 'resolve' : isOverdue && alarm === undefined ? 'raise' : 'none',
  };
}

/**
 * A request accepted shortly after the one that a silence is counted from may have been written much later, with a
 * request that was refused. It is no sign of life.
 */
function isHeardAfter(silentSince: string, lastAccepted: string): boolean {
  return Date.parse(lastAccepted) > Date.parse(silentSince) + HEALTH_DELAY_MS;
}

export type WatchPorts = {
  sources: SourceList;
  health: SourceHealthRecords;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/** The findings and alerts of one look at the sources. */
type Watched = {
  sources: number;
  silent: number;
  changes: { sourceId: string; step: 'raise' | 'resolve'; since: string; alertId: string }[];
  /** Sources whose alarm could not be changed: the next run tries again. */
  failures: { sourceId?: string; error: unknown }[];
  /** Sources that are there and cannot be read. Whether they are silent is not known. */
  unreadable: UnreadableConfig[];
};

/** Looks at every source, and raises and resolves their alarms. Running it twice is harmless. */
export async function watchSources(ports: WatchPorts): Promise<Watched> {
  const nowMs = ports.clock.now();
  const { sources, unreadable } = await ports.sources.list();
  const health =
    sources.length === 0
      ? new Map<string, SourceHealth>()
      : await ports.health.read(sources.map(({ id }) => id));
  const watched: Watched = {
    sources: sources.length,
    silent: 0,
    changes: [],
    failures: [],
    unreadable,
  };
  await boundedMap(sources, CALLS_AT_ONCE, async (source) => {
    const known = health.get(source.id);
    try {
      const judgement = judgeSource(source, known, nowMs);
      const isAnnounced =
        judgement.step === 'raise' || (known?.alarm !== undefined && judgement.step === 'none');
      watched.silent += isAnnounced ? 1 : 0;
      const change = await act(source, known, judgement, { ...ports, nowMs });
      watched.changes.push(...change);
      if (known !== undefined) {
        await ports.health.forgetHoursBefore(source.id, known, oldestHour(nowMs));
      }
    } catch (error) {
      watched.failures.push({ sourceId: source.id, error });
    }
  });
  return watched;
}

/**
 * The alert goes first and the state second: a crash in between repeats the alert under the same id, which the router
 * lets go. The other way round it would never be sent.
 */
async function act(
  source: Source,
  health: SourceHealth | undefined,
  { step, since }: Judgement,
  ports: WatchPorts & { nowMs: number },
): Promise<Watched['changes']> {
  if (step === 'raise') {
    const alert = silentAlert(source, { health, since }, ports);
    await enqueue(alert, ports);
    const raisedAt = new Date(ports.nowMs).toISOString();
    const isFirst = await ports.health.raised(source.id, { since, raisedAt, alertId: alert.id });
    return isFirst ? [{ sourceId: source.id, step, since, alertId: alert.id }] : [];
  }
  if (step === 'resolve' && health?.alarm !== undefined) {
    const alert = resolvedAlert(source, { ...health, alarm: health.alarm }, ports);
    await enqueue(alert, ports);
    const isFirst = await ports.health.resolved(source.id, health.alarm.since);
    return isFirst ? [{ sourceId: source.id, step, since: health.alarm.since, alertId: alert.id }] : [];
  }
  return [];
}

async function enqueue(alert: Alert, ports: WatchPorts): Promise<void> {
  await ports.alerts.enqueue(raised([alert]));
}
