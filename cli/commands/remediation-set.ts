import { parseRemediation } from '../../functions/core/config/parse-remediation.ts';
import { meanwhile } from '../config/changed-meanwhile.ts';
import { REMEDIATION_SETTINGS } from '../../functions/core/config/settings/remediation-settings.ts';
import { addCommand } from '../command.ts';
import { addSettings, flagsOf, inputOf, type OptionsOf, viewOf } from '../config/settings.ts';
import { refusedSettings } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = OptionsOf<typeof REMEDIATION_SETTINGS>;

const FLAGS = { ...flagsOf(REMEDIATION_SETTINGS), type: '<type>' };

export const addRemediationSet: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'set <type>',
    summary: 'Say what is to be done about alerts of a type; replaces what was said before',
    examples: [
      "tocsin remediation set 'okta.*' --step 'Lock the account' --step 'Ask its owner'",
      'tocsin remediation set disk_full --step "Call the desk" --url https://wiki.example.com/disk',
    ],
    options(command) {
      addSettings(command, 'create', { list: REMEDIATION_SETTINGS });
    },
    async run(session, options, type = '') {
      const parsed = parseRemediation({ ...inputOf(REMEDIATION_SETTINGS, options), type });
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
        json: { ...viewOf(REMEDIATION_SETTINGS, entry), replaced: isReplaced },
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
