import { parseRemediation } from '../../functions/core/config/parse-remediation.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { addCommand, collected } from '../command.ts';
import { refusedSettings } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = { step?: string[]; url?: string };

const FLAGS = { type: '<type>', steps: '--step', url: '--url' };

export const addRemediationSet: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'set <type>',
    summary: 'Say what is to be done about alerts of a type; replaces what was said before',
    examples: [
      "tocsin remediation set 'okta.*' --step 'Lock the account' --step 'Ask its owner'",
      'tocsin remediation set disk_full --step "Call the desk" --url https://wiki.example.com/disk',
    ],
    options(command) {
      command
        .option('--step <text>', 'one step, in order; may be repeated (required)', collected)
        .option('--url <url>', 'a page that tells more');
    },
    async run(session, options, type = '') {
      const input = { type, steps: options.step, url: options.url };
      const parsed = parseRemediation(input);
      if (!parsed.ok) throw refusedSettings(parsed.problems, FLAGS);
      const entry = { ...parsed.value, updatedAt: new Date(session.nowMs).toISOString() };
      const { remediation } = await session.gateway();
      const found = await remediation.find(entry.type);
      const isReplaced = found !== undefined;
      if ((await remediation.set(entry, found)) !== 'changed') {
        throw meanwhile(`what is to be done about ${JSON.stringify(entry.type)} was changed meanwhile`);
      }
      const steps = entry.steps.map((step, index) => `  ${index + 1}. ${inert(step)}`);
      return {
        json: { type: entry.type, steps: entry.steps, url: entry.url ?? null, replaced: isReplaced },
        text: [
          `${isReplaced ? 'Replaced' : 'Set'} what is to be done about ${session.paint('bold', entry.type)}`,
          ...steps,
          ...(entry.url === undefined ? [] : [`  more: ${entry.url}`]),
          '',
          'Mails say so within seconds, when an alert brings no steps of its own.',
        ].join('\n'),
      };
    },
  });
};
