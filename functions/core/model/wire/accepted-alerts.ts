import type { SourceAuth } from '../config/source.ts';
import type { Alert } from './alert.ts';
import type { Outside } from './outside.ts';
import type { SilencedBy } from './silenced.ts';

/** What the alerts queue carries from ingest to route: the accepted alerts of one request, or a part of them. */
export type AcceptedAlerts = {
  schema_version: '1';
  request_id: string;
  /** How the sender proved itself: the kind of the source's authentication. */
  authenticated_by?: SourceAuth['type'];
  alerts: Alert[];
  /** The sender repeated itself: route only what is not stored yet. */
  is_repeat?: boolean;
  /** They were too large for one message: others of their sheet are in another one. */
  is_part?: boolean;
};

/** One planned delivery: what the router decided to send where. */
export type PlannedDelivery = {
  id: string;
  destination_id: string;
  channel: 'email' | 'webhook';
  /** Its destination was private when it was routed. */
  is_private?: boolean;
  recipient?: string;
  /** It is not made: this silence covered the alert when it was routed. */
  silence?: SilencedBy;
  /** It came outside of the time intervals of its route. */
  outside?: Outside;
};

/** `dead`: no router could take it. It lies in the dead-letter queue of the alerts queue. */
export const ROUTINGS = ['routed', 'unrouted', 'dead'] as const;

/** The alert as the table keeps it: with the router's decision and the reasons for it. */
export type RoutedAlert = {
  alert: Alert;
  /** The request that brought it, and how its sender proved itself; absent of alerts that Tocsin raised itself. */
  request_id?: string;
  authenticated_by?: SourceAuth['type'];
  routing: (typeof ROUTINGS)[number];
  /** When the decision below was taken. */
  routed_at: string;
  deliveries: PlannedDelivery[];
  trace: RoutingTrace[];
};

/** Why a destination was told or was not. */
export type RoutingTrace = {
  destination_id: string;
  destination_name: string;
  /**
   * `silence`: it would have been told, and a silence covers the alert. `hold`: it is told when the time intervals of its route
   * open. `drop`: it is not, because the route says so.
   */
  decision: 'deliver' | 'silence' | 'hold' | 'drop' | 'skip';
  because:
    /** Of alerts that were routed before there was a default route. */
    | 'no-routes-configured'
    | 'default-route'
    | 'route-matched'
    | 'system-alert'
    /** It is a canary, and this is where canaries go. */
    | 'canary'
    | 'below-minimum-severity'
    /** Its end, whose severity alone would keep it away: whether its beginning was told here, the story knows. */
    | 'perhaps-told-before'
    | 'destination-disabled'
    | 'no-route-matched'
    | 'concerns-this-destination'
    /** A system alert that only another one is told. */
    | 'for-another-destination'
    /** The destination wants no system alerts, and another one takes them. */
    | 'system-alerts-off'
    /** The destination could not be read; what is planned for it becomes a dead letter. */
    | 'configuration-unreadable'
    /** A route could not be read; its destinations are told of whatever it may have matched. */
    | 'route-unreadable';
  route?: string;
  /** Of `hold` and `drop`. */
  outside?: Outside;
  silence?: SilencedBy & { comment: string; author: string; until: string };
};
