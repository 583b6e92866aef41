import type { SilenceBook } from '../match/silences.ts';
import type { WebhookSecret } from '../model/config/credential.ts';
import type { Destination, PauseReason } from '../model/config/destination.ts';
import type { RemediationTable } from '../model/config/remediation.ts';
import type { Attempt, Delivery, DeliveryMessage, DeliveryState } from '../model/wire/delivery.ts';
import type { DeferralReason, FailureReason } from '../model/wire/delivery-reasons.ts';
import type { Digest, DigestEntry, DigestPlace, DigestSummary, Addressee } from '../model/wire/digest.ts';
import type { Flow } from '../model/wire/flow.ts';
import type { MailQuotaStanding } from '../model/wire/mail-quota.ts';
import type { Mail } from '../model/wire/mail.ts';
import type { Story } from '../model/wire/story.ts';
import type { Clock } from '../world.ts';
import type { SilencedBy } from '../model/wire/silenced.ts';

/** The ports of a delivery. */

/** Throws `UnreadableConfigError` for a destination that is there and cannot be read. */
export type DestinationRegistry = {
  /** `isFresh` asks the table itself, past every cache: for decisions that are final. */
  find(destinationId: string, options?: { isFresh?: boolean }): Promise<Destination | undefined>;
};

export type DestinationSecrets = {
  /** Cached, but never older than what the secret was when the destination had this version. */
  webhookSecret(destinationId: string, version: number): Promise<WebhookSecret>;
};

export type RetryQueue = {
  /** Puts an attempt back, hidden for at most 900 s; `not_before` in the message tells the rest. */
  sendLater(message: DeliveryMessage, delaySeconds: number): Promise<void>;
  /** Hands it to the function of the other network. Throws where the deployment has none. */
  handOver(message: DeliveryMessage): Promise<void>;
  deadLetter(message: DeliveryMessage, reason: FailureReason, detail: string): Promise<void>;
};

/**
 * The claim decides who sends. `busy`: another worker holds it, look again when its lease is over; `settled`: this attempt is
 * done or overtaken, let the message go. `claims` counts the claims since the last record, this one included: more
 * than one means that a worker died.
 */
export type Claim =
  | { claim: 'granted'; delivery: Delivery; claims: number }
  | { claim: 'busy' }
  | { claim: 'settled'; state: DeliveryState };

export type DeliveryLog = {
  claim(message: DeliveryMessage, leaseUntil: string): Promise<Claim>;
  /** Writes the attempt and the state it leads to. */
  record(delivery: Delivery, attempt: Attempt, state: DeliveryState): Promise<void>;
  /**
   * Writes that the attempt waits, and why; `message` is the one that comes back. Gives up the claim when there is
   * one: `claimed` is the delivery as it was granted. When the row has moved on, nothing is written.
   */
  defer(
    message: DeliveryMessage,
    wait: { reason: DeferralReason; dueAt: string },
    claimed?: Delivery,
  ): Promise<void>;
  /** Writes a final state that no attempt led to. False where the row has an end of another kind, and keeps it. */
  suppress(message: DeliveryMessage, reason: Delivery['reason'], silence?: SilencedBy): Promise<boolean>;
};

export type Silences = {
  /** Seconds old at most. A silence that cannot be read mutes nothing, and is not in it. */
  load(): Promise<SilenceBook>;
  /**
   * Keeps the entry of a delivery for the summary at the end of a silence. Noted twice is noted once. An entry that is not
   * told counts only where the row of its delivery says so too.
   */
  note(message: DeliveryMessage, silence: SilencedBy, end: { isTold: boolean }): Promise<void>;
};

/** Disables a destination, with the reason, unless somebody changed it since it was read. */
export type DestinationPauses = { pause(destination: Destination, because: PauseReason): Promise<void> };

/** The result of handing one mail to the mail service. */
export type MailResult =
  | { result: 'accepted'; messageId: string }
  | {
      /**
       * `throttled`: too many at once. `quota-exceeded`: no more today. `not-permitted`: the account may not send this
       * mail as it is set up. `unanswered`: it was handed over, and whether it was taken is not known.
       */
      result: 'throttled' | 'quota-exceeded' | 'not-permitted' | 'rejected' | 'unavailable' | 'unanswered';
      code: string;
      detail: string;
    };

