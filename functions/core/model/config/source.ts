import type { AwsEventKind } from './aws-events.ts';
import type { Severity, SeverityScale } from '../wire/severity.ts';

export type HmacAlgorithm = 'sha256' | 'sha1';

/** How the bytes that were signed are put together from the request. */
export const SIGNED_CONTENTS = [
  'body',
  'timestamp.body',
  'timestamp:body',
  'timestampbody',
  'v0:timestamp:body',
  'id.timestamp.body',
] as const;
export type SignedContent = (typeof SIGNED_CONTENTS)[number];

/** How a sender proves who it is. The credential itself lives in the secret store, never here. */
export type SourceAuth =
  | { type: 'shared-secret'; header: string }
  | {
      type: 'hmac';
      header: string;
      algorithm: HmacAlgorithm;
      signedContent: SignedContent;
      timestampHeader?: string;
      idHeader?: string;
    }
  | { type: 'bearer' }
  | { type: 'basic'; username: string }
  /** A message that SNS signed, of one of these topics (ARNs). */
  | { type: 'sns'; topics: readonly string[] }
  /** The field `routing_key` of the body, as clients of PagerDuty's Events API send it. */
  | { type: 'routing-key' }
  /** What EventBridge hands over through the AWS door. Never taken over HTTP, and needs no secret: AWS says who sent it. */
  | { type: 'aws-event'; event: AwsEventKind }
  | { type: 'none' };

/** Whether a secret belongs to the source. SNS signs with a key of Amazon's; EventBridge is let in by IAM. */
export function hasSecret({ type }: Pick<SourceAuth, 'type'>): boolean {
  return type !== 'none' && type !== 'sns' && type !== 'aws-event';
}

/** Every payload shape that can come in; `core/ingest/formats` reads them. */
export const SOURCE_FORMATS = [
  'generic',
  'alertmanager',
  'aws-event',
  'cloudevents',
  'cloudwatch-alarm',
  'falco',
  'github',
  'grafana',
  'guardduty',
  'linuxguard',
  'ocsf',
  'okta',
  'pagerduty-events',
  'panguard',
  'security-hub',
  'sentry',
  'snyk',
  'wazuh',
  'plain-text',
  'mapping',
] as const;

export const STREAM_TYPES = ['auto', 'json', 'json-array', 'lines'] as const;
export type StreamType = (typeof STREAM_TYPES)[number];

/** Fields of an alert that a mapping can fill. */
export const MAPPED_FIELDS = [
  'title',
  'description',
  'severity',
  'status',
  'type',
  'event_time',
  'source_alert_id',
  'dedup_key',
  'confidence',
  'rule',
  'mitre',
  'resource',
  'actor',
  'ip',
  'action',
  'environment',
  'remediation',
  'link',
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Where the fields of an alert stand in the payloads of a source of format `mapping`. */
export type FieldMapping = {
  /** Paths as `field-path.ts` describes them: `alert.name | message`, `/alert/name`, `"a constant"`. */
  fields: Partial<Record<MappedField, string>>;
  /** How the values at `severity` read. */
  severityScale: SeverityScale;
  /** Values at `status`, in lower case, that mean that the condition is over. */
  resolvedWhen: string[];
};

/** What of an alert may make its dedup key: what stays the same while a finding lasts. */
export const DEDUP_FIELDS = [
  'type',
  'title',
  'source_alert_id',
  'dedup_key',
  'rule',
  'resources',
  'actors',
  'observables',
  'environment',
  'labels',
  'details',
] as const;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * The hours in which a source is expected to send: silence outside of them does not count. Wall-clock times as `08:00`, up to
 * `24:00`; a `to` that is not after `from` is on the next day. `timeZone` is a name of the IANA database.
 */
export type WatchCalendar = { days: Weekday[]; from: string; to: string; timeZone: string };

/** How long a source may be silent before that is an alert. */
export type NoDataAlarm = { afterSeconds: number; calendar?: WatchCalendar };

/**
 * JSON Schemas of the records of a source, as text: a record should match one of them. One that matches none is delivered
 * and marked, or refused when the source is strict.
 */
export type RecordSchemas = { documents: string[]; isStrict: boolean };

/** A registered system that sends us alerts. */
export type Source = {
  /** `src_` and at least 128 unguessable bits: it is part of the ingestion URL. */
  id: string;
  name: string;
  auth: SourceAuth;
  format: string;
  streamType: StreamType;
  /** Path to the array of records inside an object, for example `detail.findings`. */
  envelope?: string;
  /** Where a push envelope holds the record as JSON in base64: `base64json:message.data`. */
  unwrap?: string;
  /** Only with format `mapping`. */
  mapping?: FieldMapping;
  /** What severities of this source mean, before any scale is asked: the sender's own value in lower case to ours. */
  severityMap?: Record<string, Severity>;
  /** Hosts that mails about its alerts may link to, beside the vendor's own: where the operator runs the vendor's program. */
  linkHosts?: string[];
  /** Paths of an alert that make its dedup key together, in place of the sender's key: `labels.account`. */
  dedupBy?: string[];
  /** What somebody has handled, as the sender says, is told as new all the same. */
  tellsHandled?: boolean;
  /** What a record without a severity gets. */
  defaultSeverity: Severity;
  /** How long the same request is recognised as a repetition. */
  dedupWindowSeconds: number;
  /** Alerts per minute on average; without it the default of its kind of auth applies. */
  rateLimit?: { perMinute: number };
  schemas?: RecordSchemas;
  /** Left out: after a day of silence. */
  noDataAlarm?: NoDataAlarm | 'off';
  /** Counts the changes of its secret, so that the functions notice one; left out before the first. */
  secretVersion?: number;
  isEnabled: boolean;
  createdAt: string;
  updatedAt: string;
};

/** How a sender's severity stands in a severity map: without case, and without the space around it. */
export function severityKey(word: string): string {
  return word.trim().toLowerCase();
}

/** Whether the proof stands in the body, which has to be read before it can be judged. */
export function provesInBody({ type }: Pick<SourceAuth, 'type'>): boolean {
  return type === 'sns' || type === 'routing-key';
}

const DEFAULT_NO_DATA_ALARM: NoDataAlarm = { afterSeconds: 86_400 };

export function noDataAlarmOf(source: Pick<Source, 'noDataAlarm'>): NoDataAlarm | 'off' {
  return source.noDataAlarm ?? DEFAULT_NO_DATA_ALARM;
}
