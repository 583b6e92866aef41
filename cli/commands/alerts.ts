import { addGroup } from '../command.ts';
import { addAlertsList } from './alerts-list.ts';
import { addAlertsShow } from './alerts-show.ts';
import type { CommandFile } from '../command.ts';

export const addAlerts: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'alerts',
    summary: 'Alerts that were accepted, and why someone was told or was not',
    examples: ['tocsin alerts list --since 24h --severity high', 'tocsin alerts list --state unrouted'],
    commands: [addAlertsList, addAlertsShow],
  });
};