export type Mailer = {
  send(mail: Mail & { deliveryId: string; alertId: string }): Promise<MailResult>;
};

/** How much mail the mail service still takes. Never fails: what cannot be known is `ample`. */
export type MailQuota = {
  /** Remembered for about a minute. */
  standing(): Promise<MailQuotaStanding>;
  /** The mail service refused a mail because no more may be sent today. */
  noteExhausted(): void;
};

/** The reader of a story, and its finding: one destination, by mail one recipient, and the alerts of a source with one key. */
export type StoryReader = { destinationId: string; recipient?: string; sourceId: string; dedupKey: string };

/** The stories of readers. A telling that is lost counts as not told. */
export type Stories = {
  clock: Clock;
  /**
   * Applies a step to a story and answers the step's result. A step may run several times: on what is remembered here,
   * and again on what others have made of it. When it gives back the same story, nothing is written, and what is
   * remembered may be seconds old.
   */
  change<T>(reader: StoryReader, step: (story: Story) => { after: Story; result: T }): Promise<T>;
};

/** The recent messages to an addressee. */
export type Flows = {
  /**
   * Applies a step to it and answers the step's result. A step may run several times: on what is remembered here, and
   * again on what others have made of it. When it gives back the same flow, nothing is written.
   */
  change<T>(addressee: Addressee, step: (flow: Flow) => { flow: Flow; result: T }): Promise<T>;
};

/** Where a delivery stands between a message of its own and a digest, as its row says. */
export type Membership =
  | { membership: 'digested'; place: DigestPlace }
  | { membership: 'none'; state?: DeliveryState };

/** Which deliveries are told by a digest: their rows say so, and each row names one place. */
export type DigestMembers = {
  /**
   * Puts the delivery into a page of a digest, when an attempt at it could be claimed. Answers where it stands then,
   * which is another place when another worker was faster.
   */
  join(message: DeliveryMessage, digest: Digest, page: number): Promise<Membership>;
  /** Puts it into another page of the digest that it is in, from its place and from no other. */
  move(message: DeliveryMessage, from: DigestPlace, page: number): Promise<Membership>;
  /** Makes it pending again, unless it has moved on. */
  leave(message: DeliveryMessage, from: DigestPlace): Promise<void>;
  find(message: DeliveryMessage): Promise<Membership>;
};

/** The entries of a digest, page by page. A page that is full or sealed never changes again. */
export type DigestPages = {
  /** The page that an entry fits into, as far as is known. */
  openPage(digestId: string): Promise<number>;
  /** `added` also when it was there; `full` and `sealed`: it is not in this page and never will be. */
  add(place: DigestPlace, deliveryId: string, entry: DigestEntry): Promise<'added' | 'full' | 'sealed'>;
  /** Closes every page to further entries. */
  seal(digestId: string): Promise<void>;
  /** Some of the entries at a time: a storm has a hundred thousand. */
  entries(digestId: string): AsyncIterable<DigestEntry[]>;
  summary(digestId: string): Promise<DigestSummary | undefined>;
  keepSummary(digestId: string, summary: DigestSummary): Promise<void>;
};

/** The steps that operators wrote for types of alerts, the most exact type first. */
export type RemediationSource = { load(): Promise<RemediationTable> };

/** One HTTPS POST, all phases inside `deadlineMs`. */
export type HttpPost = {
  url: string;
  headers: Record<string, string>;
  body: string;
  deadlineMs: number;
  tls: { ca?: string; certificate?: string; key?: string };
};

export type HttpAnswer = {
  phasesMs: { dns?: number; connect?: number; tls?: number; first_byte?: number };
  address?: string;
  tlsVersion?: string;
} & (
  | { answer: 'response'; status: number; retryAfter?: string; bodyStart: Uint8Array }
  | { answer: 'refused-address'; detail: string }
  | {
      answer: 'timeout' | 'dns-failed' | 'connection-failed' | 'tls-failed' | 'unusable-certificate';
      detail: string;
    }
);

export type HttpSender = { post(request: HttpPost): Promise<HttpAnswer> };
