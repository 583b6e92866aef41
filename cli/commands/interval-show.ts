import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { describeOpening, intervalView, routesNaming } from '../interval/views.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

export const addIntervalShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <name>',
    summary: 'Show a time interval: when it is open, and the routes that name it',
    examples: ['tocsin interval show office-hours'],
    async run(session, _options, name = '') {
      const { config } = await session.gateway();
      const interval = await findConfig(config, 'interval', name);
      const { readable } = await config.list('route');
      const routes = routesNaming(readable, interval.id).map((route) => inert(route.name));
      return {
        json: intervalView(interval, readable, session.nowMs),
        text: renderFields(
          [
            ['name', inert(interval.name)],
            ['id', interval.id],
            ['open', interval.times.replaceAll('; ', '\n')],
            ['now', describeOpening(interval, session.nowMs)],
            ['routes', routes.length === 0 ? 'none' : routes.join(', ')],
            ['changed', interval.updatedAt],
          ],
          session.paint,
        ),
      };
    },
  });
};
