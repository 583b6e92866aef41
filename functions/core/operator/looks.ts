import type { AlertStatus } from '../model/wire/alert.ts';
import type { Delivery } from '../model/wire/delivery.ts';
import type { EndpointHealth } from '../model/wire/endpoint-health.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { Severity } from '../model/wire/severity.ts';
import type { AlertQuery, DeliveryQuery } from './ports.ts';

/**
 * The finds of one look into an index, newest first. It may be fewer than asked for, or none, although there are more: then
 * `next` goes on. `lookedBackTo` (ISO 8601) is how far it has looked.
 */
export type Look<T> = { items: T[]; next?: string; lookedBackTo: string };

/** The fields of an alert that an index shows. */
export type AlertRow = {
  id: string;
  receivedAt: string;
  severity: Severity;
  status: AlertStatus;
  type: string;
  title: string;
  sourceId: string;
  routing: RoutedAlert['routing'];
  /** How many deliveries the router planned: by mail one for each recipient. */
  sentTo: number;
};

/** A delivery with what its list says of its alert; there is no alert of the message of a digest. */
export type OwedDelivery = { delivery: Delivery; alertTitle?: string };

/** A filter of the deliveries of all destinations. */
export type OwedQuery = Omit<DeliveryQuery, 'destinationId'>;

/**
 * The reads of a page on a screen: a number of calls that does not depend on how much is stored, nor on what is looked for. A
 * list that has to be complete is `GatewayRecords`.
 */
export type Looks = {
  /** Two calls. */
  alerts(query: AlertQuery): Promise<Look<AlertRow>>;
  /** One call for the entries, one for the tallies, one for each fifty rows: of as many deliveries as are shown. */
  deliveries(query: DeliveryQuery): Promise<Look<Delivery>>;
  /**
   * The deliveries of the newest alerts, to whichever destinations, and the messages of the digests that tell of them. However
   * many destinations there are: two calls for the alerts, one for each fifty deliveries, two more where some have no row yet or
   * are in a digest. Items are in the order of their alerts; an alert is shown with all of its deliveries.
   */
  owed(query: OwedQuery): Promise<Look<OwedDelivery>>;
  /** Of these alerts, in one call for fifty of them; without those that are not stored. */
  titles(alertIds: readonly string[]): Promise<Map<string, string>>;
  /** Of these destinations, in one call; none of one that never failed. */
  endpoints(ids: readonly string[]): Promise<Map<string, EndpointHealth>>;
  /** Another text after every change of the configuration. */
  configVersion(): Promise<string>;
};
