import { tocsinCommand } from '../text/command-line.ts';
import type { WebhookDestination } from '../model/config/destination.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { Severity } from '../model/wire/severity.ts';
import { systemAlert } from './raise.ts';

/** When it ends, and by which of the warnings that is told. */
type ExpiringCertificate = {
  notAfter: string;
  daysLeft: number;
  warning: { days: number; severity: Severity };
};

/** Tells that the client certificate of a destination ends soon, or has ended. */
export function certificateExpires(
  destination: WebhookDestination,
  { notAfter, daysLeft, warning }: ExpiringCertificate,
  { nowMs, tenantId }: { nowMs: number; tenantId: string },
): Alert {
  const when = daysLeft <= 0 ? 'has expired' : `expires on ${notAfter.slice(0, 10)}`;
  return systemAlert({
    type: 'tocsin.certificate-expires',
    subject: destination.id,
    occurrence: `${notAfter}/${String(warning.days)}`,
    severity: warning.severity,
    title: `The client certificate of ${destination.name} ${when}`,
    description: `Webhooks to ${destination.name} authenticate with a client certificate that ${when}. After that its receiver refuses them, and deliveries become dead letters.`,
    steps: [
      'Get a new certificate from whoever runs the receiver',
      `Set it: ${tocsinCommand('destination', 'update', destination.name, '--cert-file', 'NEW.pem', '--key-file', 'NEW.key')}`,
      `Try it: ${tocsinCommand('destination', 'test', destination.name)}`,
    ],
    details: { destination_name: destination.name, not_after: notAfter },
    nowMs,
    tenantId,
  });
}
