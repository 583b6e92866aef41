import type { Alert } from '../model/wire/alert.ts';
import type { PlannedDelivery, RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { firstAttempt, type Delivery, type DeliveryMessage } from '../model/wire/delivery.ts';
import type { SuppressionReason } from '../model/wire/delivery-reasons.ts';
import { nextMessage } from '../model/wire/next-message.ts';
import { lastTold, type DigestStory } from './digest-story.ts';
import { expectedMs } from '../watch/judge-delivery.ts';

/** A delivery that waits for longer than its time by so much has lost its message, or waits for a breaker. */
const STALLED_AFTER_MS = 3_600_000;

/** Reasons that say that nothing is owed: what was told before stays told. */
const NOT_OWED: ReadonlySet<Delivery['reason']> = new Set([
  'repeated',
  'never-told',
  'overtaken',
  'end-not-wanted',
  'already-handled',
] satisfies SuppressionReason[]);

/** Why a delivery is not sent again. */
type ReplaySkip =
  | 'delivered'
  | 'under-way'
  /** It is not to be told, by what its reader was told before. */
  | 'not-owed'
  | 'test'
  | 'destination-disabled'
  | 'destination-deleted'
  | 'destination-unreadable';

/** The conditions on a destination before anything is sent to it again. */
type ReplayDestination = { id: string; isEnabled: boolean; isUnreadable?: boolean };

export type ReplayPlan = {
  send: { message: DeliveryMessage; state: Delivery['state'] | 'never-planned' }[];
  skipped: { deliveryId: string; destinationId: string; because: ReplaySkip }[];
};

/**
 * Which deliveries of a stored alert are sent again, and as what.
 *
 * | the delivery is | then |
 * |---|---|
 * | dead, suppressed | a new round, attempts numbered on |
 * | suppressed because its story is told, or told otherwise | nothing, or a new round when asked for |
 * | never planned, but owed by the configuration of now | its first attempt |
 * | waiting since more than an hour longer than it should | its next attempt |
 * | waiting, sending | nothing: it is under way |
 * | delivered | nothing, or a new round when asked for |
 * | told by a digest | what its digest's own delivery is: then the digest's mail is sent again, once for all in it |
 * | told by a digest, and asked for again | a mail of its own, within the hourly limit |
 *
 * The ids, the attempt and the round follow from what is stored, so planning twice sends the same messages, of which
 * the claim takes one.
 */
export function planReplay({
  routed,
  deliveries,
  owed,
  destinations,
  digests = new Map(),
  digestMessage,
  isAgain,
  nowMs,
}: {
  routed: RoutedAlert;
  /** The deliveries that are stored or planned, of the destinations that are asked for. */
  deliveries: readonly Delivery[];
  /** The deliveries that the present configuration owes, of the same destinations. */
  owed: readonly PlannedDelivery[];
  destinations: readonly ReplayDestination[];
  /** The digests of the deliveries that are in one, by delivery. */
  digests?: ReadonlyMap<string, DigestStory>;
  /** The message that sends a digest's mail again. */
  digestMessage?: (digest: DigestStory, joiner: Alert) => DeliveryMessage;
  /** Whether what was delivered is sent again. */
  isAgain: boolean;
  nowMs: number;
}): ReplayPlan {
  const plan: ReplayPlan = { send: [], skipped: [] };
  const known = new Set(deliveries.map(({ id }) => id));
  for (const delivery of deliveries) {
    const joined = digests.get(delivery.id);
    const digest = joined === undefined || isAgain ? undefined : lastTold(joined);
    const because = obstacle(delivery, digest, { destinations, isAgain, nowMs });
    if (because === undefined && digest !== undefined && digestMessage !== undefined) {
      plan.send.push({
        message: digestMessage(digest, routed.alert),
        state: digest.delivery?.state ?? 'pending',
      });
    } else if (because === undefined) {
      plan.send.push({ message: nextMessage(routed, delivery), state: delivery.state });
    } else {
      plan.skipped.push({ deliveryId: delivery.id, destinationId: delivery.destination_id, because });
    }
  }
  for (const { id, destination_id: destinationId, channel, is_private: isPrivate, recipient } of owed) {
    if (!known.has(id)) {
      const planned = {
        id,
        destinationId,
        channel,
        ...(isPrivate === true && { isPrivate }),
        ...(recipient !== undefined && { recipient }),
      };
      const message = firstAttempt(routed.alert, planned, new Date(nowMs).toISOString());
      plan.send.push({ message, state: 'never-planned' });
    }
  }
  return plan;
}

function obstacle(
  delivery: Delivery,
  digest: DigestStory | undefined,
  {
    destinations,
    isAgain,
    nowMs,
  }: { destinations: readonly ReplayDestination[]; isAgain: boolean; nowMs: number },
): ReplaySkip | undefined {
  if (delivery.is_test === true) {
    return 'test';
  }
  const state = digest?.state ?? delivery.state;
  if (state === 'delivered' && !isAgain) {
    return 'delivered';
  }
  if (state === 'suppressed' && !isAgain && NOT_OWED.has((digest?.delivery ?? delivery).reason)) {
    return 'not-owed';
  }
  // Nothing is known of its digest; where there is one, it was followed to the one that tells of it.
  if (state === 'digested' && !isAgain) {
    return 'under-way';
  }
  if (state === 'open' || (digest !== undefined && state === 'due' && !isOverdue(digest, nowMs))) {
    return 'under-way';
  }
  if ((state === 'pending' || state === 'sending') && !isStalled(digest?.delivery ?? delivery, nowMs)) {
    return 'under-way';
  }
  const destination = destinations.find(({ id }) => id === delivery.destination_id);
  if (destination === undefined) {
    return 'destination-deleted';
  }
  if (!destination.isEnabled) return 'destination-disabled';
  return destination.isUnreadable === true ? 'destination-unreadable' : undefined;
}

/** Its message should have come long ago. */
function isOverdue({ digest }: DigestStory, nowMs: number): boolean {
  return nowMs - Date.parse(digest.closes_at) > STALLED_AFTER_MS;
}

function isStalled(delivery: Delivery, nowMs: number): boolean {
  return nowMs - expectedMs(delivery) > STALLED_AFTER_MS;
}
