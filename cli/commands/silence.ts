import { addGroup } from '../command.ts';
import { addSilenceCreate } from './silence-create.ts';
import { addSilenceExpire } from './silence-expire.ts';
import { addSilenceList } from './silence-list.ts';
import { addSilenceShow } from './silence-show.ts';
import { addSilenceUpdate } from './silence-update.ts';
import type { CommandFile } from '../command.ts';

export const addSilence: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'silence',
    summary: 'What is not told for a while, by whom and why',
    examples: [
      "tocsin silence create --match env=dev --for 2h --comment 'load test'",
      'tocsin silence list',
      'tocsin silence expire sil_5Hq0Zc1u8mTn2b7X',
    ],
    commands: [addSilenceCreate, addSilenceList, addSilenceShow, addSilenceUpdate, addSilenceExpire],
  });
};
