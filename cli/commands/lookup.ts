import { addGroup } from '../command.ts';
import { addLookupDelete } from './lookup-delete.ts';
import { addLookupImport } from './lookup-import.ts';
import { addLookupList } from './lookup-list.ts';
import { addLookupSet } from './lookup-set.ts';
import { addLookupShow } from './lookup-show.ts';
import type { CommandFile } from '../command.ts';

export const addLookup: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'lookup',
    summary: 'Tables that add labels to alerts: the name and owner of an account, the team of a host',
    examples: [
      'tocsin lookup set aws-accounts 111122223333 name=prod owner=ana@example.com',
      'tocsin lookup import aws-accounts --csv accounts.csv',
      'tocsin lookup list',
    ],
    commands: [addLookupSet, addLookupImport, addLookupList, addLookupShow, addLookupDelete],
  });
};
