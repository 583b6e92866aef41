import type { Alert } from '../../model/wire/alert.ts';
import type { AcceptedRequest } from '../../model/wire/accepted-request.ts';
import type { RoutedAlert } from '../../model/wire/accepted-alerts.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import type { EndpointHealth } from '../../model/wire/endpoint-health.ts';
import type { Sent } from '../../model/wire/watched.ts';
import type { DigestRecord } from '../digest-story.ts';

/** A window of time: after `since` and not after `until`. */
export type Window = { since: string; until: string };

/** A delivery that an operator sent. `isOpen`: the watcher still looks after its message. */
export type SentDelivery = { sent: Sent; isOpen: boolean };

/** The ports of an audit, which writes nothing. */
export type AuditRecords = {
  /** Requests that were answered with a 202 in the window, some at a time. */
  requests(since: string, until: string): AsyncIterable<AcceptedRequest[]>;
  /** Of these alerts what is stored: the router's decision, and the rows of the deliveries that have one. */
  alerts(alertIds: readonly string[]): Promise<Map<string, { routed: RoutedAlert; rows: Delivery[] }>>;
  /** The rows of these deliveries, by id. */
  rows(deliveries: readonly { alertId: string; deliveryId: string }[]): Promise<Map<string, Delivery>>;
  /** How the endpoints of these destinations have been doing; one of which nothing is known is not there. */
  endpoints(destinationIds: readonly string[]): Promise<Map<string, EndpointHealth>>;
  digest(id: string): Promise<DigestRecord | undefined>;
  /** Ids of the requests of which the watcher has found neither alerts nor message. */
  lostRequests(): Promise<ReadonlySet<string>>;
  /** Ids of stored alerts with no request behind them: system alerts and tests, some at a time. */
  ownAlerts(window: Window): AsyncIterable<string[]>;
  /** System alerts that were raised in the window, as far as they are still looked after. A router may have stored them. */
  raised(window: Window): Promise<Alert[]>;
  /** Deliveries that operators sent by tests and replays, some at a time; each once, by the last time. */
  sent(window: Window): AsyncIterable<SentDelivery[]>;
};
