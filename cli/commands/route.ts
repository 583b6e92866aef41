import { addGroup } from '../command.ts';
import { addRouteCreate } from './route-create.ts';
import { addRouteDelete } from './route-delete.ts';
import { addRouteDisable, addRouteEnable } from './route-enable.ts';
import { addRouteExplain } from './route-explain.ts';
import { addRouteList } from './route-list.ts';
import { addRouteShow } from './route-show.ts';
import { addRouteTest } from './route-test.ts';
import { addRouteUpdate } from './route-update.ts';
import type { CommandFile } from '../command.ts';

export const addRoute: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'route',
    summary: 'Which alerts go to which destinations; what matches none goes by the route default',
    examples: [
      'tocsin route create --name urgent --to oncall --min-severity high',
      'tocsin route list',
      'tocsin route update default --to siem',
      'tocsin route delete urgent --yes',
    ],
    commands: [
      addRouteCreate,
      addRouteList,
      addRouteShow,
      addRouteUpdate,
      addRouteEnable,
      addRouteDisable,
      addRouteDelete,
      addRouteExplain,
      addRouteTest,
    ],
  });
};
