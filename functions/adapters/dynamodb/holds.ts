import { STORED_INTERVAL } from '../../core/config/stored/interval.ts';
import { STORED_ROUTE } from '../../core/config/stored/route.ts';
import type { Holds } from '../../core/watch/ports.ts';
import { dynamodbConfigVersion, listConfig } from './config.ts';
import { hold } from './deliveries/hold.ts';
import type { DeliveryTable } from './deliveries/table.ts';
import { heldJudgementKey } from './keys.ts';
import { readItem } from './read-item.ts';

const CONSISTENT = { isConsistent: true };

/** The rules for holds, and the rows of held deliveries. */
export function dynamodbHolds(to: DeliveryTable): Holds {
  const { client, table } = to;
  return {
    version: async () => dynamodbConfigVersion(to).read(),

    routes: async () => {
      const [routes, intervals] = await Promise.all([
        listConfig(to, STORED_ROUTE, CONSISTENT),
        listConfig(to, STORED_INTERVAL, CONSISTENT),
      ]);
      return { routes: routes.readable, intervals: intervals.readable };
    },

    judgedBy: async () => {
      const version = (await readItem(to, heldJudgementKey()))?.['version'];
      return typeof version === 'string' ? version : undefined;
    },

    keepJudgedBy: async (version) => {
      await client.call('PutItem', { TableName: table, Item: { ...heldJudgementKey(), version } });
    },

    hold: async (message, until) => hold(to, message, until),
  };
}
