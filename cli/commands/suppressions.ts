import { addGroup } from '../command.ts';
import { addSuppressionsAdd } from './suppressions-add.ts';
import { addSuppressionsList } from './suppressions-list.ts';
import { addSuppressionsRemove } from './suppressions-remove.ts';
import type { CommandFile } from '../command.ts';

export const addSuppressions: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'suppressions',
    summary: 'Recipients that get no mail: who left, bounced or complained',
    examples: ['tocsin suppressions list', 'tocsin suppressions remove oncall ana@example.com'],
    commands: [addSuppressionsList, addSuppressionsAdd, addSuppressionsRemove],
  });
};
