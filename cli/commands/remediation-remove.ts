import { meanwhile } from '../config/changed-meanwhile.ts';
import { addCommand } from '../command.ts';
import { notFoundId } from '../failure.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';

export const addRemediationRemove: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'remove <type>',
    summary: 'Forget what was said about a type; what is built in stays',
    examples: ["tocsin remediation remove 'okta.*'"],
    async run(session, _options, type = '') {
      const { remediation } = await session.gateway();
      const found = await remediation.find(type);
      if (found === undefined) throw notFoundId('remediation', type, `${TOCSIN} remediation list`);
      if ((await remediation.remove(type, found)) !== 'changed') {
        throw meanwhile(`what is to be done about ${JSON.stringify(type)} was changed meanwhile`);
      }
      return {
        json: { type, removed: true },
        text: `Removed what was said about ${session.paint('bold', type)}`,
      };
    },
  });
};
