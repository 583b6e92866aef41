import type { Alert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { DigestSummary } from '../../model/wire/digest.ts';
import { severityId } from '../../model/wire/severity.ts';
import { countedAlerts } from '../../text/count-words.ts';

/** The alert of the digest, once it is known what the digest says. */
export function summarizedAlert({ alert, digest }: DeliveryMessage, summary: DigestSummary): Alert {
  const [line] = summary.lines;
  return {
    ...alert,
    severity: summary.severity,
    severity_id: severityId(summary.severity),
    event_time: summary.first_at,
    ...(digest?.kind === 'window' && line !== undefined
      ? { title: line.title }
      : {
          title: `${countedAlerts(summary.count)} held back and summed up`,
        }),
  };
}
