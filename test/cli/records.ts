import { severityId } from '../../functions/core/model/wire/severity.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import { NOW } from './run.ts';
import type { RoutedAlert } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';

export function anAlert(changes: Partial<Alert> = {}): Alert {
  const severity = changes.severity ?? 'high';
  const at = new Date(NOW - 180_000).toISOString();
  return {
    schema_version: '1',
    id: '5d0f3e6a-5e8c-5b58-9d2f-6f1f2c9f0d11',
    type: 'threat_alert',
    status: 'firing',
    severity,
    severity_id: severityId(severity),
    title: 'Threat Intel Match: 203.0.113.50',
    event_time: at,
    received_at: at,
    source: { id: 'src_a', name: 'siem', format: 'generic' },
    tenant_id: 'default',
    dedup_key: 'a',
    labels: { environment: 'prod' },
    details: { source_ip: '203.0.113.50' },
    raw: { sha256: '0'.repeat(64), size: 2, index: 0 },
    ...changes,
  };
}

export function aRoutedAlert(alert: Alert, changes: Partial<RoutedAlert> = {}): RoutedAlert {
  return { alert, routing: 'routed', routed_at: alert.received_at, deliveries: [], trace: [], ...changes };
}

export function aDelivery(changes: Partial<Delivery> = {}): Delivery {
  const at = new Date(NOW - 180_000).toISOString();
  return {
    id: '0b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
    alert_id: anAlert().id,
    destination_id: 'dst_a',
    channel: 'webhook',
    state: 'delivered',
    attempt: 1,
    round: 1,
    created_at: at,
    updated_at: at,
    attempts: [],
    ...changes,
  };
}

export function aDeadLetter(
  changes: Partial<DeadLetter> & { destinationId?: string; title?: string } = {},
): DeadLetter {
  const { destinationId = 'dst_a', title = 'Threat Intel Match', ...letter } = changes;
  const alert = anAlert({ title });
  const id = deliveryId(alert.id, destinationId);
  const messageId = letter.messageId ?? `message-${destinationId}`;
  return {
    queue: 'webhook',
    messageId,
    receiptHandle: messageId,
    sentAt: new Date(NOW - 3_600_000).toISOString(),
    reason: 'receiver-unreachable',
    // The alerts queue carries no deliveries yet.
    ...(letter.queue !== 'alerts' && {
      delivery: {
        ...firstAttempt(alert, { id, destinationId, channel: 'webhook' }, alert.received_at),
        attempt: 4,
      },
    }),
    isUnrecorded: false,
    body: '{}',
    ...letter,
  };
}
