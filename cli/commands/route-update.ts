import { ROUTE_SETTINGS } from '../../functions/core/config/settings/route-settings.ts';
import { addCommand } from '../command.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { findConfig } from '../config/find-config.ts';
import { addSettings } from '../config/settings.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import {
  defaultRouteOf,
  defaultRouteView,
  isDefaultRoute,
  isDefaultWord,
  storedDefault,
  TO_NONE,
  wordedDefault,
} from '../route/default-route.ts';
import {
  describeEffect,
  effectOfSaving,
  effectView,
  measureEffect,
  onlySaid,
  readConfigured,
} from '../route/measure-effect.ts';
import { readRoute, type RouteOptions, withIds } from '../route/read-route.ts';
import { refuseWithoutNamed, saveDefaultRoute } from '../route/save-route.ts';
import { routeView } from '../words/views.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME, type Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';
import { nameTaken } from '../config/name-taken.ts';

const NAMES_HOURS = ['active', 'muted', 'outside', 'holdCritical'] as const;
/** The options that the default route has. */
const OF_DEFAULT: ReadonlySet<string> = new Set(['to', ...NAMES_HOURS]);

type Options = RouteOptions & { dryRun?: boolean };

export const addRouteUpdate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'update <name>',
    summary: 'Change a route, or point the default route elsewhere; what is not named stays',
    examples: [
      'tocsin route update urgent --to oncall,siem --min-severity critical',
      "tocsin route update urgent --match 'env!=dev' --dry-run",
      'tocsin route update default --to siem',
      'tocsin route update default --to none',
      'tocsin route update default --to all',
      'tocsin route update default --active office-hours',
    ],
    options(command) {
      addSettings(command, 'update', { list: ROUTE_SETTINGS });
      command.option('--dry-run', 'only say what it would change, counted over the last 24 hours');
    },
    async run(session, { dryRun = false, ...options }, name = '') {
      if (Object.keys(options).length === 0) {
        throw wrongUsage(`say what to change; see: ${TOCSIN} route update --help`);
      }
      return isDefaultRoute(name)
        ? updateDefault(session, options, { isDryRun: dryRun })
        : updateRoute(session, name, options, { isDryRun: dryRun });
    },
  });
};

async function updateRoute(
  session: Session,
  name: string,
  options: RouteOptions,
  { isDryRun }: { isDryRun: boolean },
): Promise<CommandResult> {
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'route', name);
  const { id, isEnabled, createdAt } = before;
  const after: Route = {
    id,
    createdAt,
    ...(isEnabled !== undefined && { isEnabled }),
    ...(await withIds(gateway.config, readRoute(options, before))),
    updatedAt: new Date(session.nowMs).toISOString(),
  };
  if (isDefaultRoute(after.name)) {
    throw new CliFailure('name-taken', 'the route "default" always exists; choose another name');
  }
  const effect = await effectOfSaving(session, gateway, after);
  if (isDryRun) return onlySaid(routeView(after), effect);
  const result = await gateway.config.update('route', before, after);
  if (result === 'name-taken') throw nameTaken('route', after.name);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'route', before);
  await refuseWithoutNamed(gateway, after, async () => gateway.config.update('route', after, before));
  return {
    json: { ...routeView(after), effect: effectView(effect) },
    text: `${session.paint('green', 'Changed')} route ${session.paint('bold', after.name)}\n${describeEffect(effect)}`,
  };
}

async function updateDefault(
  session: Session,
  options: RouteOptions,
  { isDryRun }: { isDryRun: boolean },
): Promise<CommandResult> {
  const stray = Object.keys(options).filter((option) => !OF_DEFAULT.has(option));
  if (stray.length > 0) {
    throw wrongUsage(
      'the default route takes what no other route takes, so it has only --to (DESTINATIONS, all or none), --active, --muted, --outside and --hold-critical',
    );
  }
  const gateway = await session.gateway();
  const configured = await readConfigured(gateway);
  const before = defaultRouteOf(configured.routes);
  const after = await changedDefault(session, gateway, before, options);
  const others = configured.routes.readable.filter(({ id }) => id !== DEFAULT_ROUTE_ID);
  const routes = after === undefined ? others : [...others, after];
  const effect = await measureEffect(session, gateway, configured, { readable: routes });
  const shown = defaultRouteOf({ readable: after === undefined ? [] : [after], unreadable: [] });
  if (isDryRun) return onlySaid(defaultRouteView(shown), effect);
  await saveDefaultRoute(gateway, before.stored, after);
  return {
    json: { ...defaultRouteView(shown), effect: effectView(effect) },
    text: `${session.paint('green', 'Changed')} route ${session.paint('bold', DEFAULT_ROUTE_NAME)}\n${describeEffect(effect)}`,
  };
}

/** The default route as it is to lie in the table; undefined where it is to send to every destination at any time. */
async function changedDefault(
  session: Session,
  { config }: Gateway,
  before: ReturnType<typeof defaultRouteOf>,
  options: RouteOptions,
): Promise<Route | undefined> {
  const now = new Date(session.nowMs).toISOString();
  const read = readRoute(options, wordedDefault(before, now));
  const isWord = isDefaultWord(read.destinationIds);
  if (read.destinationIds[0] === TO_NONE && isWord && NAMES_HOURS.some((option) => option in options)) {
    throw wrongUsage(
      'the default route tells nobody, so it has no hours; point it somewhere with --to DESTINATIONS or --to all',
    );
  }
  const { destinationIds, ...others } = await withIds(config, {
    ...read,
    destinationIds: isWord ? [] : read.destinationIds,
  });
  const settings = { ...others, destinationIds: isWord ? read.destinationIds : destinationIds };
  return storedDefault(settings, before.stored, now);
}
