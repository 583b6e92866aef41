import type { AcceptedAlerts } from '../model/wire/accepted-alerts.ts';
import { SYSTEM_SOURCE_ID, type Alert, type AlertStatus } from '../model/wire/alert.ts';
import { nameBasedId } from '../model/wire/ids.ts';
import { severityId, type Severity } from '../model/wire/severity.ts';

/** What Tocsin has to say about itself. */
const SYSTEM_ALERT_TYPES = [
  'tocsin.unrouted',
  'tocsin.dead-letter',
  'tocsin.destination-gone',
  'tocsin.source-silent',
  'tocsin.certificate-expires',
  'tocsin.recipient-left',
  'tocsin.recipient-suppressed',
  'tocsin.destination-without-recipients',
  'tocsin.mail-quota',
  'tocsin.mail-rejected',
  'tocsin.message-lost',
  'tocsin.configuration-unreadable',
  'tocsin.silence-ended',
  'tocsin.canary-late',
] as const;
type SystemAlertType = (typeof SYSTEM_ALERT_TYPES)[number];

/** The detail that names the destination an alert is about; the router does not send it there. */
export const CONCERNED_DESTINATION = 'destination_id';

/**
 * The detail of an alert about the mail service itself: the router sends it round the service, as long as some other
 * destination gets it.
 */
export const CONCERNED_MAIL_SERVICE = 'mail_service';

/** The detail that names the one destination that an alert is for. */
export const ONLY_DESTINATION = 'only_destination_id';

/** What a person is shown of the details: without the id that is the router's alone. */
export function detailsForPeople(alert: Alert): Alert['details'] {
  if (alert.source.id !== SYSTEM_SOURCE_ID) return alert.details;
  const { [ONLY_DESTINATION]: _router, ...details } = alert.details;
  return details;
}

const WINDOW_MS = 3_600_000;

/**
 * An alert about Tocsin itself. The same type and subject within an hour is the same alert: its id says so, and
 * the router takes what is stored already only once. A thousand failures are one mail.
 */
export function systemAlert(about: {
  type: SystemAlertType;
  /** What it is about: an id, the same for every occurrence. */
  subject: string;
  /** What tells one occurrence from the next; the hour when left out. */
  occurrence?: string;
  /** `firing` when left out. */
  status?: AlertStatus;
  severity: Severity;
  title: string;
  description: string;
  steps: string[];
  details: Record<string, unknown>;
  /** When it is raised. Lists are in the order of this instant, so it never lies in the past. */
  nowMs: number;
  /** When what it tells of happened (ISO 8601), where that was earlier; then the hour of its id is this one's. */
  eventAt?: string;
  tenantId: string;
}): Alert {
  const now = new Date(about.nowMs).toISOString();
  const eventAt = about.eventAt ?? now;
  const occurrence = about.occurrence ?? Math.floor(Date.parse(eventAt) / WINDOW_MS);
  const id = nameBasedId('system-alert', about.type, about.subject, occurrence);
  return {
    schema_version: '1',
    id,
    type: about.type,
    status: about.status ?? 'firing',
    severity: about.severity,
    severity_id: severityId(about.severity),
    title: about.title,
    description: about.description,
    event_time: eventAt,
    received_at: now,
    source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' },
    tenant_id: about.tenantId,
    dedup_key: `${about.type}:${about.subject}`,
    remediation: { steps: about.steps },
    labels: {},
    details: about.details,
    raw: { sha256: '', size: 0, index: 0 },
  };
}

/** When it is told, when it happened, and whose gateway tells. */
export type Happened = { nowMs: number; eventAt: string; tenantId: string };

/** System alerts as the alerts queue takes them. The router routes those of them that are not stored yet. */
export function raised(alerts: Alert[]): AcceptedAlerts {
  return { schema_version: '1', request_id: 'system', alerts, is_repeat: true };
}
