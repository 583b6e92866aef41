import type { Alert } from '../model/wire/alert.ts';
import type { SilenceAlarm, SourceHealth } from '../model/wire/source-health.ts';
import { noDataAlarmOf, type Source } from '../model/config/source.ts';
import { shellWord } from '../text/shell-word.ts';
import { systemAlert } from './raise.ts';

/** What is sent when a source has been silent for too long. */
export function silentAlert(
  source: Source,
  { health, since }: { health: SourceHealth | undefined; since: string },
  { nowMs, tenantId }: { nowMs: number; tenantId: string },
): Alert {
  const limit = noDataAlarmOf(source);
  // The name, not the id: that is a part of the URL, and for a source without a secret all of it.
  const word = shellWord(source.name);
  const last = health?.lastAcceptedAt;
  const refusal = (health?.lastRefusal?.at ?? '') > since ? health?.lastRefusal : undefined;
  return systemAlert({
    type: 'tocsin.source-silent',
    subject: source.id,
    occurrence: `${since} firing`,
    severity: 'critical',
    title:
      last === undefined
        ? `Source ${source.name} has never sent anything`
        : `Source ${source.name} has been silent since ${minute(last)}`,
    description: [
      last === undefined
        ? `It was created at ${minute(since)}, and no request of it was accepted.`
        : `The last accepted request came at ${minute(last)}.`,
      refusal === undefined
        ? 'No request was refused meanwhile: the sender is down, was switched off, or sends elsewhere.'
        : `Requests do arrive and are refused: ${refusal.code}${refusal.cause === undefined ? '' : ` (${refusal.cause})`}, last at ${minute(refusal.at)}.`,
      'Whatever it watches goes unnoticed.',
    ].join(' '),
    steps: [
      `See what was accepted and refused: tocsin source status ${word}`,
      `Try the way in with the stored secret: tocsin source test ${word}`,
      'If that works, look at the sender: its URL, its secret, its network, whether it runs',
      `If it is meant to be silent: tocsin source update ${word} --no-data-alarm off`,
    ],
    details: {
      source_id: source.id,
      source_name: source.name,
      silent_since: since,
      ...(last !== undefined && { last_accepted_at: last }),
      ...(limit !== 'off' && { limit_seconds: limit.afterSeconds }),
      ...(refusal !== undefined && {
        last_rejected_at: refusal.at,
        last_rejected_code: refusal.code,
        ...(refusal.cause !== undefined && { last_rejected_cause: refusal.cause }),
      }),
    },
    nowMs,
    tenantId,
  });
}

/** What is sent when it is over: something was accepted, or nobody waits for it any more. */
export function resolvedAlert(
  source: Source,
  { alarm, lastAcceptedAt }: { alarm: SilenceAlarm; lastAcceptedAt?: string | undefined },
  { nowMs, tenantId }: { nowMs: number; tenantId: string },
): Alert {
  const heard = lastAcceptedAt !== undefined && lastAcceptedAt > alarm.since ? lastAcceptedAt : undefined;
  return systemAlert({
    type: 'tocsin.source-silent',
    subject: source.id,
    occurrence: `${alarm.since} resolved`,
    status: 'resolved',
    severity: 'critical',
    title:
      heard === undefined
        ? `Source ${source.name} is not expected to send any more`
        : `Source ${source.name} sends again`,
    description:
      heard === undefined
        ? `The alarm raised at ${minute(alarm.raisedAt)} ends because its settings were changed; nothing was received.`
        : `Requests are accepted again, the last one at ${minute(heard)}. It had been silent since ${minute(alarm.since)}.`,
    steps:
      heard === undefined
        ? ['Nothing to do when the change was meant']
        : [
            'Ask the sender for what happened meanwhile: whether alerts were lost on its side is not known here',
          ],
    details: {
      source_id: source.id,
      source_name: source.name,
      silent_since: alarm.since,
      raised_alert_id: alarm.alertId,
      ...(heard !== undefined && { last_accepted_at: heard }),
    },
    nowMs,
    tenantId,
  });
}

/** `2026-03-01 12:00 UTC`. */
function minute(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}
