import { addGroup, type CommandFile } from '../command.ts';
import { addPackStackSet } from './pack-stack-set.ts';

export const addPack: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'pack',
    summary: 'What comes ready-made for a vendor',
    examples: ['tocsin pack stack-set --json'],
    commands: [addPackStackSet],
  });
};
