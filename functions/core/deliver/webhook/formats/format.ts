import type { Alert } from '../../../model/wire/alert.ts';
import type { Digest, DigestSummary } from '../../../model/wire/digest.ts';
import type { StoryNote } from '../../../model/wire/story.ts';
import type { WebhookDestination } from '../../../model/config/destination.ts';

/** The facts that a format may use beside the alert. They are the same on every attempt, so the bytes are too. */
export type RenderContext = {
  deliveryId: string;
  /** When the delivery was decided, ISO 8601: the timestamp that payloads show. */
  createdAt: string;
  destination: WebhookDestination;
  /** How often it was seen, where it is told once more. */
  story?: StoryNote;
};

/**
 * A named payload shape that goes out.
 *
 * The body is stored and queued, so `render` never sees a credential. Where a receiver wants it somewhere else than
 * in `Authorization: Bearer`, the format says so with `authorization` (another scheme) or `withCredential` (in the
 * body); both are applied when the request is made, and both are pure.
 */
export type WebhookFormat = {
  name: string;
  /** One line for the list of formats. */
  summary: string;
  contentType: string;
  /** Deterministic: the same alert and context give the same bytes. */
  render(alert: Alert, context: RenderContext): string;
  /** The message that tells of a digest, where people read it; absent: one about the alert that sums it up. */
  renderDigest?(alert: Alert, digest: Digest, summary: DigestSummary): string;
  /** Set when the receiver knows one way to authenticate only. */
  auth?: FormatAuth;
  /** Where to post, when that depends on the alert; absent: the destination's URL. */
  target?(url: string, alert: Alert): string;
  /** Value of `Authorization` for a credential, in place of `Bearer <credential>`. */
  authorization?(credential: string): string;
  /** The failure that the body of a 2xx tells, where the vendor documents such answers; undefined: it went well. */
  refusal?(answer: string): Refusal | undefined;
  /** The body as sent, with the credential in it; no `Authorization` then. */
  withCredential?(body: string, credential: string): string;
};

/**
 * `bearer`: a token that the receiver dictates, required; `credential` is what the vendor calls it.
 * `none`: the URL is the credential, so there is nothing to sign unless the operator asks for it.
 */
export type FormatAuth = { type: 'bearer'; credential: string } | { type: 'none' };

/** Why a receiver did not take what it answered with a 2xx, in its own words; whether it asks to try again later. */
export type Refusal = { words: string; isBusy?: boolean };
