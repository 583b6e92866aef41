import type { AlertQueue } from '../ingest/ports.ts';
import { alertIdOf, CANARY_WATCHES, type CanaryState, type CanaryWatch } from '../model/wire/canary.ts';
import { canaryBackAlert, canaryLateAlert } from '../system-alerts/canary-late.ts';
import { raised } from '../system-alerts/raise.ts';
import type { StoredAlerts } from '../watch/ports.ts';
import type { Clock } from '../world.ts';
import { canaryPhases, type CanaryVerdict, judgeCanary, tellingCanaries } from './canary-phases.ts';
import type { CanaryLog } from './ports.ts';

export type JudgeCanariesPorts = {
  canaries: Pick<CanaryLog, 'newest' | 'keepAlarm'>;
  stored: Pick<StoredAlerts, 'find'>;
  alerts: AlertQueue;
  hasHeartbeat: boolean;
  clock: Clock;
  tenantId: string;
};

/** The canaries of more than a day, at one every five minutes: among them is one that went by mail. */
const LOOKED_AT = 320;

/** What changed about a watch. */
type CanaryChange = { watch: CanaryWatch; step: 'raise' | 'resolve'; alertId: string };

/**
 * Judges the canaries that should have arrived by now, and tells of what is late: once, until it is over. Of a watch that is out
 * of order nothing more is told, however many canaries fail, and whatever phase they stop at.
 */
export async function judgeCanaries(
  state: CanaryState,
  ports: JudgeCanariesPorts,
): Promise<{ verdicts: CanaryVerdict[]; changes: CanaryChange[] }> {
  const nowMs = ports.clock.now();
  const telling = tellingCanaries(await ports.canaries.newest(LOOKED_AT), nowMs);
  const ids = Object.values(telling).flatMap((canary) => alertIdOf(canary) ?? []);
  const trails = await ports.stored.find(ids);
  const verdicts = CANARY_WATCHES.flatMap((watch): CanaryVerdict[] => {
    const canary = telling[watch];
    if (canary === undefined) return [];
    const trail = trails.get(alertIdOf(canary) ?? '');
    const verdict = judgeCanary(watch, canary, canaryPhases(canary, trail, ports.hasHeartbeat));
    return verdict === undefined ? [] : [verdict];
  });
  const changes: CanaryChange[] = [];
  for (const verdict of verdicts) {
    // One after another: three at most, and mostly none.
    // oxlint-disable-next-line no-await-in-loop
    changes.push(...(await act(verdict, state, nowMs, ports)));
  }
  return { verdicts, changes };
}

/** The alert goes first and the state second: a run that dies in between repeats the alert under the same id. */
async function act(
  verdict: CanaryVerdict,
  { alarms }: CanaryState,
  nowMs: number,
  { alerts, canaries, tenantId }: JudgeCanariesPorts,
): Promise<CanaryChange[]> {
  const { watch } = verdict;
  const alarm = alarms[watch];
  if (verdict.state === 'late' && alarm === undefined) {
    const alert = canaryLateAlert(verdict, nowMs, tenantId);
    await alerts.enqueue(raised([alert]));
    await canaries.keepAlarm(watch, {
      phase: verdict.phase,
      since: verdict.canary.sent_at,
      raised_at: alert.received_at,
      alert_id: alert.id,
    });
    return [{ watch, step: 'raise', alertId: alert.id }];
  }
  if (verdict.state === 'well' && alarm !== undefined) {
    const alert = canaryBackAlert(watch, alarm, nowMs, tenantId);
    await alerts.enqueue(raised([alert]));
    await canaries.keepAlarm(watch, undefined);
    return [{ watch, step: 'resolve', alertId: alert.id }];
  }
  return [];
}
