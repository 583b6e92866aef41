import { addCommand } from '../command.ts';
import { describeOpening, intervalView, routesNaming } from '../interval/views.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

export const addIntervalList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the time intervals, how each stands now, and the routes that name it',
    examples: ['tocsin interval list'],
    async run(session) {
      const { config } = await session.gateway();
      const [{ readable, unreadable }, routes] = await Promise.all([
        config.list('interval'),
        config.list('route'),
      ]);
      const intervals = readable.toSorted((a, b) => a.name.localeCompare(b.name));
      const columns: Column<Interval>[] = [
        { title: 'NAME', value: ({ name }) => inert(name), shrinks: true },
        { title: 'TIMES', value: ({ times }) => times, shrinks: true, floor: 18 },
        { title: 'NOW', value: (interval) => describeOpening(interval, session.nowMs) },
        {
          title: 'ROUTES',
          value: ({ id }) =>
            routesNaming(routes.readable, id)
              .map(({ name }) => inert(name))
              .join(', '),
          shrinks: true,
        },
      ];
      return {
        json: { intervals: intervals.map((one) => intervalView(one, routes.readable, session.nowMs)) },
        text:
          intervals.length === 0 ? 'There is no time interval.' : renderTable(intervals, columns, session),
        unreadable,
      };
    },
  });
};
