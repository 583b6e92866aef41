import { addGroup } from '../command.ts';
import { addSourceCreate } from './source-create.ts';
import { addSourceDelete } from './source-delete.ts';
import { addSourceDisable, addSourceEnable } from './source-enable.ts';
import { addSourceInfer } from './source-infer.ts';
import { addSourceList } from './source-list.ts';
import { addSourceRotate } from './source-rotate.ts';
import { addSourceShow } from './source-show.ts';
import { addSourceStatus } from './source-status.ts';
import { addSourceTest } from './source-test.ts';
import { addSourceUpdate } from './source-update.ts';
import type { CommandFile } from '../command.ts';

export const addSource: CommandFile = (program, run) => {
  addGroup(program, run, {
    name: 'source',
    summary: 'Systems that send alerts here',
    examples: [
      'tocsin source create --name ci --format github',
      'tocsin source status ci',
      'tocsin source list',
      'tocsin source rotate ci --overlap 24h',
    ],
    commands: [
      addSourceCreate,
      addSourceList,
      addSourceShow,
      addSourceStatus,
      addSourceUpdate,
      addSourceEnable,
      addSourceDisable,
      addSourceTest,
      addSourceInfer,
      addSourceRotate,
      addSourceDelete,
    ],
  });
};
