import type { Alert, AlertStatus } from '../../model/alert.ts';
import type { Severity } from '../../model/severity.ts';
import type { SourceAuth } from '../../model/source.ts';

/** What a format may know beside the record: the request's headers, names in lower case. */
export type FormatContext = { headers: Record<string, string> };

/** What a format reads out of a record; what it leaves out is filled in by `normalize`. */
export type AlertDraft = Partial<
  Pick<
    Alert,
    | 'type'
    | 'title'
    | 'description'
    | 'event_time'
    | 'source_alert_id'
    | 'dedup_key'
    | 'confidence'
    | 'rule'
    | 'mitre'
    | 'resources'
    | 'actors'
    | 'observables'
    | 'actions_taken'
    | 'remediation'
    | 'links'
    | 'environment'
    | 'labels'
    | 'details'
  >
> & {
  status?: AlertStatus;
  severity?: Severity;
  /** The sender's own value, whether or not it could be mapped. */
  severityOriginal?: string;
};

/** A named payload shape that comes in. */
export type Format = {
  name: string;
  /** One line for the list of formats. */
  summary: string;
  /** How the vendor signs; the operator may say otherwise. */
  preset?: { auth: SourceAuth };
  /** The header that is the same when the vendor delivers again; in lower case. */
  deliveryIdHeader?: string;
  read(record: Record<string, unknown>, context: FormatContext): AlertDraft;
};
