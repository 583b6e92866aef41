import type { RecipientSuppressionReason } from './suppression.ts';

/** Why an attempt is worth repeating. */
export type RetryReason =
  | 'timeout'
  | 'dns-failed'
  | 'connection-failed'
  | 'tls-failed'
  | 'receiver-busy'
  | 'receiver-error'
  | 'mail-service-failed';

/** Why an attempt was not made yet, and is not counted: too many mails at once, or no more today. */
export type DeferralReason = 'mail-throttled' | 'mail-quota-exhausted';

/** Why nobody will retry by itself. */
export type FailureReason =
  | 'receiver-rejected'
  | 'receiver-redirected'
  | 'receiver-gone'
  | 'receiver-failing'
  | 'receiver-unreachable'
  | 'refused-url'
  /** Its destination is private, and the deployment has no function in a private network. */
  | 'no-private-lane'
  | 'unusable-certificate'
  | 'mail-rejected'
  /** SES may not send this mail for us: an identity is not verified, or a permission is missing. */
  | 'mail-not-permitted'
  | 'mail-service-failing'
  /** The mail server does not take our user and password, or not any more. */
  | 'mail-login-refused'
  | 'refused-address'
  /** Its destination, or the secret that belongs to it, is there and cannot be read by this version. */
  | 'configuration-unreadable'
  | 'pipeline-fault';

/** It came outside of the time intervals of its route: it is held, or dropped. */
type OutsideInterval = 'outside-interval';

/** Why we chose not to send. */
export type SuppressionReason =
  | 'destination-deleted'
  | 'destination-disabled'
  | 'recipient-removed'
  /** It was told before, and nothing has changed since. */
  | 'repeated'
  /** The end of what was never told here. */
  | 'never-told'
  /** A later alert of the same story was told before it. */
  | 'overtaken'
  /** The destination takes no ends. */
  | 'end-not-wanted'
  /** Somebody has handled it, the sender says. */
  | 'already-handled'
  | 'silenced'
  | OutsideInterval
  | RecipientSuppressionReason;
