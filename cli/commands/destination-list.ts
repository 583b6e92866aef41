import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { breakerView } from '../words/breaker.ts';
import { addCommand } from '../command.ts';
import { renderTable } from '../screen/table.ts';
import { describeTarget, destinationView } from '../words/views.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

const EMPTY = `No destinations yet. Create one: ${TOCSIN} destination create email --name oncall --to oncall@example.com`;

/** With how the breaker stands; mail has none. */
type Listed = Destination & { breaker?: ReturnType<typeof breakerView> };

const COLUMNS: Column<Listed>[] = [
  { title: 'NAME', value: (destination) => destination.name, shrinks: true },
  { title: 'ID', value: (destination) => destination.id },
  { title: 'CHANNEL', value: (destination) => destination.channel },
  { title: 'TAKES', value: (destination) => destination.minSeverity ?? 'all' },
  {
    title: 'ENABLED',
    value: (destination) => (destination.isEnabled ? 'yes' : 'no'),
    paint: (destination, text, paint) => (destination.isEnabled ? text : paint('yellow', text)),
  },
  {
    title: 'BREAKER',
    value: ({ breaker }) => breaker?.state ?? '',
    paint: ({ breaker }, text, paint) =>
      breaker === undefined || breaker.state === 'closed' ? text : paint('red', text),
    mayDrop: true,
  },
  { title: 'TO', value: describeTarget, shrinks: true },
];

export const addDestinationList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the destinations',
    examples: ['tocsin destination list', "tocsin destination list --json | jq -r '.destinations[].name'"],
    async run(session) {
      const { config, endpoints } = await session.gateway();
      const { readable, unreadable } = await config.list('destination');
      const destinations = await boundedMap(
        readable.sort((a, b) => a.name.localeCompare(b.name)),
        CALLS_AT_ONCE,
        async (destination): Promise<Listed> => {
          if (destination.channel !== 'webhook') return destination;
          const breaker = breakerView(await endpoints.find(destination.id), session.nowMs);
          return { ...destination, breaker };
        },
      );
      return {
        json: {
          destinations: destinations.map((destination) => ({
            ...destinationView(destination),
            ...(destination.breaker !== undefined && { breaker: destination.breaker }),
          })),
        },
        text:
          destinations.length === 0 && unreadable.length === 0
            ? EMPTY
            : renderTable(destinations, COLUMNS, session),
        unreadable,
      };
    },
  });
};
