import type { Destination } from '../model/config/destination.ts';
import type { Interval } from '../model/config/interval.ts';
import type { Lookup } from '../model/config/lookup.ts';
import type { Route } from '../model/config/route.ts';
import type { Silence } from '../model/config/silence.ts';
import type {
  UnreadableConfig,
  UnreadableDestination,
  UnreadableRoute,
} from '../model/config/unreadable-config.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';

/** The ports of routing. */

/** Everything a routing decision depends on. Items that cannot be read are listed apart, with the fields that can be seen. */
export type RoutingConfiguration = {
  routes: Route[];
  destinations: Destination[];
  /** Those of now and of later; left out: none. */
  silences?: Silence[];
  /** In the order of their ids; left out: none. */
  lookups?: Lookup[];
  /** Left out: none. */
  intervals?: Interval[];
  unreadable: {
    routes: UnreadableRoute[];
    destinations: UnreadableDestination[];
    /** Other items that alerts meet on their way; they go on without them. */
    others?: UnreadableConfig[];
  };
};

export type RoutingTable = { load(): Promise<RoutingConfiguration> };

export type AlertStore = {
  /** Which of these alerts a router has stored already. One that is `dead` is not among them: it is still to be routed. */
  stored(alertIds: string[]): Promise<Set<string>>;
  /**
   * Put again, an alert keeps what was planned for it and gains what is new. `isAll`: nothing else is stored of the sheets that they
   * lie on, nor is written at the same time.
   */
  put(alerts: RoutedAlert[], given?: { isAll: boolean }): Promise<void>;
};

/** System alerts as they were met first: raised again, with another example or a minute later, they are the same alert. */
export type SystemAlertLog = {
  /** The alert of this id that was met first. One id has one body. */
  firstOf(alert: Alert): Promise<Alert>;
  /** Has these deliveries of system alerts looked at later: no request stands behind them, by which they would be found. */
  watch(deliveries: readonly { id: string; alert_id: string }[]): Promise<void>;
};

/** First attempts to the fast lane. Resolves only when every message was acknowledged. */
export type DeliveryQueue = { enqueue(messages: DeliveryMessage[]): Promise<void> };
