import type { Credential } from '../model/config/credential.ts';
import type { AwsEventKind } from '../model/config/aws-events.ts';
import type { Source } from '../model/config/source.ts';
import type { AcceptedAlerts } from '../model/wire/accepted-alerts.ts';
import type { AcceptedRequest, NamesOfAlerts } from '../model/wire/accepted-request.ts';
import type { HealthDelta } from '../model/wire/source-health.ts';

/** What the way in asks of the outside world. Adapters implement it; a function takes only the ports it uses. */

/** Throws `UnreadableConfigError` for a source that is there and cannot be read. */
export type SourceRegistry = { find(sourceId: string): Promise<Source | undefined> };

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

/** What is remembered of a request, so that a repetition is recognised and collapses. */
export type RequestRecord = {
  requestId: string;
  bodySha256: string;
  receivedAt: string;
  /** Set once a repetition was enqueued: later ones need not be. */
  isConfirmed: boolean;
  /** What it counts as its alerts; absent of records of before they were kept. */
  alerts?: NamesOfAlerts;
  /** How often others were added to them. */
  widened?: number;
};

export type RequestLedger = {
  /** Claims the key for this request; answers with the earlier request when there is one. */
  claim(
    request: AcceptedRequest & { key: string; bodySha256: string; windowSeconds: number },
  ): Promise<{ earlier?: RequestRecord }>;
  confirm(sourceId: string, key: string): Promise<void>;
  /** Has a request count these as its alerts too, none of which is known to be in the queue. Throws when it is not as it was read. */
  widen(sourceId: string, key: string, earlier: RequestRecord, alerts: NamesOfAlerts): Promise<void>;
};

/** The sources of the AWS door. */
export type AwsSources = {
  /** Makes the source that takes these events, unless there is one. */
  ensure(kind: AwsEventKind): Promise<void>;
};

/** Where an event of the AWS door lies down that can be no alert, with the reason. Resolves when it is durable there. */
export type AwsEventLetters = {
  deadLetter(body: string, letter: { reason: 'unreadable-event'; detail: string }): Promise<void>;
};

/** Takes note of what came from a source. Never fails, and never delays an answer for longer than a moment. */
export type SourceHealthLog = { observe(sourceId: string, delta: HealthDelta): Promise<void> };

/** Resolves only when the queue acknowledged every part. */
export type AlertQueue = { enqueue(accepted: AcceptedAlerts): Promise<void> };

/** Certificates that sign messages of SNS, as PEM; undefined when SNS has none there. Cached by URL; the caller vetted it. */
export type SigningCertificates = { certificate(url: string): Promise<string | undefined> };

/** Visits the URL that confirms a subscription; the caller vetted it. Throws unless the answer is a 2xx. */
export type SubscriptionConfirmer = { confirm(url: string): Promise<void> };
