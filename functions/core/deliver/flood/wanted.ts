import type { Alert } from '../../model/wire/alert.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { DigestSummary } from '../../model/wire/digest.ts';
import type { MailQuotaState } from '../../model/wire/mail-quota.ts';
import type { Wanted } from './admit.ts';
import { cut } from '../../text/cut.ts';
import { floodKey } from './flood-key.ts';

/** The characters of a title and of a source that a digest shows; the alert has all of them. */
const MAX_TITLE = 120;
const MAX_SOURCE = 60;

/** A message that wants to go out by itself: the facts for the decision, and the entry that a digest would have. */
export function wanted({
  message,
  alert,
  summary,
  quota,
  isDigesting,
  isOver,
}: {
  message: DeliveryMessage;
  /** The alert that is told: the message's, or what sums up its digest. */
  alert: Alert;
  /** Of a digest. */
  summary?: DigestSummary;
  quota: MailQuotaState;
  /** Whether the destination wants digests; the hourly limit holds in any case. */
  isDigesting: boolean;
  /** Its end came while it was held: the digest says so. */
  isOver?: boolean;
}): Wanted {
  const key = floodKey(alert);
  return {
    message,
    quota,
    addressee: {
      destinationId: message.destination_id,
      ...(message.recipient !== undefined && { recipient: message.recipient }),
    },
    facts: {
      kind: message.digest === undefined ? 'alert' : message.digest.kind === 'storm' ? 'storm' : 'digest',
      // Attempts are numbered over all rounds. Half of a UUID tells sixty messages apart.
      placeId: `${message.delivery_id.slice(0, 18)}.${String(message.attempt)}`,
      floodKey: key,
      isUrgent: alert.severity === 'critical' && alert.status === 'firing',
      isPastWindows: message.round > 1 || message.attempt > message.first_attempt || !isDigesting,
      isHeld: message.outside !== undefined,
      mayBeSent: message.may_be_sent === true,
    },
    entry: {
      alertId: alert.id,
      key,
      severity: alert.severity,
      title: (isOver === true ? '(over) ' : '') + cut(alert.title.toWellFormed(), MAX_TITLE),
      sourceName: cut(alert.source.name.toWellFormed(), MAX_SOURCE),
      count: summary?.count ?? 1,
      ...(summary !== undefined && { bySeverity: summary.by_severity }),
      firstAt: summary?.first_at ?? alert.received_at,
      lastAt: summary?.last_at ?? alert.received_at,
    },
  };
}
