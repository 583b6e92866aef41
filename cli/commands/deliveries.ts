import { addGroup } from '../command.ts';
import { addDeliveriesList } from './deliveries-list.ts';
import { addDeliveriesShow } from './deliveries-show.ts';
import type { CommandFile } from '../command.ts';

export const addDeliveries: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'deliveries',
    summary: 'What is owed to whom, and every attempt at it',
    examples: ['tocsin deliveries list --destination siem', 'tocsin deliveries list --state dead --since 7d'],
    commands: [addDeliveriesList, addDeliveriesShow],
  });
};
