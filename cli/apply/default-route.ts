import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import type { NamesById } from '../../functions/core/config/file/write-file-fields.ts';
import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME, type Route } from '../../functions/core/model/config/route.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { defaultRouteOf, TO_ALL, TO_NONE } from '../route/default-route.ts';
import { saveDefaultRoute } from '../route/save-route.ts';
import { withItem, withoutItem } from './decides.ts';
import { changesOf, type Existing, type Step, type World } from './kind.ts';
import { fieldPath } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { missingReference, nameOfReference, ROUTES_MAP } from './route-references.ts';

type ExistingDefault = Existing & { stored: Route | undefined };

/** The default route as a file says it: `to` is `all`, `none` or a list. */
export function writtenDefault(
  stored: Route | undefined,
  names: NamesById,
  made: ReadonlySet<string>,
): ExistingDefault {
  const { to } = defaultRouteOf({ readable: stored === undefined ? [] : [stored], unreadable: [] });
  return {
    name: DEFAULT_ROUTE_NAME,
    id: DEFAULT_ROUTE_ID,
    fields: { to: to === 'listed' ? (stored?.destinationIds ?? []).map(names.destination) : to },
    isMadeByApply: made.has(DEFAULT_ROUTE_ID),
    stored,
  };
}

export async function planDefaultRoute(
  world: World,
  item: FileItem,
  existing: Existing | undefined,
): Promise<Step | undefined> {
  const report = (path: (string | number)[], message: string): void => {
    world.problems.push({ ...item.at(path), path: fieldPath(item, path), message });
  };
  const before = world.problems.length;
  const stray = Object.keys(item.fields).filter((field) => field !== 'to');
  for (const field of stray) {
    report([field], 'the default route takes what no other route takes, so it has only the field to');
  }
  const to = destinationsOf(item, report);
  const names = (to ?? []).flatMap((name, index) => {
    if (isWord(to ?? [])) return [name];
    const found = nameOfReference(world, 'destinations', name, item.name);
    if (found === undefined) report(['to', index], missingReference(world, 'destinations', name));
    return found ?? [];
  });
  if (world.problems.length > before) return undefined;
  const changes = changesOf(existing?.fields, { to: isWord(names) ? names[0] : [...new Set(names)] });
  if (changes.length === 0) return undefined;
  return stepOf(world, 'update', names, (existing as ExistingDefault | undefined)?.stored, changes);
}

/** Leads to every destination again. */
export function removeDefaultRoute(world: World, existing: Existing): Step {
  const { stored, fields } = existing as ExistingDefault;
  return stepOf(world, 'delete', [TO_ALL], stored, [{ field: 'to', old: fields['to'], new: TO_ALL }]);
}

function stepOf(
  world: World,
  action: Step['action'],
  to: readonly string[],
  stored: Route | undefined,
  changes: Step['changes'],
): Step {
  const after = (idOfName: (name: string) => string): Route | undefined => {
    const now = new Date(world.session.nowMs).toISOString();
    return to[0] === TO_ALL && isWord(to)
      ? undefined
      : {
          id: DEFAULT_ROUTE_ID,
          name: DEFAULT_ROUTE_NAME,
          destinationIds: isWord(to) ? [] : [...new Set(to)].map(idOfName),
          condition: {},
          createdAt: stored?.createdAt ?? now,
          updatedAt: now,
        };
  };
  return {
    action,
    map: ROUTES_MAP,
    word: 'route',
    name: DEFAULT_ROUTE_NAME,
    changes,
    decides(configured) {
      const route = after((name) => world.idOf('destinations', name) ?? name);
      return route === undefined
        ? withoutItem('routes', DEFAULT_ROUTE_ID)(configured)
        : withItem('routes', route)(configured);
    },
    run: async () =>
      saveDefaultRoute(
        world.gateway,
        stored,
        after((name) => idOf(world, name)),
        'apply',
      ),
  };
}

function idOf(world: World, name: string): string {
  const id = world.idOf('destinations', name);
  if (id === undefined) throw meanwhile(`destination ${JSON.stringify(name)} was deleted meanwhile`);
  return id;
}

function isWord(to: readonly string[]): boolean {
  return to.length === 1 && (to[0] === TO_ALL || to[0] === TO_NONE);
}

function destinationsOf(
  item: FileItem,
  report: (path: (string | number)[], message: string) => void,
): string[] | undefined {
  const { input } = readFileFields(ROUTE_SETTINGS, { to: item.fields['to'] }, [], []);
  const to: unknown = input['destinationIds'];
  const isList = Array.isArray(to) && to.length > 0 && to.every((name) => typeof name === 'string');
  if (isList) return to;
  report(['to'], 'missing; expected all, none or a list of destinations');
  return undefined;
}
