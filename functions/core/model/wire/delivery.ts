import type { PlannedDelivery, RoutedAlert } from './accepted-alerts.ts';
import type { Alert } from './alert.ts';
import type { Channel } from '../config/destination.ts';
import type { DeferralReason, FailureReason, RetryReason, SuppressionReason } from './delivery-reasons.ts';
import type { Digest } from './digest.ts';
import type { MailEvent } from './mail-event.ts';
import type { StoryNote } from './story.ts';
import type { Outside } from './outside.ts';
import type { SilencedBy } from './silenced.ts';

/**
 * `sending` while an attempt holds the claim, `pending` between attempts; the others are final. What is `digested` is
 * told by the mail of its digest: what became of it is what became of that delivery.
 */
export const DELIVERY_STATES = ['sending', 'pending', 'delivered', 'digested', 'suppressed', 'dead'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One entry of the delivery log. */
export type Attempt = {
  /** From 1, over all redrives. */
  number: number;
  started_at: string;
  duration_ms: number;
  outcome: 'delivered' | 'retry' | 'failed';
  reason?: RetryReason | FailureReason;
  /** In words, redacted, for the operator. */
  detail?: string;
  /** How often it was put back before it was made, and since when. */
  deferrals?: number;
  deferred_since?: string;
  /** The configuration of the destination that this attempt used; 0 where it could not be read. */
  destination_version: number;
  /** HTTP status, or the SMTP code. */
  status?: number;
  phases_ms?: { dns?: number; connect?: number; tls?: number; first_byte?: number };
  /** The vetted address that the socket was pinned to. */
  address?: string;
  tls_version?: string;
  /** The first 1,024 bytes of the answer, as inert text. */
  response_excerpt?: string;
  /** What the mail service called the mail. */
  message_id?: string;
  /** When the next attempt is due. */
  next_due_at?: string;
};

/** One alert owed to one destination (by mail: to one recipient), as the table keeps it. */
export type Delivery = {
  id: string;
  alert_id: string;
  destination_id: string;
  channel: Channel;
  recipient?: string;
  state: DeliveryState;
  /** Number of the last attempt that was claimed. */
  attempt: number;
  /** 1, and one more with every redrive. */
  round: number;
  /** Why it is pending, suppressed or dead. */
  reason?: RetryReason | DeferralReason | FailureReason | SuppressionReason;
  created_at: string;
  updated_at: string;
  /** When the next attempt is due, while pending; when its digest closes, while digested. */
  due_at?: string;
  /** The digest that tells of it, and the page of the digest that it is written in. */
  digest_id?: string;
  digest_page?: number;
  digest_kind?: Digest['kind'];
  digest_opened_at?: string;
  /** Where it is itself the delivery of a digest: that digest. It may join another one, as any delivery may. */
  own_digest?: Digest;
  /** While the attempt itself waits: how often it was put back without having been made, and since when. */
  deferrals?: number;
  deferred_since?: string;
  /** Until when the claim holds, while sending. Of a delivery that is read as pending: its worker died with it. */
  lease_until?: string;
  /** SHA-256 (hex) of what was sent: retries send identical bytes. */
  body_sha256?: string;
  is_test?: boolean;
  attempts: Attempt[];
  /** What the mail service told after it took the mail, in the order of arrival. */
  mail_events?: MailEvent[];
  /** What it was not made for, while `silenced`. */
  silence?: SilencedBy;
  /** Of one that was planned and has no row yet. */
  outside?: Outside;
};

/**
 * A delivery as a reader is told of it. A claim whose lease is over is nobody's: the worker died, and the delivery waits
 * for its message to come back. It keeps its lease, which tells it from an attempt that waits for its time.
 */
export function asItStands(delivery: Delivery, nowMs: number): Delivery {
  return delivery.state === 'sending' && Date.parse(delivery.lease_until ?? '') < nowMs
    ? { ...delivery, state: 'pending' }
    : delivery;
}

/** A planned delivery that has no row yet: its first attempt waits in a queue since it was decided. */
export function plannedDelivery(
  planned: PlannedDelivery,
  { alert, routed_at: routedAt }: RoutedAlert,
): Delivery {
  const until = planned.outside?.until;
  return {
    ...planned,
    alert_id: alert.id,
    state: 'pending',
    ...(until !== undefined && { reason: 'outside-interval' as const, due_at: until }),
    attempt: 0,
    round: 1,
    created_at: alert.received_at,
    updated_at: routedAt,
    attempts: [],
  };
}

/** Why a destination is told, as its receiver may read it: the name of the route that matched. */
export type ToldBecause = { route?: string };

/** What the queues carry from route to deliver, and from attempt to attempt. Ids and the alert, never a secret. */
export type DeliveryMessage = {
  schema_version: '1';
  delivery_id: string;
  alert_id: string;
  destination_id: string;
  channel: Channel;
  /** Its destination was private when it was sent: first attempts go to that lane. The function looks for itself. */
  is_private?: boolean;
  recipient?: string;
  alert: Alert;
  /** When its alert was accepted: the timestamp that payloads show, the same however often it is decided or tried. */
  created_at: string;
  attempt: number;
  round: number;
  /** Number of the first attempt of this round: the retry schedule counts from there. */
  first_attempt: number;
  /** No attempt before this instant; longer waits than SQS can hide a message hop towards it. */
  not_before?: string;
  /** How much of the wait is left when SQS shows the message; 0 unless the wait is longer than SQS can hide it. */
  wait_left_seconds?: number;
  /** Since when it waits in this round: for a breaker to close, or for the mail service to take mails. */
  deferred_since?: string;
  /** How often the mail service put this attempt back: of two messages of one attempt the later one counts. */
  deferrals?: number;
  /** The body as the first attempt rendered it. */
  body?: string;
  /** Sent by an operator to try a destination: one attempt, no dead letter. */
  is_test?: boolean;
  /** How often it was seen, as the first attempt told it. */
  story?: StoryNote;
  /** Set where the mail is a digest: then the delivery's alert stands for all that joined. */
  digest?: Digest;
  /** An earlier attempt's answer was lost, so the mail may have been sent: it cannot be told by a digest any more. */
  may_be_sent?: boolean;
  /** Asked for by an operator although the receiver has it: a delivery that was delivered is made again. */
  is_again?: boolean;
  /** Why it is owed; absent where an operator asked for it. */
  told_because?: ToldBecause;
  /** It is not made: this silence covered the alert when it was routed. */
  silence?: SilencedBy;
  /** It was held until now, or is dropped. */
  outside?: Outside;
};

/** The message of a delivery's first attempt. */
export function firstAttempt(
  alert: Alert,
  delivery: {
    id: string;
    destinationId: string;
    channel: Channel;
    isPrivate?: boolean;
    recipient?: string;
    toldBecause?: ToldBecause;
    silence?: SilencedBy;
    outside?: Outside;
  },
  createdAt: string,
): DeliveryMessage {
  return {
    schema_version: '1',
    delivery_id: delivery.id,
    alert_id: alert.id,
    destination_id: delivery.destinationId,
    channel: delivery.channel,
    ...(delivery.isPrivate === true && { is_private: true }),
    ...(delivery.recipient !== undefined && { recipient: delivery.recipient }),
    alert,
    created_at: createdAt,
    attempt: 1,
    round: 1,
    first_attempt: 1,
    ...(delivery.toldBecause !== undefined && { told_because: delivery.toldBecause }),
    ...(delivery.silence !== undefined && { silence: delivery.silence }),
    ...(delivery.outside !== undefined && { outside: delivery.outside }),
  };
}
