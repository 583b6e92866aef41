import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { anAlert, aMessage } from '../adapters/records.ts';

/** The request that every message of these is of. */
export const REQUEST = '0c6a8d7e-0000-4000-8000-000000000001';

/** Messages of one request to one destination, made at the moment they are asked for. */
export function messagesAt(nowMs: () => number) {
  const now = (): string => new Date(nowMs()).toISOString();

  function someAlerts(count: number) {
    return Array.from({ length: count }, (_, index) =>
      anAlert({
        id: alertId(REQUEST, index),
        title: `alert ${index}`,
        received_at: now(),
        raw: { sha256: '', size: 0, index },
      }),
    );
  }

  function accepted(count = 2, given: Partial<AcceptedAlerts> = {}): AcceptedAlerts {
    return { schema_version: '1', request_id: REQUEST, alerts: someAlerts(count), ...given };
  }

  function aDelivery(channel: 'email' | 'webhook' = 'webhook', given: Partial<DeliveryMessage> = {}) {
    const alert = anAlert({ id: alertId(REQUEST, 0), received_at: now() });
    const recipient = channel === 'email' ? { recipient: 'ana@example.com' } : {};
    return aMessage({
      alert,
      alert_id: alert.id,
      delivery_id: deliveryId(alert.id, 'dst_1', recipient.recipient),
      channel,
      ...recipient,
      created_at: now(),
      ...given,
    });
  }

  return { now, someAlerts, accepted, aDelivery };
}
