import type { Severity } from '../wire/severity.ts';

export const CHANNELS = ['email', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

export const RECIPIENT_ROLES = ['it_admin', 'developer', 'executive'] as const;
export type RecipientRole = (typeof RECIPIENT_ROLES)[number];

export const PROFILES = ['tocsin', 'panguard', 'linuxguard'] as const;
/** Header prefix and body format that reproduce a known sender. */
export type Profile = (typeof PROFILES)[number];

/** Every payload shape that can go out; `core/deliver/webhook/formats` renders them. */
export const DESTINATION_FORMATS = [
  'tocsin',
  'panguard',
  'linuxguard',
  'cloudevents',
  'ocsf',
  'slack',
  'microsoft-teams',
  'discord',
  'pagerduty',
  'opsgenie',
  'splunk-hec',
  'template',
] as const;

/** Formats whose bodies people read, one message an alert. */
export const CHAT_FORMATS: readonly string[] = [
  'slack',
  'microsoft-teams',
  'discord',
] satisfies (typeof DESTINATION_FORMATS)[number][];

export function isChat(format: string): boolean {
  return CHAT_FORMATS.includes(format);
}

/** When what was told is told again: every time, when something changes, or also after so long without a change. */
export type Repeat = 'every' | 'change' | { afterSeconds: number };

/** Whether the end of an alert is told: where the alert was, in any case, or never. */
export const RESOLVED_CHOICES = ['if-told', 'always', 'never'] as const;
export type Resolved = (typeof RESOLVED_CHOICES)[number];

/** What the names of a profile's headers begin with. */
export const PROFILE_PREFIXES: Record<Profile, string> = {
  tocsin: 'Tocsin',
  panguard: 'X-Panguard',
  linuxguard: 'LinuxGuard',
};

/** When a failed attempt is repeated. Each entry is the wait before one more attempt, in seconds. */
export type RetrySchedule = { delaysSeconds: readonly number[] };

/** Three retries; what a destination gets that asks for nothing else, and every mail. */
export const STANDARD_RETRY: RetrySchedule = { delaysSeconds: [30, 120, 480] };

/** How a webhook proves that it comes from us. Credentials live in the secret store, never here. */
export type WebhookAuth =
  | { type: 'hmac' }
  | { type: 'bearer' }
  /** A client certificate; `notAfter` is when it ends, ISO 8601. */
  | { type: 'mtls'; notAfter?: string }
  | { type: 'none' };

/** Why the gateway stopped sending by itself. `receiver-gone`: it answered 410. */
export const PAUSE_REASONS = ['receiver-gone'] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

type DestinationBase = {
  /** `dst_` and random characters. */
  id: string;
  name: string;
  /** What the destination takes; none takes everything. System alerts ignore it. */
  minSeverity?: Severity;
  /** Absent: as suits the channel and the format (`core/deliver/story/policy.ts`). */
  repeat?: Repeat;
  resolved?: Resolved;
  /**
   * False: the alerts of a flood are messages of their own, as far as the hourly limit lets them. Absent: true. Only
   * where people read: in mails and chats.
   */
  isDigesting?: boolean;
  /**
   * Whether it is told of Tocsin itself. Left out: yes, but recipients with the role `executive` are not.
   */
  systemAlerts?: boolean;
  isEnabled: boolean;
  /** Set while the gateway itself disabled the destination. */
  pausedBecause?: PauseReason;
  /** Counts the changes, so that an attempt can tell which configuration it used. */
  version: number;
  createdAt: string;
  updatedAt: string;
};

/** One address of a mail destination. */
export type Recipient = {
  address: string;
  role: RecipientRole;
  /** Cannot leave by the link in the mail: somebody has decided that they are told. */
  isLocked?: boolean;
};

/** `starttls`: the connection is upgraded before anything is said on it. `tls`: it begins with TLS. */
export const SMTP_SECURITIES = ['starttls', 'tls'] as const;
export type SmtpSecurity = (typeof SMTP_SECURITIES)[number];

/** A mail server that mails are handed to. The password lies in the secret store, never here. */
export type SmtpTransport = {
  type: 'smtp';
  /** A name or an IPv4 address; its certificate must be for it. */
  host: string;
  port: number;
  security: SmtpSecurity;
  user: string;
  /** The sender, in the envelope and in the header. */
  from: string;
};

export type EmailDestination = DestinationBase & {
  channel: 'email';
  recipients: Recipient[];
  /** Absent: SES. */
  transport?: SmtpTransport;
  /** Whose clock its mails show beside UTC: a name of the IANA database. */
  timeZone?: string;
};

export type WebhookDestination = DestinationBase & {
  channel: 'webhook';
  /** Where to post; only where that leads when the URL itself is a secret. */
  url: string;
  /** True: its receiver is inside the VPC that the deployment names, and the function there serves it. Absent: false. */
  isPrivate?: boolean;
  /** Who knows the URL can post there, so the whole of it lies in the secret. */
  hasSecretUrl?: boolean;
  auth: WebhookAuth;
  profile: Profile;
  format: string;
  /** The body that the operator wrote, with format `template` only. */
  template?: string;
  retry: RetrySchedule;
  /** Names only: the values are secrets. */
  customHeaderNames: string[];
};

/** A configured receiver on a channel. */
export type Destination = EmailDestination | WebhookDestination;
