import { STORED_INTERVAL } from '../../core/config/stored/interval.ts';
import { STORED_LOOKUP } from '../../core/config/stored/lookup.ts';
import { STORED_ROUTE } from '../../core/config/stored/route.ts';
import { STORED_SILENCE } from '../../core/config/stored/silence.ts';
import { WHOLE_DESTINATION } from '../../core/config/stored/whole-destination.ts';
import type { RoutingTable } from '../../core/route/ports.ts';
import { asRouted } from '../../core/route/routing-configuration.ts';
import { listConfig } from './config.ts';
import type { TableAccess } from './table-access.ts';

const CONSISTENT = { isConsistent: true };

/** All that decides who is told, past every replica: the version that it is cached by was read that way too. */
export function dynamodbRoutingTable(from: TableAccess): RoutingTable {
  return {
    load: async () => {
      const [routes, destinations, silences, lookups, intervals] = await Promise.all([
        listConfig(from, STORED_ROUTE, CONSISTENT),
        listConfig(from, WHOLE_DESTINATION, CONSISTENT),
        listConfig(from, STORED_SILENCE, CONSISTENT),
        listConfig(from, STORED_LOOKUP, CONSISTENT),
        listConfig(from, STORED_INTERVAL, CONSISTENT),
      ]);
      return asRouted({ routes, destinations, silences, lookups, intervals });
    },
  };
}
