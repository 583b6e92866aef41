import { addCommand } from '../command.ts';
import { renderTable } from '../table.ts';
import { describeTarget, destinationView } from '../views.ts';
import type { Destination } from '../../functions/core/model/destination.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../table.ts';

const EMPTY =
  'No destinations yet. Create one: tocsin destination create email --name oncall --to oncall@example.com';

const COLUMNS: Column<Destination>[] = [
  { title: 'NAME', value: (destination) => destination.name, shrinks: true },
  { title: 'ID', value: (destination) => destination.id },
  { title: 'CHANNEL', value: (destination) => destination.channel },
  { title: 'TAKES', value: (destination) => destination.minSeverity ?? 'all' },
  {
    title: 'ENABLED',
    value: (destination) => (destination.isEnabled ? 'yes' : 'no'),
    paint: (destination, text, paint) => (destination.isEnabled ? text : paint('yellow', text)),
  },
  { title: 'TO', value: describeTarget, shrinks: true },
];

export const addDestinationList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the destinations',
    examples: ['tocsin destination list', "tocsin destination list --json | jq -r '.destinations[].name'"],
    async run(session) {
      const { config } = await session.gateway();
      const destinations = (await config.list('destination')).sort((a, b) => a.name.localeCompare(b.name));
      return {
        json: { destinations: destinations.map(destinationView) },
        text: destinations.length === 0 ? EMPTY : renderTable(destinations, COLUMNS, session),
      };
    },
  });
};
