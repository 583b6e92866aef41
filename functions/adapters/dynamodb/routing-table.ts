import { STORED_DESTINATION } from '../../core/config/stored/destination.ts';
import { STORED_ROUTE } from '../../core/config/stored/route.ts';
import type { RoutingTable } from '../../core/route/ports.ts';
import { queryConfig, type Table } from './config.ts';
import { sortConfig } from './config-items.ts';

/** All routes and destinations, past every replica: the version that they are cached by was read that way too. */
export function dynamodbRoutingTable(from: Table): RoutingTable {
  return {
    load: async () => {
      const [routes, destinations] = await Promise.all([
        queryConfig(from, 'route', { isConsistent: true }),
        queryConfig(from, 'destination', { isConsistent: true }),
      ]);
      const sorted = {
        routes: sortConfig(STORED_ROUTE, routes),
        destinations: sortConfig(STORED_DESTINATION, destinations),
      };
      return {
        routes: sorted.routes.readable,
        destinations: sorted.destinations.readable,
        unreadable: { routes: sorted.routes.unreadable, destinations: sorted.destinations.unreadable },
      };
    },
  };
}
