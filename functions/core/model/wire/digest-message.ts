import { SYSTEM_SOURCE_ID, type Alert } from './alert.ts';
import type { Delivery, DeliveryMessage } from './delivery.ts';
import { digestDeliveryId, type Addressee, type Digest } from './digest.ts';

/** A digest is closed a little after its end: whoever decided to join in its last moment still gets in. */
const GRACE_MS = 2_000;
/** The source of what tells of many sources. Not the one of system alerts: those are told of more loudly. */
const STORM_SOURCE = { id: `${SYSTEM_SOURCE_ID}-digest`, name: 'Tocsin', format: 'digest' };

/**
 * The message that closes a digest and is its delivery: it waits in the queue until the digest's end, whatever else dies
 * meanwhile. Its ids are derived, so that many of them are one delivery.
 */
export function digestMessage(
  digest: Digest,
  addressee: Addressee,
  joiner: Pick<DeliveryMessage, 'alert' | 'channel'>,
): DeliveryMessage {
  return {
    schema_version: '1',
    delivery_id: digestDeliveryId(digest.id, addressee),
    alert_id: digest.id,
    destination_id: addressee.destinationId,
    channel: joiner.channel,
    ...(addressee.recipient !== undefined && { recipient: addressee.recipient }),
    alert: digestAlert(digest, joiner.alert),
    digest,
    created_at: digest.closes_at,
    attempt: 1,
    round: 1,
    first_attempt: 1,
    not_before: new Date(Date.parse(digest.closes_at) + GRACE_MS).toISOString(),
  };
}

/**
 * The message of a digest's next attempt, for one whose own message is lost or used up: the same as a redrive of its dead
 * letter would send.
 */
export function nextDigestMessage(
  digest: Digest,
  addressee: Addressee,
  joiner: Pick<DeliveryMessage, 'alert' | 'channel'>,
  row: Pick<Delivery, 'state' | 'attempt' | 'round'> | undefined,
): DeliveryMessage {
  const message = digestMessage(digest, addressee, joiner);
  if (row === undefined) return message;
  const attempt = row.attempt + 1;
  const isOver = row.state !== 'pending' && row.state !== 'sending';
  return { ...message, attempt, first_attempt: attempt, round: isOver ? row.round + 1 : row.round };
}

/** Holds what threads, filters and logs need; never more of the one alert that happened to be the first. */
function digestAlert({ id, kind, opened_at: openedAt }: Digest, joiner: Alert): Alert {
  const isWindow = kind === 'window';
  return {
    schema_version: '1',
    id,
    type: 'tocsin.digest',
    status: isWindow ? joiner.status : 'firing',
    severity: joiner.severity,
    severity_id: joiner.severity_id,
    title: isWindow ? joiner.title : 'Alerts held back and summed up',
    event_time: openedAt,
    received_at: openedAt,
    source: isWindow ? joiner.source : STORM_SOURCE,
    tenant_id: joiner.tenant_id,
    dedup_key: isWindow ? joiner.dedup_key : 'tocsin.digest:storm',
    labels: {},
    details: {},
    raw: { sha256: '', size: 0, index: 0 },
  };
}
