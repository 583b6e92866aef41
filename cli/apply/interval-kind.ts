import { nameProblem } from '../../functions/core/config/problem.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { readTimes, writeInterval } from '../interval/save-interval.ts';
import { withItem, withoutItem } from './decides.ts';
import { removeInterval } from '../interval/remove-interval.ts';
import { changesOf, type Existing, type Kind, type World } from './kind.ts';
import { fieldPath } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { unknownField } from '../../functions/core/text/did-you-mean.ts';
import { storedItems } from './stored-items.ts';

type ExistingInterval = Existing & { item: Interval };

const MAP = 'time_intervals';
const OWN = {
  times: { type: 'string', description: 'when it is open: mon-fri 08:00-18:00 Europe/Berlin' },
};

export const INTERVALS: Kind = {
  map: MAP,
  word: 'interval',
  shapes: [{ title: 'Interval', list: {}, own: OWN }],

  load: async ({ gateway }) => storedItems(gateway, 'interval', ({ times }) => ({ times })),

  async plan(world, item, existing) {
    const times = timesOf(world, item);
    if (times === undefined) return undefined;
    const changes = changesOf(existing?.fields, { times });
    if (changes.length === 0) return undefined;
    const before = (existing as ExistingInterval | undefined)?.item;
    return {
      action: before === undefined ? 'create' : 'update',
      map: MAP,
      word: 'interval',
      name: item.name,
      changes,
      decides: withItem('intervals', {
        id: before?.id ?? item.name,
        name: item.name,
        times,
        createdAt: '',
        updatedAt: '',
      }),
      run: async () => {
        const { session, gateway } = world;
        const { id } = await writeInterval(
          session,
          gateway,
          { name: item.name, times },
          { before, madeBy: 'apply' },
        );
        world.made(MAP, item.name, id);
      },
    };
  },

  async remove({ gateway }, { name, id }) {
    const located = await gateway.config.locate('interval', id);
    return {
      action: 'delete',
      map: MAP,
      word: 'interval',
      name,
      changes: [],
      decides: withoutItem('intervals', id),
      async run() {
        if (located === undefined) throw deletedOrChanged('interval', name, 'not-found');
        await removeInterval(gateway.config, located);
      },
    };
  },

  shorten: (fields) => fields,
};

function timesOf(world: World, item: FileItem): string | undefined {
  const before = world.problems.length;
  const report = (path: string[], message: string, isName = false): void => {
    world.problems.push({ ...item.at(path, isName), path: fieldPath(item, path), message });
  };
  for (const field of Object.keys(item.fields).filter((one) => !Object.hasOwn(OWN, one))) {
    report([field], unknownField(field, Object.keys(OWN)), true);
  }
  const nameWrong = nameProblem(item.name);
  if (nameWrong !== undefined) report([], nameWrong, true);
  const { times } = item.fields;
  if (typeof times !== 'string') {
    report(['times'], 'missing; expected for example mon-fri 08:00-18:00 Europe/Berlin');
    return undefined;
  }
  const read = readTimes(times);
  for (const problem of read.problems) report(['times'], problem);
  return world.problems.length > before ? undefined : read.times;
}
