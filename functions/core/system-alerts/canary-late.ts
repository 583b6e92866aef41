import type { Alert } from '../model/wire/alert.ts';
import type { Canary, CanaryAlarm, CanaryPhaseName, CanaryWatch } from '../model/wire/canary.ts';
import type { Severity } from '../model/wire/severity.ts';
import { systemAlert } from './raise.ts';

/** What a canary that stops at a phase means for every other alert, and where to look. */
const MEANING: Record<
  CanaryPhaseName,
  { title: string; means: string; severity: Severity; steps: readonly string[] }
> = {
  accepted: {
    title: 'The public ingestion URL does not take the canary',
    means: 'What senders post now may be refused the same way.',
    severity: 'critical',
    steps: [
      'Try it again and see what the door says: tocsin canary run',
      'Look at the DNS record and the certificate of the domain, where there is one',
      'Look at the log of the function ingest',
    ],
  },
  routed: {
    title: 'The canary was accepted and not routed',
    means: 'Alerts that were answered with a 202 wait before the router.',
    severity: 'critical',
    steps: ['See how the queues stand: tocsin status', 'Look at the log of the function route'],
  },
  delivered: {
    title: 'The canary was routed and not delivered',
    means: 'Webhooks may wait or fail as well.',
    severity: 'critical',
    steps: ['See how the queues stand: tocsin status', 'Look at the log of the function deliver-webhook'],
  },
  receipt: {
    title: 'The canary was not received in time',
    means: 'It went all the way, and its receipt is late or missing.',
    severity: 'critical',
    steps: [
      'See what the receiver answered: tocsin canary list',
      'Look at the log of the function receive-canary',
    ],
  },
  heartbeat: {
    title: 'The heartbeat is not heard',
    means:
      'Alerts arrive. Who watches the heartbeat will be told that they do not, and would not notice if they did not.',
    severity: 'high',
    steps: [
      'Open the page of the service that listens, and compare the URL with heartbeatUrl',
      'Try it again: tocsin canary run',
    ],
  },
  mail: {
    title: 'The mail of the canary was not sent',
    means: 'Mails by SES may fail as well. Webhooks are not affected.',
    severity: 'critical',
    steps: [
      'See what SES says of the account and the sender: tocsin status',
      'Try it again: tocsin canary run',
      'Look at the log of the function deliver-email',
    ],
  },
};

/** What is sent when a canary is late or missing: once, until it is over. */
export function canaryLateAlert(
  {
    watch,
    phase,
    problem,
    canary,
  }: { watch: CanaryWatch; phase: CanaryPhaseName; problem: string; canary: Canary },
  nowMs: number,
  tenantId: string,
): Alert {
  const { title, means, severity, steps } = MEANING[phase];
  return systemAlert({
    type: 'tocsin.canary-late',
    subject: watch,
    occurrence: `${canary.sent_at} firing`,
    severity,
    title,
    description: `The canary that was sent at ${minute(canary.sent_at)} stopped at "${phase}": ${problem}. ${means}`,
    steps: [...steps],
    details: { watch, phase, problem, canary_id: canary.id, canary_sent_at: canary.sent_at },
    nowMs,
    tenantId,
  });
}

/** What is sent when it is over. */
export function canaryBackAlert(
  watch: CanaryWatch,
  alarm: CanaryAlarm,
  nowMs: number,
  tenantId: string,
): Alert {
  const { severity } = MEANING[alarm.phase];
  return systemAlert({
    type: 'tocsin.canary-late',
    subject: watch,
    occurrence: `${alarm.since} resolved`,
    status: 'resolved',
    severity,
    title: BACK[watch],
    description: `It had been out of order since the canary of ${minute(alarm.since)}, which stopped at "${alarm.phase}".`,
    steps: ['See whether everything adds up that was accepted meanwhile: tocsin audit'],
    details: { watch, phase: alarm.phase, since: alarm.since, raised_alert_id: alarm.alert_id },
    nowMs,
    tenantId,
  });
}

const BACK: Record<CanaryWatch, string> = {
  path: 'Canaries arrive in time again',
  heartbeat: 'The heartbeat is heard again',
  mail: 'The mail of the canary is sent again',
};

/** `2026-03-01 12:00 UTC` */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
