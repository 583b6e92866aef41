import type { AcceptedAlerts, RoutedAlert } from './model/wire/accepted-alerts.ts';
import type { Alert } from './model/wire/alert.ts';
import type { IndexRange } from './model/wire/accepted-request.ts';
import type {
  Attempt,
  DeferralReason,
  Delivery,
  DeliveryMessage,
  DeliveryState,
  FailureReason,
} from './model/wire/delivery.ts';
import type { Destination, PauseReason } from './model/config/destination.ts';
import type { DigestEntry, DigestPlace, DigestSummary, Mailbox } from './model/wire/digest.ts';
import type { EndpointHealth } from './model/wire/endpoint-health.ts';
import type { Mail } from './model/wire/mail.ts';
import type { MailEvent } from './model/wire/mail-event.ts';
import type { MailFlow } from './model/wire/mail-flow.ts';
import type { MailQuotaStanding } from './model/wire/mail-quota.ts';
import type { RemediationTable } from './model/config/remediation.ts';
import type { Route } from './model/config/route.ts';
import type { Source } from './model/config/source.ts';
import type { RecipientStanding, Suppression, SuppressionChange } from './model/wire/suppression.ts';
import type {
  Listed,
  UnreadableConfig,
  UnreadableDestination,
  UnreadableRoute,
} from './model/config/unreadable-config.ts';
import type { UnsubscribeKeys } from './signing/unsubscribe-token.ts';
import type { HealthDelta, SilenceAlarm, SourceHealth } from './model/wire/source-health.ts';

/** The outside world on one page. A function takes only the ports it uses; adapters implement them. */

/** Epoch milliseconds. */
export type Clock = { now(): number };

/** How long what is being done may still take, in milliseconds: the rest of an invocation. */
export type TimeLeft = { ms(): number };

/** Runs something after a while, unless it is called off first. */
export type Timer = { after(ms: number, run: () => void): () => void };

/** A number from 0 up to, but not including, 1. */
export type Random = { fraction(): number };

/** Unguessable ids. */
export type IdGenerator = { uuid(): string };

/** Throws `UnreadableConfigError` for a source that is there and cannot be read. */
export type SourceRegistry = { find(sourceId: string): Promise<Source | undefined> };
/** Throws `UnreadableConfigError` for a destination that is there and cannot be read. */
export type DestinationRegistry = {
  /** `isFresh` asks the table itself, past every cache: for decisions that nothing takes back. */
  find(destinationId: string, options?: { isFresh?: boolean }): Promise<Destination | undefined>;
};

/** Everything a routing decision depends on. What cannot be read is listed beside the rest, with what can be seen of it. */
export type RoutingConfiguration = {
  routes: Route[];
  destinations: Destination[];
  unreadable: { routes: UnreadableRoute[]; destinations: UnreadableDestination[] };
};
export type RoutingTable = { load(): Promise<RoutingConfiguration> };

/** A credential and, during a rotation, the one before it (until `previousNotAfter`, ISO 8601). */
export type Credential = { current: string; previous?: string; previousNotAfter?: string };

/** What a webhook destination keeps in its secret beside the credential. */
export type WebhookSecret = Partial<Credential> & {
  /** Where to post, when whoever knows it can post there too. */
  url?: string;
  /** Until then (ISO 8601), what has room for one secret holds the previous one. */
  currentFrom?: string;
  headers?: Record<string, string>;
  /** PEM. */
  ca?: string;
  certificate?: string;
  key?: string;
};

/** How much a source may send. Never fails: a limiter that cannot know lets in. */
export type RateLimiter = {
  /**
   * Takes `count` alerts from what the source may send now, `perMinute` on average. With `mayOverdraw` a request that is
   * larger than what is left is let in and owed. A refusal takes nothing.
   */
  take(
    sourceId: string,
    request: { count: number; perMinute: number; mayOverdraw: boolean; nowMs: number },
  ): Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;
};

export type SourceSecrets = {
  /**
   * Cached, but never older than what the secret was when the source had this version; throws when the store fails
   * and nothing usable is cached.
   */
  credential(sourceId: string, version?: number): Promise<Credential>;
  /** Asks the store again, at most once per source and 30 s; undefined when that was just done. */
  refresh(sourceId: string): Promise<Credential | undefined>;
};
export type DestinationSecrets = {
  /** Cached, but never older than what the secret was when the destination had this version. */
  webhookSecret(destinationId: string, version: number): Promise<WebhookSecret>;
};

