import { addGroup } from '../command.ts';
import { addRouteCreate } from './route-create.ts';
import { addRouteDelete } from './route-delete.ts';
import { addRouteList } from './route-list.ts';
import type { CommandFile } from '../command.ts';

export const addRoute: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'route',
    summary: 'Which alerts go to which destinations; without any, every alert goes everywhere',
    examples: [
      'tocsin route create --name urgent --to oncall --min-severity high',
      'tocsin route list',
      'tocsin route delete urgent --yes',
    ],
    commands: [addRouteCreate, addRouteList, addRouteDelete],
  });
};
