import { addCommand } from '../command.ts';
import { changedMeanwhile, deletedOrChanged } from '../config/changed-meanwhile.ts';
import { findConfig, locateConfig } from '../config/find-config.ts';
import { notFoundId } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';

export const addLookupDelete: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'delete <table> [value]',
    summary: 'Forget what is said of a value, or the whole table',
    examples: ['tocsin lookup delete aws-accounts 111122223333', 'tocsin lookup delete teams'],
    async run(session, _options, table = '', value?: string) {
      const gateway = await session.gateway();
      const { config } = gateway;
      if (value === undefined) {
        const located = await locateConfig(config, 'lookup', table);
        const result = await config.delete(located);
        if (result !== 'changed') throw deletedOrChanged('lookup', table, result);
        return { json: { id: located.id, deleted: true }, text: `Deleted lookup ${inert(table)}` };
      }
      const before = await findConfig(config, 'lookup', table);
      if (!Object.hasOwn(before.entries, value)) {
        throw notFoundId(
          `value of lookup ${JSON.stringify(table)}`,
          value,
          `${TOCSIN} lookup show ${shellWord(table)}`,
        );
      }
      const { [value]: _gone, ...entries } = before.entries;
      const after = { ...before, entries, updatedAt: new Date(session.nowMs).toISOString() };
      if ((await config.update('lookup', before, after)) !== 'changed') {
        throw await changedMeanwhile(gateway, 'lookup', before);
      }
      return {
        json: { id: before.id, value, deleted: true },
        text: `Forgot ${inert(value)} in lookup ${inert(table)}`,
      };
    },
  });
};
