import { addGroup } from '../command.ts';
import { addDeadLettersList } from './dead-letters-list.ts';
import { addDeadLettersRedrive } from './dead-letters-redrive.ts';
import type { CommandFile } from '../command.ts';

export const addDeadLetters: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'dead-letters',
    summary: 'What nobody will retry by itself, and how to move it back',
    examples: ['tocsin dead-letters list', 'tocsin dead-letters redrive --destination siem --dry-run'],
    commands: [addDeadLettersList, addDeadLettersRedrive],
  });
};