/** What is remembered of a request, so that a repetition is recognised and collapses. */
export type RequestRecord = {
  requestId: string;
  bodySha256: string;
  receivedAt: string;
  /** Set once a repetition was enqueued: later ones need not be. */
  isConfirmed: boolean;
};
export type RequestLedger = {
  /** Claims the key for this request; answers with the earlier request when there is one. */
  claim(request: {
    sourceId: string;
    key: string;
    requestId: string;
    bodySha256: string;
    receivedAt: string;
    windowSeconds: number;
    /** The places of its records that became alerts. */
    indexes: IndexRange[];
  }): Promise<{ earlier?: RequestRecord }>;
  confirm(sourceId: string, key: string): Promise<void>;
};

/** Takes note of what came from a source. Never fails, and never delays an answer for longer than a moment. */
export type SourceHealthLog = { observe(sourceId: string, delta: HealthDelta): Promise<void> };

/** Sources that can be read, and what could not be. */
export type SourceList = { list(): Promise<{ sources: Source[]; unreadable: UnreadableConfig[] }> };

export type SourceHealthRecords = {
  /** Of every source that anything is known of. */
  read(sourceIds: string[]): Promise<Map<string, SourceHealth>>;
  /** False when an alarm was raised already. */
  raised(sourceId: string, alarm: SilenceAlarm): Promise<boolean>;
  /** False when this silence is not, or no longer, the announced one. */
  resolved(sourceId: string, since: string): Promise<boolean>;
  /** Drops counts that nobody will read, once they are worth a write. */
  forgetHoursBefore(sourceId: string, health: SourceHealth, hour: number): Promise<void>;
  delete(sourceId: string): Promise<void>;
};

/** Resolves only when the queue acknowledged every part. */
export type AlertQueue = { enqueue(accepted: AcceptedAlerts): Promise<void> };

export type AlertStore = {
  /** Which of these alerts a router has stored already. One that is `dead` is not among them: it is still to be routed. */
  stored(alertIds: string[]): Promise<Set<string>>;
  put(alerts: RoutedAlert[]): Promise<void>;
};

/** System alerts as they were met first: raised again, with another example or a minute later, they are the same alert. */
export type SystemAlertLog = {
  /** The alert of this id that was met first. One id has one body. */
  firstOf(alert: Alert): Promise<Alert>;
};

/** First attempts to the fast lane. Resolves only when every message was acknowledged. */
export type DeliveryQueue = { enqueue(messages: DeliveryMessage[]): Promise<void> };

export type RetryQueue = {
  /** Puts an attempt back, hidden for at most 900 s; `not_before` in the message tells the rest. */
  sendLater(message: DeliveryMessage, delaySeconds: number): Promise<void>;
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
  /** Writes a final state that no attempt led to. */
  suppress(message: DeliveryMessage, reason: Delivery['reason']): Promise<void>;
};

/** How endpoints have been doing. What is lost of it counts as healthy. */
export type EndpointHealthLog = {
  /** Remembered for seconds. */
  find(destinationId: string): Promise<EndpointHealth | undefined>;
  /** What this worker heard of it last, however long ago. */
  recall(destinationId: string): EndpointHealth | undefined;
  /** An attempt of this worker was answered; failures before it are in no row with those that come. */
  sawSuccess(destinationId: string, atMs: number): void;
  /**
   * One more failure in a row, of an attempt that ended then; the first one of a row when this worker saw a success
   * since the last that was counted. Undefined, and not counted, while the breaker is open, and when a success of
   * this worker came later.
   */
  countFailure(destinationId: string, endedMs: number): Promise<EndpointHealth | undefined>;
  /** Opens the breaker, unless it is open. */
  open(destinationId: string, openings: number, until: string): Promise<void>;
  /** Whether this worker is the one that may try. */
  claimProbe(destinationId: string, until: string): Promise<boolean>;
  close(destinationId: string): Promise<void>;
  /** The endpoint is slow; not written when it is known to be for longer than `unlessAfter`. */
  noteSlow(destinationId: string, until: string, unlessAfter: string): Promise<void>;
  /** It no longer is, unless somebody has found it slow since `slowUntil` was read. */
  noteFast(destinationId: string, slowUntil: string): Promise<void>;
};

/** Disables a destination, with the reason, unless somebody changed it since it was read. */
export type DestinationPauses = { pause(destination: Destination, because: PauseReason): Promise<void> };

/** What came of handing one mail to the mail service. */
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

