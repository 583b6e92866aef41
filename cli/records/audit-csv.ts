import { hasComeBack, mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { AuditedAlert } from '../../functions/core/operator/audit/judge-alert.ts';

/** One line for each alert and destination; an alert that is owed to nobody has one line without a destination. */
const COLUMNS = [
  'alert_id',
  'request_id',
  'source_id',
  'received_at',
  'alert',
  'destination',
  'recipient',
  'delivery_id',
  'state',
  'reason',
  'attempts',
  'updated_at',
  'digest_id',
  'body_sha256',
  'problem',
  'kind',
] as const;

export const AUDIT_COLUMNS = `${COLUMNS.join(',')}\r\n`;

/** Lines of RFC 4180. */
export function auditRows(alerts: readonly AuditedAlert[], nameOf: (id: string) => string): string {
  return alerts.flatMap((alert) => rowsOf(alert, nameOf)).join('');
}

function rowsOf(alert: AuditedAlert, nameOf: (id: string) => string): string[] {
  const { alertId, kind, requestId, sourceId, receivedAt, standing, problem, deliveries } = alert;
  const accepted = {
    alert_id: alertId,
    kind,
    request_id: requestId,
    source_id: sourceId,
    received_at: receivedAt,
    alert: standing,
  };
  if (deliveries.length === 0) return [line({ ...accepted, problem })];
  return deliveries.map(({ delivery, problem: own }) =>
    line({
      ...accepted,
      destination: nameOf(delivery.destination_id),
      recipient: delivery.recipient,
      delivery_id: delivery.id,
      state: delivery.state,
      reason: hasComeBack(delivery) ? mailFate(delivery)?.state : delivery.reason,
      attempts: String(delivery.attempts.length),
      updated_at: delivery.updated_at,
      digest_id: delivery.digest_id,
      body_sha256: delivery.body_sha256,
      problem: own ?? problem,
    }),
  );
}

function line(values: Partial<Record<(typeof COLUMNS)[number], string | undefined>>): string {
  return `${COLUMNS.map((column) => cell(values[column] ?? '')).join(',')}\r\n`;
}

/** A spreadsheet runs what begins like a formula (OWASP, CSV injection); a quote before it makes it a text. */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
