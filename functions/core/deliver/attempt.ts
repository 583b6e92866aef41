import type { Attempt, DeliveryMessage } from '../model/wire/delivery.ts';
import type {
  DeferralReason,
  FailureReason,
  RetryReason,
  SuppressionReason,
} from '../model/wire/delivery-reasons.ts';
import type { Destination, RetrySchedule } from '../model/config/destination.ts';
import { UnreadableConfigError } from '../model/config/unreadable-config.ts';
import type { SilencedBy } from '../model/wire/silenced.ts';

/** Why a message waits until an instant that somebody named: the flood's limit, a digest, or the endpoint's gate. */
type NamedWaitReason = 'hourly-limit' | 'digest-closed' | 'breaker-open' | 'slow-lane';

/** Why a message waits without an attempt. `waits.ts` says for how long. */
type WaitReason = 'not-yet-due' | 'busy' | 'other-network' | DeferralReason | NamedWaitReason;

export type Waits =
  | { verdict: 'waits'; reason: Exclude<WaitReason, NamedWaitReason> }
  | { verdict: 'waits'; reason: NamedWaitReason; untilMs: number };

/**
 * The verdicts over a delivery whose message is received. `settle.ts` turns each into its writes.
 *
 * `retry`: the attempt failed, and another one is worth it. `failed`: it failed for good. `suppressed`: we chose not to
 * send. `waits`: no attempt was made, and none counts. `digested`: a digest tells of it. `settled`: there is nothing to do.
 */
export type Verdict =
  | { verdict: 'delivered' }
  /** `mayBeSent`: the message was handed over, and the answer was lost. */
  | { verdict: 'retry'; reason: RetryReason; retryAfterMs?: number; mayBeSent?: true }
  | { verdict: 'failed'; reason: FailureReason }
  /** `silence`: what it was not made for, while `silenced`. */
  | { verdict: 'suppressed'; reason: SuppressionReason; silence?: SilencedBy }
  | Waits
  | { verdict: 'digested' }
  /**
   * `empty-digest`: the message closes a digest that no delivery joined. `isUntold`: the delivery ended before, and its
   * reader was not told; the message that came again has just been written into the story as told.
   */
  | { verdict: 'settled'; reason?: 'empty-digest'; isUntold?: true };

/** The verdicts over a message of which no attempt is claimed. */
export type Unclaimed = Extract<Verdict, { verdict: 'suppressed' | 'waits' | 'digested' | 'settled' }>;

/** The facts of an attempt in the delivery log, besides its times and its end. */
export type Facts = Partial<Attempt>;

/** The verdict over an attempt that was made, and its facts. */
export type Answered = Extract<Verdict, { verdict: 'delivered' | 'retry' | 'failed' | 'waits' }> & {
  facts: Facts;
};

/** An attempt that can be made: the body is rendered, the secrets are at hand. */
export type Prepared = {
  body: string;
  /** The message that later attempts carry, with the body where it cannot be rendered again to the same bytes. */
  message: DeliveryMessage;
  schedule: RetrySchedule;
  /** Why the attempt should wait, though it can be made. */
  wait?: DeferralReason;
  /** Where the row turns out to name a digest: sees that the digest has the delivery. */
  rejoin?(): Promise<Unclaimed | undefined>;
  send(): Promise<Answered>;
};

/** A delivery that the router planned while it could not see the channel or the recipients of the destination. */
export function plannedBlindly({ alert_id: alertId }: DeliveryMessage, { name }: Destination): Error {
  return new UnreadableConfigError(
    `this delivery was planned while the destination could not be read, and names no recipient or another channel; send the alert instead: tocsin replay --alert ${alertId} --destination ${name}`,
  );
}

/** Leave to make an attempt. `instead` is its verdict without being made, once it is claimed. */
export type Leave = { isProbe?: true; instead?: Answered };

/** The health of an endpoint, as a judgement of any message to it. */
type Look = (message: DeliveryMessage, destination: Destination) => Leave | Waits;

/** The gate between a channel's deliveries and their receivers. Absent: every delivery may pass. */
export type Gate = {
  /** Asked while the destination is read. */
  look(destinationId: string): Promise<Look>;
  /** Asked last before the claim: of all who have leave to probe, one keeps it. */
  confirm(message: DeliveryMessage, destination: Destination, leave: Leave): Promise<Leave | Waits>;
  /** Makes the attempt, and takes note of a receiver that is slow. */
  watch(message: DeliveryMessage, send: () => Promise<Answered>): Promise<Answered>;
  /** Remembers what the attempt says of the receiver. Called after the record: the worst that is lost then is a count. */
  learn(
    message: DeliveryMessage,
    destination: Destination,
    answered: Answered,
    attempt: Pick<Attempt, 'started_at' | 'duration_ms'>,
  ): Promise<void>;
};

/** The differences between channels. All that may fail on our side happens in `prepare`, before an attempt is claimed. */
export type Channel = {
  /** The verdict that keeps the function from a destination of its channel. Absent: it serves all of them. */
  checkNetwork?(destination: Destination): Leave | Waits | undefined;
  prepare(message: DeliveryMessage, destination: Destination): Promise<Prepared | Unclaimed>;
  gate?: Gate;
};

/** Whether a step of the story ends it. */
export function isVerdict<Step extends object>(step: Step): step is Extract<Step, { verdict: string }> {
  return 'verdict' in step;
}
