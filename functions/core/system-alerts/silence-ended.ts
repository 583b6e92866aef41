import { countedAlerts } from '../text/count-words.ts';
import type { Silence } from '../model/config/silence.ts';
import type { Alert } from '../model/wire/alert.ts';
import { SEVERITIES, severityId, type Severity } from '../model/wire/severity.ts';
import { ONLY_DESTINATION, systemAlert } from './raise.ts';

/** What a silence kept from one destination. */
export type SilencedAtDestination = {
  destinationId: string;
  /** Alerts that were silenced. */
  alerts: number;
  /** Conditions whose last alert says that they hold, the gravest first. */
  firing: { title: string; sourceName: string; severity: Severity }[];
};

const SHOWN = 10;

/** Tells one destination what a silence kept from it: once, whenever it is computed. */
export function silenceEnded(
  silence: Silence,
  { destinationId, alerts, firing }: SilencedAtDestination,
  nowMs: number,
  tenantId: string,
): Alert {
  const shown = firing
    .slice(0, SHOWN)
    .map(({ title, sourceName, severity }) => `${severity}: ${title} (${sourceName})`);
  const more = firing.length > SHOWN ? [`and ${String(firing.length - SHOWN)} more`] : [];
  const still =
    firing.length === 0
      ? 'Nothing of it still fires, as far as its senders have said.'
      : `Still firing: ${[...shown, ...more].join('; ')}.`;
  return systemAlert({
    type: 'tocsin.silence-ended',
    subject: `${silence.id}:${destinationId}`,
    occurrence: 'end',
    severity: gravest(firing.map(({ severity }) => severity)),
    title: `A silence ended: ${countedAlerts(alerts)} silenced, ${String(firing.length)} still firing`,
    description: `The silence ${silence.id} of ${silence.author} (${silence.comment}) ended at ${silence.endsAt}. ${still}`,
    steps: [
      `See the silence: tocsin silence show ${silence.id}`,
      `See what was not sent: tocsin deliveries list --destination ${destinationId} --state suppressed`,
      'Send an alert all the same: tocsin replay --alert ALERT_ID',
    ],
    details: {
      [ONLY_DESTINATION]: destinationId,
      silence_id: silence.id,
      silenced_alerts: alerts,
      still_firing: firing.length,
    },
    nowMs,
    eventAt: silence.endsAt,
    tenantId,
  });
}

function gravest(severities: readonly Severity[]): Severity {
  return severities.toSorted((a, b) => severityId(b) - severityId(a))[0] ?? SEVERITIES[0];
}
