import { parseRoute, type RouteSettings } from '../../functions/core/config/parse-route.ts';
import { writeFileFields, type NamesById } from '../../functions/core/config/file/write-file-fields.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME, type Route } from '../../functions/core/model/config/route.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import {
  defaultRouteOf,
  isDefaultWord,
  storedDefault,
  TO_ALL,
  TO_NONE,
  wordedDefault,
} from '../route/default-route.ts';
import { saveDefaultRoute } from '../route/save-route.ts';
import { withItem, withoutItem } from './decides.ts';
import { changesOf, withoutDefaults, type Existing, type Step, type World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import {
  idThere,
  missingReference,
  nameOfReference,
  type ReferredMap,
  ROUTES_MAP,
} from './route-references.ts';

type ExistingDefault = Existing & { stored: Route | undefined };

/** The settings of a route that the default route has. */
const { destinationIds, activeIntervalIds, mutedIntervalIds, outside, holdsCritical } = ROUTE_SETTINGS;
const SETTINGS = { destinationIds, activeIntervalIds, mutedIntervalIds, outside, holdsCritical };
const FIELDS: ReadonlySet<string> = new Set(['to', 'active', 'muted', 'outside', 'hold_critical']);
const AS_NAMED: NamesById = { source: String, destination: String, interval: String };

/** The default route as a file says it: `to` is `all`, `none` or a list. */
export function writtenDefault(
  stored: Route | undefined,
  names: NamesById,
  made: ReadonlySet<string>,
): ExistingDefault {
  const { to } = defaultRouteOf({ readable: stored === undefined ? [] : [stored], unreadable: [] });
  const named: NamesById = to === 'listed' ? names : { ...names, destination: String };
  return {
    name: DEFAULT_ROUTE_NAME,
    id: DEFAULT_ROUTE_ID,
    fields: fieldsOf(wordedDefault({ stored, to }, ''), named),
    isMadeByApply: made.has(DEFAULT_ROUTE_ID),
    stored,
  };
}

function fieldsOf(route: Route | RouteSettings, names: NamesById): Fields {
  const { to, ...others } = writeFileFields<Route>(SETTINGS, route as Route, names);
  return { to: Array.isArray(to) && isDefaultWord(to) ? (to[0] as string) : to, ...others };
}

export async function planDefaultRoute(
  world: World,
  item: FileItem,
  existing: Existing | undefined,
): Promise<Step | undefined> {
  const stray = Object.keys(item.fields).filter((field) => !FIELDS.has(field));
  const known = Object.fromEntries(Object.entries(item.fields).filter(([field]) => FIELDS.has(field)));
  const read = await readItem(world, { ...item, fields: known }, SETTINGS);
  for (const field of stray) {
    read.report([
      {
        path: field,
        message:
          'the default route takes what no other route takes, so it has only to, active, muted, outside and hold_critical',
      },
    ]);
  }
  const to = read.input['destinationIds'];
  if (!isNamed(to)) {
    read.report([
      { path: 'destinationIds', message: 'missing; expected all, none or a list of destinations' },
    ]);
    return undefined;
  }
  const parsed = parseRoute({ ...read.input, name: DEFAULT_ROUTE_NAME });
  if (!parsed.ok) read.report(parsed.problems);
  const hours = ['activeIntervalIds', 'mutedIntervalIds'].filter((path) => read.input[path] !== undefined);
  if (isDefaultWord(to) && to[0] === TO_NONE) {
    const message = 'means nothing where the default route tells nobody';
    read.report(hours.map((path) => ({ path, message })));
  }
  const wanted = referring(world, read, item);
  if (!parsed.ok || read.problemCount() > 0) return undefined;
  const changes = changesOf(existing?.fields, fieldsOf({ ...parsed.value, ...wanted }, AS_NAMED));
  if (changes.length === 0) return undefined;
  return stepOf(world, 'update', {
    wanted: { ...parsed.value, ...wanted },
    stored: (existing as ExistingDefault | undefined)?.stored,
    changes,
  });
}

/** The names that the default route refers to; a name of nothing is reported. */
function referring(
  world: World,
  read: ReadItem,
  item: FileItem,
): Pick<RouteSettings, 'destinationIds' | 'activeIntervalIds' | 'mutedIntervalIds'> {
  const namesAt = (path: string, map: 'destinations' | 'time_intervals'): string[] | undefined => {
    const given = read.input[path];
    if (!Array.isArray(given)) return undefined;
    const names = given.flatMap((name: string, index) => {
      const found = nameOfReference(world, map, name, item.name);
      if (found !== undefined) return [found];
      read.report([{ path: `${path}[${String(index)}]`, message: missingReference(world, map, name) }]);
      return [];
    });
    return [...new Set(names)];
  };
  const { destinationIds: to } = read.input;
  const active = namesAt('activeIntervalIds', 'time_intervals');
  const muted = namesAt('mutedIntervalIds', 'time_intervals');
  return {
    destinationIds: isNamed(to) && isDefaultWord(to) ? to : (namesAt('destinationIds', 'destinations') ?? []),
    ...(active !== undefined && { activeIntervalIds: active }),
    ...(muted !== undefined && { mutedIntervalIds: muted }),
  };
}

/** Leads to every destination again, at any time. */
export function removeDefaultRoute(world: World, existing: Existing): Step {
  const { stored, fields } = existing as ExistingDefault;
  const usual = { name: DEFAULT_ROUTE_NAME, destinationIds: [TO_ALL], condition: {} };
  return stepOf(world, 'delete', { wanted: usual, stored, changes: changesOf(fields, { to: TO_ALL }) });
}

/** The fields of the default route that a file has to say. */
export function shortDefault(fields: Fields): Fields {
  return withoutDefaults(
    fields,
    ['to'],
    ({ active, muted, outside: what = 'hold', hold_critical: critical = 'off' }) =>
      JSON.stringify([active, muted, what, critical]),
  );
}

function stepOf(
  world: World,
  action: Step['action'],
  { wanted, stored, changes }: { wanted: RouteSettings; stored: Route | undefined } & Pick<Step, 'changes'>,
): Step {
  const after = (idOf: (map: ReferredMap, name: string) => string): Route | undefined => {
    const { destinationIds: to, activeIntervalIds: active, mutedIntervalIds: muted, ...others } = wanted;
    const idsOf = (map: ReferredMap, names: readonly string[]) => names.map((name) => idOf(map, name));
    const settings = {
      ...others,
      destinationIds: isDefaultWord(to) ? to : idsOf('destinations', to),
      ...(active !== undefined && { activeIntervalIds: idsOf('time_intervals', active) }),
      ...(muted !== undefined && { mutedIntervalIds: idsOf('time_intervals', muted) }),
    };
    return storedDefault(settings, stored, new Date(world.session.nowMs).toISOString());
  };
  return {
    action,
    map: ROUTES_MAP,
    word: 'route',
    name: DEFAULT_ROUTE_NAME,
    changes,
    decides(configured) {
      const route = after((map, name) => world.idOf(map, name) ?? name);
      return route === undefined
        ? withoutItem('routes', DEFAULT_ROUTE_ID)(configured)
        : withItem('routes', route)(configured);
    },
    run: async () =>
      saveDefaultRoute(
        world.gateway,
        stored,
        after((map, name) => idThere(world, map, name)),
        'apply',
      ),
  };
}

function isNamed(to: unknown): to is string[] {
  return Array.isArray(to) && to.length > 0 && to.every((name) => typeof name === 'string');
}
