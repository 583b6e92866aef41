import type { EmailDestination } from '../model/config/destination.ts';
import type { Suppression } from '../model/wire/suppression.ts';
import { destinationWithoutRecipients } from '../system-alerts/destination-without-recipients.ts';
import { raised } from '../system-alerts/raise.ts';
import { recipientSuppressed } from '../system-alerts/recipient-suppressed.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { SuppressionStore } from './ports.ts';

export type SuppressPorts = {
  suppressions: SuppressionStore;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/**
 * Suppresses one recipient at one destination and tells the others, once, however often and at once it is called.
 *
 * The wish is written first and announced second: a crash between the two is made good by the next call, because a
 * suppression says whether it was announced, and an announcement's id follows from the suppression.
 */
export async function suppressRecipient(
  destination: EmailDestination,
  suppression: Suppression,
  ports: SuppressPorts,
): Promise<'added' | 'already'> {
  const result = await ports.suppressions.add(suppression);
  const standing = await ports.suppressions.standing(destination.id, suppression.address);
  const held = standing.suppression;
  if (held === undefined || standing.isAnnounced) {
    return result;
  }
  const gone = new Set(
    (await ports.suppressions.list(destination.id)).readable.map(({ address }) => address),
  );
  const remaining = destination.recipients.filter(({ address }) => !gone.has(address.toLowerCase())).length;
  const about = { nowMs: ports.clock.now(), eventAt: held.at, tenantId: ports.tenantId };
  const alerts = [recipientSuppressed(destination, held, remaining, about)];
  if (remaining === 0) {
    alerts.push(destinationWithoutRecipients(destination, held, about));
  }
  await ports.alerts.enqueue(raised(alerts));
  await ports.suppressions.markAnnounced(destination.id, held.address);
  return result;
}
