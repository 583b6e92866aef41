import type { RoutedAlert, RoutingTrace } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { AlertStatus } from '../../functions/core/model/wire/alert.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { Severity } from '../../functions/core/model/wire/severity.ts';

/**
 * `?source&severity&status&type&text&routing&since&until&limit&after`; all optional. Times: ISO 8601, or `24h`, `7d`. Where a
 * field comes several times, one of its values is enough; of texts each has to be there.
 */
export type AlertListQuery = {
  /** Name or id. */
  source?: string | readonly string[];
  /** This one and above. */
  severity?: Severity;
  status?: AlertStatus | readonly AlertStatus[];
  /** A glob: `github.*`. */
  type?: string | readonly string[];
  text?: string | readonly string[];
  routing?: RoutedAlert['routing'] | readonly RoutedAlert['routing'][];
  since?: string;
  until?: string;
  limit?: string;
  after?: string;
};

/** One line of the list. */
export type AlertLine = {
  id: string;
  received_at: string;
  severity: Severity;
  status: AlertStatus;
  type: string;
  title: string;
  source_id: string;
  /** The name of the source, or its id where the source is deleted. */
  source_name: string;
  routing: RoutedAlert['routing'];
  /** How many deliveries the router planned. */
  sent_to: number;
};

/**
 * Newest first. A page is one look into the index: it may hold fewer lines than asked for, or none, although there are more;
 * then `next` goes on, and `looked_back_to` says how far it has looked. Ask on until there is enough or `next` is null.
 */
export type AlertPage = {
  alerts: AlertLine[];
  next: string | null;
  looked_back_to: string;
  since: string;
  until: string;
};

/** The story of one alert: everything that is known, and the same in order. */
export type AlertStory = {
  alert: RoutedAlert['alert'];
  request_id: string | null;
  authenticated_by: string | null;
  routing: RoutedAlert['routing'];
  routed_at: string;
  /** For every destination: told or not, and why, in words. */
  decisions: Decision[];
  deliveries: StoryDelivery[];
  /** Oldest first. */
  timeline: Moment[];
  /** The output of `tocsin why`, line by line. */
  why: string;
  /** Commands to copy. */
  commands: { why: string; replay: string; report: string };
};

export type Decision = {
  destination_id: string;
  destination_name: string;
  decision: RoutingTrace['decision'];
  because: RoutingTrace['because'];
  route: string | null;
  says: string;
};

export type StoryDelivery = Delivery & {
  destination_name: string;
  /** Null for the message of a digest, and for an alert that is stored no longer. */
  alert_title: string | null;
  /** The state of the delivery in a few words. */
  says: string;
  mail_state: string | null;
  /** The digest that tells of it, as in `deliveries show`: its own delivery, and the state of that in words. */
  digest: { delivery_id: string; says: string } | null;
};

export type Moment = {
  at: string;
  kind:
    | 'happened'
    | 'received'
    | 'routed'
    | 'attempt'
    | 'mail-event'
    | 'digested'
    | 'suppressed'
    | 'dead'
    | 'next-attempt';
  says: string;
  tone: 'good' | 'bad' | 'waiting' | 'plain';
  delivery_id: string | null;
  /** The number of the attempt. */
  attempt: number | null;
};
