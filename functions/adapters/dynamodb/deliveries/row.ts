import type { Delivery, DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { deliveryLookupRow, deliveryTimeRow } from '../keys.ts';
import type { Item } from '../pages.ts';

/**
 * The fields that the first write of a delivery's row sets and no later one changes.
 *
 * The keys of the indexes are among it: an update that leaves them alone costs no write in an index.
 */
export function constantAttributes(message: DeliveryMessage, expiresAt: number): Item {
  return {
    ...unlistedAttributes(message, expiresAt),
    ...deliveryTimeRow(message.delivery_id, message.destination_id, message.created_at),
    ...(message.digest !== undefined && deliveryLookupRow(message.delivery_id, message.created_at)),
  };
}

/** The same of a delivery that a tally lists. */
export function unlistedAttributes(message: DeliveryMessage, expiresAt: number): Item {
  return {
    id: message.delivery_id,
    alert_id: message.alert_id,
    destination_id: message.destination_id,
    channel: message.channel,
    recipient: message.recipient,
    created_at: message.created_at,
    is_test: message.is_test,
    own_digest: message.digest,
    attempts: [],
    expires_at: expiresAt,
  };
}

const OPTIONAL = [
  'recipient',
  'reason',
  'due_at',
  'digest_id',
  'digest_page',
  'digest_kind',
  'digest_opened_at',
  'own_digest',
  'deferrals',
  'deferred_since',
  'lease_until',
  'body_sha256',
  'is_test',
  'mail_events',
  'silence',
] as const;

/** The delivery of a row, without keys and bookkeeping. */
export function readDelivery(item: Item): Delivery {
  const row = item as unknown as Delivery;
  return {
    id: row.id,
    alert_id: row.alert_id,
    destination_id: row.destination_id,
    channel: row.channel,
    state: row.state,
    attempt: row.attempt,
    round: row.round,
    created_at: row.created_at,
    updated_at: row.updated_at,
    attempts: row.attempts,
    ...Object.fromEntries(
      OPTIONAL.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
    ),
  };
}
