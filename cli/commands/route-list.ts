import { addCommand } from '../command.ts';
import { allOf, destinationNames } from '../config/find-config.ts';
import { renderTable } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import { routeView } from '../words/views.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

const EMPTY =
  'No routes: every alert goes to every enabled destination that takes its severity. Create one: tocsin route create --name urgent --to oncall --min-severity high';

export const addRouteList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the routes; every matching one applies',
    examples: ['tocsin route list'],
    async run(session) {
      const { config } = await session.gateway();
      const [routes, destinations, sources] = await Promise.all([
        config.list('route'),
        config.list('destination'),
        config.list('source'),
      ]);
      const unreadable = [...routes.unreadable, ...destinations.unreadable, ...sources.unreadable];
      const rows = routes.readable.sort((a, b) => a.name.localeCompare(b.name));
      const destinationName = destinationNames(destinations);
      const sourceName = (id: string): string =>
        allOf(sources).find((source) => source.id === id)?.name ?? id;
      const columns: Column<Route>[] = [
        { title: 'NAME', value: (route) => route.name, shrinks: true },
        { title: 'WHEN', value: (route) => describeCondition(route, sourceName), shrinks: true, floor: 32 },
        {
          title: 'TO',
          value: (route) => route.destinationIds.map(destinationName).join(', '),
          shrinks: true,
        },
        { title: 'ID', value: (route) => route.id },
        { title: 'CREATED', value: (route) => relativeTime(route.createdAt, session.nowMs), mayDrop: true },
      ];
      return {
        json: { routes: rows.map(routeView) },
        text:
          rows.length === 0 && routes.unreadable.length === 0 ? EMPTY : renderTable(rows, columns, session),
        unreadable,
      };
    },
  });
};

function describeCondition({ condition }: Route, sourceName: (id: string) => string): string {
  const parts = [
    ...(condition.minSeverity === undefined ? [] : [`${condition.minSeverity} and above`]),
    ...(condition.sourceIds === undefined
      ? []
      : [`from ${condition.sourceIds.map(sourceName).join(' or ')}`]),
    ...(condition.types === undefined ? [] : [`type ${condition.types.join(' or ')}`]),
    ...Object.entries(condition.labels ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  return parts.length === 0 ? 'always' : parts.join(', ');
}
