import { addGroup } from '../command.ts';
import { addUnsubscribeKeyRotate } from './unsubscribe-key-rotate.ts';
import type { CommandFile } from '../command.ts';

export const addUnsubscribeKey: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'unsubscribe-key',
    summary: 'The key that signs the unsubscribe links in mails',
    examples: ['tocsin unsubscribe-key rotate'],
    commands: [addUnsubscribeKeyRotate],
  });
};
