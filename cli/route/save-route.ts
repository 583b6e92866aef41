import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { Gateway } from '../gateway.ts';

/** A destination may have been deleted since it was looked up: the route would send to nobody. */
export async function refuseWithoutDestinations(
  { config }: Gateway,
  route: Route,
  undo: () => Promise<unknown>,
): Promise<void> {
  const found = await boundedMap(route.destinationIds, CALLS_AT_ONCE, async (id) =>
    config.locate('destination', id),
  );
  if (!found.includes(undefined)) return;
  await undo();
  throw meanwhile('a destination of the route was deleted meanwhile');
}
