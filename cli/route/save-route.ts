import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { changedMeanwhile, deletedOrChanged, meanwhile } from '../config/changed-meanwhile.ts';
import { createConfig } from '../config/create-config.ts';
import { CliFailure } from '../failure.ts';
import {
  DEFAULT_ROUTE_ID,
  DEFAULT_ROUTE_NAME,
  EVERY_DESTINATION,
  type Route,
} from '../../functions/core/model/config/route.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';

/**
 * A destination or interval that a route names may have been deleted since it was looked up. The route would then send to nobody, or
 * at any time.
 */
export async function refuseWithoutNamed(
  { config }: Gateway,
  { destinationIds, activeIntervalIds = [], mutedIntervalIds = [] }: Route,
  undo: () => Promise<unknown>,
): Promise<void> {
  const named = [
    ...destinationIds
      .filter((id) => id !== EVERY_DESTINATION)
      .map((id) => ({ kind: 'destination' as const, id, word: 'a destination' })),
    ...[...activeIntervalIds, ...mutedIntervalIds].map((id) => ({
      kind: 'interval' as const,
      id,
      word: 'a time interval',
    })),
  ];
  const found = await boundedMap(named, CALLS_AT_ONCE, async ({ kind, id }) => config.locate(kind, id));
  const gone = named[found.indexOf(undefined)];
  if (gone === undefined) return;
  await undo();
  throw meanwhile(`${gone.word} of the route was deleted meanwhile`);
}

/** The default route in the place of the one that was read; undefined sends to every destination. */
export async function saveDefaultRoute(
  gateway: Gateway,
  stored: Route | undefined,
  after: Route | undefined,
  madeBy?: MadeBy,
): Promise<void> {
  const { config } = gateway;
  if (stored !== undefined && after !== undefined) {
    const result = await config.update('route', stored, after);
    if (result !== 'changed') throw await changedMeanwhile(gateway, 'route', stored);
  } else if (after !== undefined) {
    await createDefault(gateway, after, madeBy);
  } else {
    // Also one that cannot be read.
    const located = await config.locate('route', DEFAULT_ROUTE_ID);
    const result = located === undefined ? 'changed' : await config.delete(located);
    if (result !== 'changed') throw deletedOrChanged('route', DEFAULT_ROUTE_NAME, result);
  }
  if (after !== undefined) {
    await refuseWithoutNamed(gateway, after, async () =>
      stored === undefined
        ? saveDefaultRoute(gateway, after, undefined)
        : config.update('route', after, stored),
    );
  }
}

async function createDefault(gateway: Gateway, route: Route, madeBy: MadeBy | undefined): Promise<void> {
  try {
    await createConfig(gateway, 'route', route, { madeBy });
  } catch (error) {
    if (!(error instanceof CliFailure && error.code === 'name-taken')) throw error;
    throw meanwhile(`route ${JSON.stringify(DEFAULT_ROUTE_NAME)} was changed meanwhile`);
  }
}
