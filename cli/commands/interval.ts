import { addGroup } from '../command.ts';
import { addIntervalDelete } from './interval-delete.ts';
import { addIntervalList } from './interval-list.ts';
import { addIntervalSet } from './interval-set.ts';
import { addIntervalShow } from './interval-show.ts';
import type { CommandFile } from '../command.ts';

export const addInterval: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'interval',
    summary: 'Times of the wall clock under a name, for routes that tell only then',
    examples: [
      "tocsin interval set office-hours 'mon-fri 08:00-18:00 Europe/Berlin'",
      'tocsin route update chat --active office-hours',
      'tocsin interval list',
    ],
    commands: [addIntervalSet, addIntervalList, addIntervalShow, addIntervalDelete],
  });
};
