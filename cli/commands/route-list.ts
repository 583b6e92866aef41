import { addCommand } from '../command.ts';
import { destinationNames } from '../config/find-config.ts';
import { defaultRouteOf, defaultRouteView, describeDefault } from '../route/default-route.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME } from '../../functions/core/model/config/route.ts';
import { renderTable } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import { routeView } from '../words/views.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Listed, UnreadableConfig } from '../../functions/core/model/config/unreadable-config.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Column } from '../screen/table.ts';
import type { NamesById } from '../../functions/core/config/file/write-file-fields.ts';
import type { Session } from '../session.ts';

/** One line of the list; the default route has no id to name and no date. */
type Line = { name: string; when: string; to: string; id: string; createdAt: string | undefined };
/** The words of a line, for scripts too. */
const inWords = ({ when, to }: Line): object => ({ when, told: to });

export const addRouteList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the routes; every matching one applies, and the default route where none does',
    examples: ['tocsin route list'],
    run: listRoutes,
  });
};

async function listRoutes(session: Session): Promise<CommandResult> {
  const { config } = await session.gateway();
  const [routes, destinations, sources] = await Promise.all([
    config.list('route'),
    config.list('destination'),
    config.list('source'),
  ]);
  // Few routes name one.
  const intervals = routes.readable.some(namesIntervals) ? await config.list('interval') : NO_INTERVALS;
  const rows = routes.readable
    .filter(({ id }) => id !== DEFAULT_ROUTE_ID)
    .sort((a, b) => a.name.localeCompare(b.name));
  const names = {
    source: destinationNames(sources),
    destination: destinationNames(destinations),
    interval: destinationNames(intervals),
  };
  const byDefault = defaultRouteOf(routes);
  const lines = [defaultLine(byDefault, names), ...rows.map((route) => lineOf(route, names))];
  const views = [defaultRouteView(byDefault), ...rows.map(routeView)];
  return {
    json: {
      routes: views.map((view, index) => {
        const line = lines[index];
        return { ...view, ...(line !== undefined && inWords(line)) };
      }),
    },
    text: renderTable(lines, columnsAt(session.nowMs), session),
    unreadable: [routes, destinations, sources, intervals].flatMap(
      (listed): UnreadableConfig[] => listed.unreadable,
    ),
  };
}

function columnsAt(nowMs: number): Column<Line>[] {
  return [
    { title: 'NAME', value: ({ name }) => name, shrinks: true },
    { title: 'WHEN', value: ({ when }) => when, shrinks: true, floor: 24 },
    { title: 'TO', value: ({ to }) => to, shrinks: true },
    { title: 'ID', value: ({ id }) => id },
    {
      title: 'CREATED',
      value: ({ createdAt }) => (createdAt === undefined ? '' : relativeTime(createdAt, nowMs)),
      mayDrop: true,
    },
  ];
}

function lineOf(route: Route, { source, destination, interval }: NamesById): Line {
  return {
    name: route.name,
    when: `${route.isEnabled === false ? 'disabled: ' : ''}${describeCondition(route, source)}${describeHours(route, interval)}`,
    to: route.destinationIds.map(destination).join(', '),
    id: route.id,
    createdAt: route.createdAt,
  };
}

function defaultLine(
  byDefault: ReturnType<typeof defaultRouteOf>,
  { destination, interval }: NamesById,
): Line {
  return {
    name: DEFAULT_ROUTE_NAME,
    when: `no other route matches${describeHours(byDefault.stored, interval)}`,
    to: describeDefault(byDefault, destination),
    id: DEFAULT_ROUTE_ID,
    createdAt: byDefault.stored?.createdAt,
  };
}

const NO_INTERVALS: Listed<Interval> = { readable: [], unreadable: [] };

function namesIntervals({ activeIntervalIds, mutedIntervalIds }: Route): boolean {
  return activeIntervalIds !== undefined || mutedIntervalIds !== undefined;
}

function describeCondition({ condition }: Route, sourceName: (id: string) => string): string {
  const parts = [
    ...(condition.minSeverity === undefined ? [] : [`${condition.minSeverity} and above`]),
    ...(condition.sourceIds === undefined
      ? []
      : [`from ${condition.sourceIds.map(sourceName).join(' or ')}`]),
    ...(condition.types === undefined ? [] : [`type ${condition.types.join(' or ')}`]),
    ...Object.entries(condition.labels ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(condition.matchers ?? []),
  ];
  return parts.length === 0 ? 'always' : parts.join(', ');
}

/** `; in office-hours`, `; not in holidays`; nothing where it always tells. */
function describeHours(route: Route | undefined, intervalName: (id: string) => string): string {
  const { activeIntervalIds: active = [], mutedIntervalIds: muted = [] } = route ?? {};
  const parts = [
    ...(active.length === 0 ? [] : [`in ${active.map(intervalName).join(' or ')}`]),
    ...(muted.length === 0 ? [] : [`not in ${muted.map(intervalName).join(' or ')}`]),
  ];
  return parts.map((part) => `; ${part}`).join('');
}
