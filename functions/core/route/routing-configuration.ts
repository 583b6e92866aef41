import type { Destination } from '../model/config/destination.ts';
import type { Interval } from '../model/config/interval.ts';
import type { Lookup } from '../model/config/lookup.ts';
import type { Route } from '../model/config/route.ts';
import type { Silence } from '../model/config/silence.ts';
import type { Listed, UnreadableDestination, UnreadableRoute } from '../model/config/unreadable-config.ts';
import type { RoutingConfiguration } from './ports.ts';

/** All that decides who is told, as it was listed. */
export type Configured = {
  routes: Listed<Route, UnreadableRoute>;
  destinations: Listed<Destination, UnreadableDestination>;
  silences: Listed<Silence>;
  lookups: Listed<Lookup>;
  intervals: Listed<Interval>;
};

/** The same as a decision reads it; the router's, and that of a command which explains one. */
export function asRouted({
  routes,
  destinations,
  silences,
  lookups,
  intervals,
}: Configured): RoutingConfiguration {
  return {
    routes: routes.readable,
    destinations: destinations.readable,
    silences: silences.readable,
    lookups: lookups.readable,
    intervals: intervals.readable,
    unreadable: {
      routes: routes.unreadable,
      destinations: destinations.unreadable,
      others: [...silences.unreadable, ...lookups.unreadable, ...intervals.unreadable],
    },
  };
}
