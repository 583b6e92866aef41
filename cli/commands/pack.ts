import { addGroup, type CommandFile } from '../command.ts';
import { addPackEnable } from './pack-enable.ts';
import { addPackList } from './pack-list.ts';
import { addPackShow } from './pack-show.ts';
import { addPackStackSet } from './pack-stack-set.ts';

export const addPack: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'pack',
    summary: 'What comes ready-made for a vendor',
    examples: ['tocsin pack enable github --to oncall'],
    commands: [addPackList, addPackShow, addPackEnable, addPackStackSet],
  });
};
