import { addGroup, type CommandFile } from '../command.ts';
import { addLocalPutEvent } from './local-put-event.ts';

export const addLocal: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'local',
    summary: 'What only a local run can do',
    examples: ['tocsin local put-event finding.json'],
    commands: [addLocalPutEvent],
  });
};
