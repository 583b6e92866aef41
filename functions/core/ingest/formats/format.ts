import type { Alert, AlertStatus, Dismissal } from '../../model/wire/alert.ts';
import type { Severity } from '../../model/wire/severity.ts';
import type { Source, SourceAuth } from '../../model/config/source.ts';

/** What a format may know beside the record: the request's headers, names in lower case, and the source. */
export type FormatContext = {
  headers: Record<string, string>;
  source?: Pick<Source, 'mapping'>;
};

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
  /** The sender's own word for a status that could not be mapped. */
  unknownStatus?: string;
  dismissal?: Dismissal;
  /** Whether somebody has handled it, where the sender keeps that. */
  isHandled?: boolean;
  severity?: Severity;
  /** The sender's own value, whether or not it could be mapped. */
  severityOriginal?: string;
  /** What tells two alerts of one title apart where the sender gives no key: a CVE, a file, a package. */
  subjects?: string[];
};

/** A request that asks whether we are who the sender thinks, before it sends alerts. Header names in lower case. */
export type HandshakeRequest = { method: string; headers: Record<string, string> };
export type HandshakeAnswer = { status: number; headers: Record<string, string>; body: string };

/**
 * What a record tells, apart from texts that change without news: another record with the same `state` is the same alert until
 * `REPEAT_SECONDS` are over, counted from `since`; then it is one more of the same story.
 */
export type News = { state: string; since?: string };

/**
 * Longer than the pause after which a group comes again because a member of it changed (Alertmanager's `group_interval`, 5 min),
 * shorter than the one after which it comes again to remind (`repeat_interval`, 4 h).
 */
export const REPEAT_SECONDS = 3_600;

/** A named payload shape that comes in. */
export type Format = {
  name: string;
  /** One line for the list of formats. */
  summary: string;
  /** How the vendor signs; the operator may say otherwise. */
  preset?: { auth: SourceAuth };
  /** The headers whose values, together, are the same when the vendor delivers again; in lower case. */
  deliveryIdHeaders?: readonly string[];
  /** Its payloads hold the field `routing_key`, by which a sender may prove itself. */
  holdsRoutingKey?: true;
  /** It takes text of any kind, such as XML. */
  takesText?: true;
  /** What a sender takes for success where it does not take every 2xx. */
  acceptedStatus?: 200;
  /** Its payloads may come from a topic of SNS, which first asks to have its subscription confirmed. */
  comesOverSns?: true;
  /**
   * The records in one document of the body, for payloads that hold several alerts under a common head. What comes
   * out is what `read` takes; none at all means that the sender had nothing to tell, which is no error.
   */
  expand?: (document: unknown, context: FormatContext) => unknown[];
  /** The answer to a vendor's handshake; undefined when the request is none. Pure: it proves nothing by itself. */
  handshake?: (request: HandshakeRequest) => HandshakeAnswer | undefined;
  /**
   * What of its payloads is left out on purpose: keys, or several one below the other as in `event.stacktrace`, wherever they
   * stand. Everything else that no field took is kept in the details.
   */
  omits?: readonly string[];
  /** For senders that repeat a whole group when one of its members changes: what tells the others from the one. */
  news?: (record: Record<string, unknown>) => News | undefined;
  read(record: Record<string, unknown>, context: FormatContext): AlertDraft;
};