/** What is remembered of the mails to a mailbox. */
export type MailFlows = {
  /**
   * Applies a step to it and answers the step's result. A step may run several times: on what is remembered here, and
   * again on what others have made of it. When it gives back the same flow, nothing is written.
   */
  change<T>(mailbox: Mailbox, step: (flow: MailFlow) => { flow: MailFlow; result: T }): Promise<T>;
};

/** Where a delivery stands between a mail of its own and a digest, as its row says. */
export type Membership =
  | { membership: 'digested'; place: DigestPlace }
  | { membership: 'none'; state?: DeliveryState };

/** Which deliveries are told by a digest: their rows say so, and each row names one place. */
export type DigestMembers = {
  /**
   * Puts the delivery into a place, when an attempt at it could be claimed; with `from`, only from there. Answers
   * where it stands then, which is another place when somebody was faster.
   */
  join(
    message: DeliveryMessage,
    place: DigestPlace,
    closesAt: string,
    from?: DigestPlace,
  ): Promise<Membership>;
  /** Makes it pending again, unless it has moved on. */
  leave(message: DeliveryMessage, from: DigestPlace): Promise<void>;
  find(message: DeliveryMessage): Promise<Membership>;
};

/** What joined a digest, page by page. A page that is full or sealed never changes again. */
export type DigestPages = {
  /** The page that an entry fits into, as far as is known. */
  openPage(digestId: string): Promise<number>;
  /** `added` also when it was there; `full` and `sealed`: it is not in this page and never will be. */
  add(place: DigestPlace, deliveryId: string, entry: DigestEntry): Promise<'added' | 'full' | 'sealed'>;
  /** Lets nobody in any more. */
  seal(digestId: string): Promise<void>;
  /** Some of the entries at a time: a storm has a hundred thousand. */
  entries(digestId: string): AsyncIterable<DigestEntry[]>;
  summary(digestId: string): Promise<DigestSummary | undefined>;
  keepSummary(digestId: string, summary: DigestSummary): Promise<void>;
};

/** What operators wrote about types of alerts, the most exact first. */
export type RemediationSource = { load(): Promise<RemediationTable> };

/** What deliver-email asks before each mail. Throws `UnreadableConfigError` for one that is there and cannot be read. */
export type SuppressionRegistry = {
  find(destinationId: string, address: string): Promise<Suppression | undefined>;
};

export type SuppressionStore = SuppressionRegistry & {
  standing(destinationId: string, address: string): Promise<RecipientStanding>;
  /** What holds now at a destination. */
  list(destinationId: string): Promise<Listed<Suppression>>;
  /** Of any number of calls at once one is `added`; the others find it there. */
  add(suppression: Suppression): Promise<'added' | 'already'>;
  remove(destinationId: string, address: string, change: SuppressionChange): Promise<'removed' | 'not-there'>;
  /** The others were told. */
  markAnnounced(destinationId: string, address: string): Promise<void>;
  /** Counts a bounce that may pass, each event once; answers the instants of all since the last removal. */
  countSoftBounce(bounce: {
    destinationId: string;
    address: string;
    eventId: string;
    at: string;
  }): Promise<string[]>;
};

export type UnsubscribeKeyStore = { keys(): Promise<UnsubscribeKeys> };

/** What the mail service tells about mails, in the rows of their deliveries. */
export type MailEventLog = {
  /** `unknown` when there is no such delivery (any more), `repeated` when the event is there already. */
  append(
    delivery: { alertId: string; deliveryId: string },
    event: MailEvent,
  ): Promise<
    { result: 'recorded' | 'repeated'; destinationId: string; recipient: string } | { result: 'unknown' }
  >;
};

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

/** One wide event per step; ids and outcomes, never bodies, headers, tokens or whole addresses. */
export type EventLog = {
  info(event: string, fields: Record<string, unknown>): void;
  error(event: string, fields: Record<string, unknown>): void;
};

/** What Lambda calls an invocation, and what API Gateway calls the request behind it: the access log has both. */
export type InvocationIds = { lambdaRequestId?: string; apiRequestId?: string };

/** Certificates that sign messages of SNS, as PEM; undefined when SNS has none there. Cached by URL; the caller vetted it. */
export type SigningCertificates = { certificate(url: string): Promise<string | undefined> };

/** Visits the URL that confirms a subscription; the caller vetted it. Throws unless the answer is a 2xx. */
export type SubscriptionConfirmer = { confirm(url: string): Promise<void> };
