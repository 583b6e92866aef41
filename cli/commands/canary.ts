import { addGroup, type CommandFile } from '../command.ts';
import { addCanaryList } from './canary-list.ts';
import { addCanaryRun } from './canary-run.ts';

export const addCanary: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'canary',
    summary: 'Alerts that Tocsin sends to itself, through the URL that senders use',
    examples: ['tocsin canary run'],
    commands: [addCanaryRun, addCanaryList],
  });
};
