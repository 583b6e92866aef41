import { meetsSeverity, type Severity, type SeverityId } from './severity.ts';

/**
 * What the sender last said about the condition: it holds (`firing`), it no longer holds (`resolved`), or somebody decided not
 * to act on it (`dismissed`), which says nothing about the condition itself.
 */
export const ALERT_STATUSES = ['firing', 'resolved', 'dismissed'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

/** Why somebody decided not to act on an alert, and who it was; as the sender says it. */
export type Dismissal = { reason?: string; by?: string; comment?: string };

/** Something the alert is about: a host, a bucket, a repository. */
export type Resource = { type?: string; id?: string; name?: string; region?: string; url?: string };

/** Someone or something that acted: a user, a service account, an address. */
export type Actor = { type?: string; id?: string; name?: string };

/** A value worth searching for elsewhere: an address, a hash, a domain. */
export type Observable = { type: string; value: string };

type Link = { rel: string; url: string };
type Remediation = { summary?: string; steps?: string[]; url?: string };
export type Unclassified = {
  code: 'unknown-severity' | 'unknown-status' | 'schema-mismatch' | 'replaced-bytes';
  detail: string;
};
type ActionTaken = { name: string; success?: boolean };

/**
 * The canonical record: what every format becomes, what is stored, queued, matched and sent.
 *
 * It is itself the wire document (queues, table, webhooks), so its fields are snake_case. Instants are
 * ISO 8601 in UTC. `severity_original` keeps the sender's own value; the mapping to `severity` is per format.
 */
export type Alert = {
  schema_version: '1';
  /** Of the request id and the record's place in it; see `alertId`. */
  id: string;
  type: string;
  status: AlertStatus;
  severity: Severity;
  severity_id: SeverityId;
  severity_original?: string;
  /**
   * `severity` is not what the alert fired with: the sender ended it without repeating that, so it is the default of the source,
   * and filters let the alert pass (docs/decisions/0108-a-resolution-without-severity.md); or with a lower one
   * (docs/decisions/0303-an-end-passes-severities-where-it-was-told.md).
   */
  is_severity_assumed?: true;
  /** Only with status `dismissed`. */
  dismissal?: Dismissal;
  /**
   * Whether somebody has handled it, where the sender keeps that and the source does not say that it is told all the
   * same. What is handled is not told as new.
   */
  is_handled?: boolean;
  /** Why the alert is delivered without having been understood: its severity is unknown, or it breaks the schema. */
  unclassified?: Unclassified[];
  /** At most 1,024 characters. */
  title: string;
  description?: string;
  event_time: string;
  received_at: string;
  /** `link_hosts`: hosts that the operator lets mails link to, beside the vendor's own. */
  source: { id: string; name: string; format: string; link_hosts?: string[] };
  tenant_id: string;
  /** The sender's own id of the alert. */
  source_alert_id?: string;
  /** What makes two alerts the same condition; at most 255 characters. */
  dedup_key: string;
  /** 0..100. */
  confidence?: number;
  rule?: { id?: string; name?: string; url?: string };
  /** ATT&CK technique ids, for example `T1071`. */
  mitre?: string[];
  resources?: Resource[];
  actors?: Actor[];
  observables?: Observable[];
  actions_taken?: ActionTaken[];
  remediation?: Remediation;
  links?: Link[];
  environment?: string;
  labels: Record<string, string>;
  /** Whatever the sender told that has no field above. */
  details: Record<string, unknown>;
  /** What arrived, as bytes: the body's SHA-256 (hex), its size, and what it said it was. */
  raw: { sha256: string; size: number; content_type?: string; index: number };
};

/** The source id of alerts that Tocsin raises about itself; real sources are `src_…`. */
export const SYSTEM_SOURCE_ID = 'tocsin';

/** A system alert is about Tocsin itself and ignores severity filters. */
export function isSystemAlert(alert: Alert): boolean {
  return alert.source.id === SYSTEM_SOURCE_ID;
}

/** The source id of canaries, which Tocsin sends itself through its public door. */
export const CANARY_SOURCE_ID = 'src_tocsinCanary';

/** Whether it is a canary: proved by the signature of its source, which only the gateway and its operators can make. */
export function isCanary({ source }: Pick<Alert, 'source'>): boolean {
  return source.id === CANARY_SOURCE_ID;
}

export const TEST_TYPE = 'tocsin.test';

/** The alert of a test by an operator. A sender may call its alerts the same: those are as real as any. */
export function isTestAlert(alert: Alert): boolean {
  return isSystemAlert(alert) && alert.type === TEST_TYPE;
}

/**
 * Whether an alert passes a minimum severity. One that ends without saying its severity does: whoever was told that it fired
 * must hear that it is over (docs/decisions/0108-a-resolution-without-severity.md).
 */
export function passesSeverity(
  alert: Pick<Alert, 'severity' | 'is_severity_assumed'>,
  minimum: Severity | undefined,
): boolean {
  return alert.is_severity_assumed === true || meetsSeverity(alert.severity, minimum);
}

/** Whether the sender counts the alert as done with: resolved or dismissed. */
export function isEnded({ status }: Pick<Alert, 'status'>): boolean {
  return status !== 'firing';
}

/** `dismissed as tolerable_risk by octocat: no budget this quarter`, with as much of it as the sender told. */
export function dismissalWords({ dismissal = {} }: Pick<Alert, 'dismissal'>): string {
  const { reason, by, comment } = dismissal;
  return [
    'dismissed',
    reason === undefined ? '' : ` as ${reason}`,
    by === undefined ? '' : ` by ${by}`,
    comment === undefined ? '' : `: ${comment}`,
  ].join('');
}
