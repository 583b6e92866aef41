import { nameProblem } from '../../functions/core/config/problem.ts';
import { addCommand } from '../command.ts';
import { refusedSettings } from '../failure.ts';
import { readTimes, writeInterval } from '../interval/save-interval.ts';
import { describeOpening, intervalView } from '../interval/views.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = { dates?: string };

export const addIntervalSet: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'set <name> <times>',
    summary: 'Say when a time interval is open; replaces what was said',
    examples: [
      "tocsin interval set office-hours 'mon-fri 08:00-18:00 Europe/Berlin'",
      "tocsin interval set holidays 'Europe/Berlin' --dates 2026-12-24:2026-12-26,2027-01-01",
      "tocsin interval set weekend 'sat,sun Europe/Berlin; fri 18:00-24:00 Europe/Berlin'",
    ],
    options(command) {
      command.option('--dates <dates>', 'only on these days, such as 2026-12-24:2026-12-26');
    },
    async run(session, { dates }, name = '', text = '') {
      const asked =
        dates === undefined
          ? text
          : text
              .split(';')
              .map((one) => `${one} dates=${dates}`)
              .join(';');
      const { times, problems: wrong } = readTimes(asked);
      const named = nameProblem(name);
      const problems = [
        ...(named === undefined ? [] : [{ path: '<name>', message: named }]),
        ...wrong.map((message) => ({ path: '<times>', message })),
      ];
      if (problems.length > 0) throw refusedSettings(problems, {});
      const gateway = await session.gateway();
      const before = await gateway.config.find('interval', name);
      const interval = await writeInterval(
        session,
        gateway,
        { name: before?.name ?? name, times },
        { before },
      );
      const { readable: routes } = await gateway.config.list('route');
      return {
        json: intervalView(interval, routes, session.nowMs),
        text: `${session.paint('green', before === undefined ? 'Created' : 'Changed')} interval ${session.paint('bold', inert(interval.name))}: ${times}\nIt is ${describeOpening(interval, session.nowMs)}.${before === undefined ? '' : ' What is held is judged by it within a minute.'}`,
      };
    },
  });
};
