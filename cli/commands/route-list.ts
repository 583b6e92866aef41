import { addCommand } from '../command.ts';
import { allOf, destinationNames } from '../config/find-config.ts';
import { defaultRouteOf, defaultRouteView, describeDefault } from '../route/default-route.ts';
import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME } from '../../functions/core/model/config/route.ts';
import { renderTable } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import { routeView } from '../words/views.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Listed, UnreadableConfig } from '../../functions/core/model/config/unreadable-config.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

/** One line of the list; the default route has no id to name and no date. */
type Line = { name: string; when: string; to: string; id: string; createdAt: string | undefined };
/** What the list says of a route in words, for scripts too. */
const inWords = ({ when, to }: Line): object => ({ when, told: to });

export const addRouteList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the routes; every matching one applies, and the default route where none does',
    examples: ['tocsin route list'],
    async run(session) {
      const { config } = await session.gateway();
      const [routes, destinations, sources] = await Promise.all([
        config.list('route'),
        config.list('destination'),
        config.list('source'),
      ]);
      // Few routes name one.
      const intervals = routes.readable.some(namesIntervals) ? await config.list('interval') : NO_INTERVALS;
      const unreadable = [routes, destinations, sources, intervals].flatMap(
        (listed): UnreadableConfig[] => listed.unreadable,
      );
      const intervalName = destinationNames(intervals);
      const rows = routes.readable
        .filter(({ id }) => id !== DEFAULT_ROUTE_ID)
        .sort((a, b) => a.name.localeCompare(b.name));
      const destinationName = destinationNames(destinations);
      const sourceName = (id: string): string =>
        allOf(sources).find((source) => source.id === id)?.name ?? id;
      const byDefault = defaultRouteOf(routes);
      const lines: Line[] = [
        {
          name: DEFAULT_ROUTE_NAME,
          when: `no other route matches${describeHours(byDefault.stored, intervalName)}`,
          to: describeDefault(byDefault, destinationName),
          id: DEFAULT_ROUTE_ID,
          createdAt: byDefault.stored?.createdAt,
        },
        ...rows.map((route) => ({
          name: route.name,
          when: `${route.isEnabled === false ? 'disabled: ' : ''}${describeCondition(route, sourceName)}${describeHours(route, intervalName)}`,
          to: route.destinationIds.map(destinationName).join(', '),
          id: route.id,
          createdAt: route.createdAt,
        })),
      ];
      const columns: Column<Line>[] = [
        { title: 'NAME', value: ({ name }) => name, shrinks: true },
        { title: 'WHEN', value: ({ when }) => when, shrinks: true, floor: 24 },
        { title: 'TO', value: ({ to }) => to, shrinks: true },
        { title: 'ID', value: ({ id }) => id },
        {
          title: 'CREATED',
          value: ({ createdAt }) => (createdAt === undefined ? '' : relativeTime(createdAt, session.nowMs)),
          mayDrop: true,
        },
      ];
      return {
        json: {
          routes: [defaultRouteView(byDefault), ...rows.map(routeView)].map((view, index) => {
            const line = lines[index];
            return { ...view, ...(line !== undefined && inWords(line)) };
          }),
        },
        text: renderTable(lines, columns, session),
        unreadable,
      };
    },
  });
};

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
