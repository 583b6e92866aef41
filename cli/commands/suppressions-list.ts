import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { allOf, locateConfig } from '../config/find-config.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import type { Suppression } from '../../functions/core/model/wire/suppression.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = { destination?: string };
type Row = Suppression & { destination_name: string };

export const addSuppressionsList: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'list',
    summary: 'List the recipients that get no mail, newest first',
    examples: ['tocsin suppressions list', 'tocsin suppressions list --destination oncall --json'],
    options(command) {
      command.option('--destination <name>', 'of this destination only');
    },
    async run(session, options) {
      const { config, suppressions } = await session.gateway();
      const destinations =
        options.destination === undefined
          ? await config.list('destination')
          : { readable: [await named(config, options.destination)], unreadable: [] };
      const perDestination = await boundedMap(allOf(destinations), CALLS_AT_ONCE, async ({ id, name }) => ({
        name,
        ...(await suppressions.list(id)),
      }));
      const unreadable = [
        ...destinations.unreadable,
        ...perDestination.flatMap((destination) => destination.unreadable),
      ];
      const rows = perDestination
        .flatMap(({ name, readable }) => readable.map((held): Row => ({ ...held, destination_name: name })))
        .sort((a, b) => b.at.localeCompare(a.at));
      const columns: Column<Row>[] = [
        { title: 'DESTINATION', value: (row) => row.destination_name, shrinks: true },
        { title: 'ADDRESS', value: (row) => row.address },
        { title: 'REASON', value: (row) => row.reason },
        { title: 'SINCE', value: (row) => relativeTime(row.at, session.nowMs) },
        { title: 'BY', value: (row) => row.by, mayDrop: true },
        { title: 'DETAIL', value: (row) => row.detail ?? '', shrinks: true, floor: 24, mayDrop: true },
      ];
      return {
        json: { suppressions: rows },
        unreadable,
        text:
          rows.length === 0
            ? 'No suppressions: every recipient gets the mails of its destinations.'
            : `${renderTable(rows, columns, session)}\n\nLet somebody back in: ${TOCSIN} suppressions remove DESTINATION ADDRESS`,
      };
    },
  });
};

async function named(config: ConfigStore, nameOrId: string): Promise<{ id: string; name: string }> {
  const { id, name = id } = await locateConfig(config, 'destination', nameOrId);
  return { id, name };
}
