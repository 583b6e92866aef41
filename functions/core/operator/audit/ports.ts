import type { AcceptedRequest } from '../../model/wire/accepted-request.ts';
import type { RoutedAlert } from '../../model/wire/accepted-alerts.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import type { DigestRecord } from '../digest-story.ts';

/** What an audit reads. It writes nothing. */
export type AuditRecords = {
  /** Requests that were answered with a 202 after `since` and not after `until`, some at a time. */
  requests(since: string, until: string): AsyncIterable<AcceptedRequest[]>;
  /** Of these alerts what is stored: the router's decision, and the rows of the deliveries that have one. */
  alerts(alertIds: readonly string[]): Promise<Map<string, { routed: RoutedAlert; rows: Delivery[] }>>;
  digest(id: string): Promise<DigestRecord | undefined>;
  /** Ids of the requests of which the watcher has found neither alerts nor message. */
  lostRequests(): Promise<ReadonlySet<string>>;
};
