import type { Clock, EventLog } from '../world.ts';
import { type HeartbeatPorts, tellHeartbeat } from './heartbeat.ts';
import { judgeCanaries, type JudgeCanariesPorts } from './judge-canaries.ts';
import type { CanaryConfiguration, CanaryLog } from './ports.ts';
import { sendCanary, type SendCanaryPorts } from './send-canary.ts';

export type RunCanaryPorts = Omit<SendCanaryPorts, 'canaries'> &
  Omit<JudgeCanariesPorts, 'canaries' | 'hasHeartbeat'> &
  HeartbeatPorts & {
    configuration: CanaryConfiguration;
    canaries: CanaryLog;
    hasHeartbeat: boolean;
    /** Whether the first canary of a day goes by mail too: to the simulator of SES. */
    sendsMail: boolean;
    clock: Clock;
    log: EventLog;
  };

/**
 * One run of the schedule: sends a canary, and judges those that were sent before.
 *
 * Sent first: what keeps a run from judging is no reason to send none. The first of a day (UTC) is told by mail too.
 *
 * @throws what kept it from judging, after everything else was done
 */
export async function runCanary(ports: RunCanaryPorts): Promise<void> {
  const { canaries, clock, log } = ports;
  await ports.configuration.ensure();
  const state = await canaries.state();
  const today = new Date(clock.now()).toISOString().slice(0, 10);
  const withMail = ports.sendsMail && state.mailed_on !== today;
  const { id: canaryId, door } = await sendCanary({ by: 'schedule', withMail }, ports);
  if (door !== undefined && 'alert_id' in door) {
    if (withMail) await canaries.mailedOn(today);
    log.info('canary.sent', { canaryId, alertId: door.alert_id, withMail, durationMs: door.took_ms });
  } else {
    log.error('canary.refused', { canaryId, problem: door?.problem });
  }
  const { verdicts, changes } = await judgeCanaries(state, ports);
  for (const verdict of verdicts) {
    if (verdict.state === 'well') continue;
    const { watch, phase, problem, canary } = verdict;
    log.error('canary.late', { watch, phase, problem, canaryId: canary.id });
    if (watch !== 'path') continue;
    // Each time: what it was told once may not have been heard.
    // oxlint-disable-next-line no-await-in-loop
    const heartbeat = await tellHeartbeat('fail', `canary stopped at ${phase}: ${problem}`, ports);
    if (heartbeat?.problem !== undefined) log.error('heartbeat.not-told', { problem: heartbeat.problem });
  }
  for (const { watch, step, alertId } of changes) {
    log.info(step === 'raise' ? 'canary.alarm-raised' : 'canary.alarm-resolved', { watch, alertId });
  }
}
