import { addGroup } from '../command.ts';
import { addRemediationList } from './remediation-list.ts';
import { addRemediationRemove } from './remediation-remove.ts';
import { addRemediationSet } from './remediation-set.ts';
import type { CommandFile } from '../command.ts';

export const addRemediation: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'remediation',
    summary: 'What mails say is to be done about a type of alert that brings no steps of its own',
    examples: ['tocsin remediation list', "tocsin remediation set 'posture.*' --step 'Open the board'"],
    commands: [addRemediationSet, addRemediationList, addRemediationRemove],
  });
};
