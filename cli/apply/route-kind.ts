import { parseMatchers } from '../../functions/core/match/parse-matchers.ts';
import { parseRoute, type RouteSettings } from '../../functions/core/config/parse-route.ts';
import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import { writeFileFields, type NamesById } from '../../functions/core/config/file/write-file-fields.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { DEFAULT_ROUTE_NAME, type Route } from '../../functions/core/model/config/route.ts';
import { type Fields, notTrueOrFalse } from '../../functions/core/config/problem.ts';
import { changedMeanwhile, deletedOrChanged } from '../config/changed-meanwhile.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { randomOf } from '../io.ts';
import { defaultRouteOf } from '../route/default-route.ts';
import { refuseWithoutNamed } from '../route/save-route.ts';
import { planDefaultRoute, removeDefaultRoute, shortDefault, writtenDefault } from './default-route.ts';
import { withItem, withoutItem } from './decides.ts';
import { changesOf, ENABLED, withoutDefaults, type Existing, type Kind, type World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import {
  idThere,
  type ReferredMap,
  ROUTES_MAP as MAP,
  missingReference,
  nameOfReference,
} from './route-references.ts';

type ExistingRoute = Existing & { item?: Route };

export const ROUTES: Kind = {
  map: MAP,
  word: 'route',
  shapes: [{ title: 'Route', list: ROUTE_SETTINGS, own: { enabled: ENABLED } }],

  async load({ gateway, names }) {
    const [routes, made] = await Promise.all([
      gateway.config.list('route'),
      gateway.config.madeByApply('route'),
    ]);
    const { stored } = defaultRouteOf(routes);
    const others = routes.readable.filter((item) => item !== stored);
    const existing = others.map((item): ExistingRoute => ({
      item,
      name: item.name,
      id: item.id,
      fields: writtenRoute(item, names),
      isMadeByApply: made.has(item.id),
    }));
    return {
      existing: [writtenDefault(stored, names, made), ...existing],
      unreadable: routes.unreadable.map(({ id, name = id, problem }) => ({ name, problem })),
    };
  },

  async plan(world, item, existing) {
    if (item.name === DEFAULT_ROUTE_NAME) return planDefaultRoute(world, item, existing);
    const { enabled } = item.fields;
    const read = await readItem(world, item, ROUTE_SETTINGS, ['enabled']);
    if (enabled !== undefined && typeof enabled !== 'boolean') {
      read.report([{ path: 'enabled', message: notTrueOrFalse(enabled) }]);
    }
    const parsed = parseRoute({ ...read.input, name: item.name });
    if (!parsed.ok) read.report(parsed.problems);
    const route: ExistingRoute | undefined = existing;
    const before = route?.item;
    refuseUnknown(world, read, item, before);
    if (!parsed.ok || read.problemCount() > 0) return undefined;
    const settings = referring(world, item, parsed.value);
    const fields = withState(
      writeFileFields<Route>(ROUTE_SETTINGS, settings as Route, {
        source: String,
        destination: String,
        interval: String,
      }),
      enabled !== false,
    );
    const changes = changesOf(existing?.fields, fields);
    if (changes.length === 0) return undefined;
    const wanted = { named: settings, isEnabled: enabled !== false, before };
    return {
      action: before === undefined ? 'create' : 'update',
      map: MAP,
      word: 'route',
      name: item.name,
      changes,
      decides: (configured) =>
        withItem(
          'routes',
          routeOf(world, wanted, (map, named) => world.idOf(map, named) ?? named),
        )(configured),
      run: async () => saveRoute(world, wanted),
    };
  },

  async remove(world, existing) {
    const { name, id } = existing;
    if (name === DEFAULT_ROUTE_NAME) return removeDefaultRoute(world, existing);
    const located = await world.gateway.config.locate('route', id);
    return {
      action: 'delete',
      map: MAP,
      word: 'route',
      name,
      changes: [],
      decides: withoutItem('routes', id),
      async run() {
        const result = located === undefined ? 'not-found' : await world.gateway.config.delete(located);
        if (result !== 'changed') throw deletedOrChanged('route', name, result);
      },
    };
  },

  shorten: (fields, name) =>
    name === DEFAULT_ROUTE_NAME
      ? shortDefault(fields)
      : withoutDefaults(fields, ['to', 'enabled'], (left) => {
          const { input } = readFileFields(ROUTE_SETTINGS, left, ['enabled'], []);
          const parsed = parseRoute({ ...input, name });
          return parsed.ok ? JSON.stringify(parsed.value) : undefined;
        }),
};

function writtenRoute(route: Route, names: NamesById): Fields {
  return withState(writeFileFields<Route>(ROUTE_SETTINGS, route, names), route.isEnabled !== false);
}

function withState(fields: Fields, isEnabled: boolean): Fields {
  return isEnabled ? fields : { ...fields, enabled: false };
}

/** The settings with names for whatever they name. */
function referring(world: World, item: FileItem, settings: RouteSettings): RouteSettings {
  const { sourceIds, ...others } = settings.condition;
  const { activeIntervalIds: active, mutedIntervalIds: muted } = settings;
  const of = (map: ReferredMap, names: readonly string[]): string[] => [
    ...new Set(names.map((name) => nameOfReference(world, map, name, item.name) ?? name)),
  ];
  return {
    ...settings,
    destinationIds: of('destinations', settings.destinationIds),
    condition: { ...(sourceIds !== undefined && { sourceIds: of('sources', sourceIds) }), ...others },
    ...(active !== undefined && { activeIntervalIds: of('time_intervals', active) }),
    ...(muted !== undefined && { mutedIntervalIds: of('time_intervals', muted) }),
  };
}

/** Reports each reference of a route to an item that is neither stored nor in a file, beside all other problems. */
function refuseUnknown(world: World, read: ReadItem, item: FileItem, before: Route | undefined): void {
  const condition = (read.input['condition'] ?? {}) as Fields;
  const named = [
    { path: 'destinationIds', map: 'destinations', names: read.input['destinationIds'] },
    { path: 'condition.sourceIds', map: 'sources', names: condition['sourceIds'] },
    { path: 'activeIntervalIds', map: 'time_intervals', names: read.input['activeIntervalIds'] },
    { path: 'mutedIntervalIds', map: 'time_intervals', names: read.input['mutedIntervalIds'] },
  ] as const;
  for (const { path, map, names } of named) {
    for (const [index, name] of textsOf(names).entries()) {
      if (nameOfReference(world, map, name, item.name) !== undefined) continue;
      read.report([{ path: `${path}[${index}]`, message: missingReference(world, map, name) }]);
    }
  }
  refuseUnknownInMatchers(world, read, textsOf(condition['matchers']), before?.condition.matchers ?? []);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A source that a matcher names must be there, but where the route has that matcher already. */
function refuseUnknownInMatchers(
  world: World,
  read: ReadItem,
  matchers: readonly string[],
  before: readonly string[],
): void {
  for (const [index, text] of matchers.entries()) {
    if (before.includes(text)) continue;
    for (const { name, operator, value } of parseMatchers(text).matchers) {
      if (name !== 'source' || (operator !== '=' && operator !== '!=') || world.known('sources').has(value))
        continue;
      const message = `no source is called ${JSON.stringify(value)}`;
      read.report([{ path: `condition.matchers[${index}]`, message }]);
    }
  }
}

/** A route as it is to be, with names for what it names, and as it is. */
type Wanted = { named: RouteSettings; isEnabled: boolean; before: Route | undefined };

/** The route with the ids of what its settings name. */
function routeOf(
  { session }: World,
  { named, isEnabled, before }: Wanted,
  idOf: (map: ReferredMap, name: string) => string,
): Route {
  const idsOf = (map: ReferredMap, names: readonly string[]) => names.map((name) => idOf(map, name));
  const { sourceIds, ...others } = named.condition;
  const { activeIntervalIds: active, mutedIntervalIds: muted } = named;
  const now = new Date(session.nowMs).toISOString();
  return {
    id: before?.id ?? randomConfigId('rte', randomOf(session.io)),
    ...named,
    destinationIds: idsOf('destinations', named.destinationIds),
    condition: { ...(sourceIds !== undefined && { sourceIds: idsOf('sources', sourceIds) }), ...others },
    ...(active !== undefined && { activeIntervalIds: idsOf('time_intervals', active) }),
    ...(muted !== undefined && { mutedIntervalIds: idsOf('time_intervals', muted) }),
    ...(!isEnabled && { isEnabled: false }),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
}

async function saveRoute(world: World, wanted: Wanted): Promise<void> {
  const { gateway } = world;
  const { before } = wanted;
  const after = routeOf(world, wanted, (map, name) => idThere(world, map, name));
  if (before === undefined) {
    await createConfig(gateway, 'route', after, { madeBy: 'apply' });
    await refuseWithoutNamed(gateway, after, async () => {
      const stored = await gateway.config.locate('route', after.id);
      if (stored !== undefined) await gateway.config.delete(stored);
    });
    return;
  }
  const result = await gateway.config.update('route', before, after);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'route', before);
  await refuseWithoutNamed(gateway, after, async () => gateway.config.update('route', after, before));
}
