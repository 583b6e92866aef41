import { addGroup } from '../command.ts';
import { addDestinationCreateEmail } from './destination-create-email.ts';
import { addDestinationCreateWebhook } from './destination-create-webhook.ts';
import { addDestinationDelete } from './destination-delete.ts';
import { addDestinationDisable, addDestinationEnable } from './destination-enable.ts';
import { addDestinationList } from './destination-list.ts';
import { addDestinationRotate } from './destination-rotate.ts';
import { addDestinationShow } from './destination-show.ts';
import { addDestinationTest } from './destination-test.ts';
import { addDestinationUpdate } from './destination-update.ts';
import type { CommandFile } from '../command.ts';

const addDestinationCreate: CommandFile = (group, run) => {
  addGroup(group, run, {
    name: 'create',
    summary: 'Register a receiver, by e-mail or webhook',
    examples: [
      'tocsin destination create email --name oncall --to oncall@example.com',
      'tocsin destination create webhook --name siem --url https://siem.example.com/hook',
    ],
    commands: [addDestinationCreateEmail, addDestinationCreateWebhook],
  });
};

export const addDestination: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'destination',
    summary: 'Receivers that alerts are sent to',
    examples: [
      'tocsin destination create email --name oncall --to oncall@example.com',
      'tocsin destination test oncall',
      'tocsin destination list',
    ],
    commands: [
      addDestinationCreate,
      addDestinationList,
      addDestinationShow,
      addDestinationUpdate,
      addDestinationTest,
      addDestinationRotate,
      addDestinationEnable,
      addDestinationDisable,
      addDestinationDelete,
    ],
  });
};
