import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { RouteLine, RouteList } from '../../api/configuration.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Playground } from '../shown/playground.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { UnreadableItems } from '../shown/unreadable-items.tsx';
import { useSession } from '../view/session.ts';

/** The name of the route that is always there, and is neither enabled nor disabled. */
const DEFAULT_ROUTE = 'default';

const COLUMNS: Column<RouteLine>[] = [
  { id: 'name', name: 'Route', width: 140, cell: ({ name }) => name },
  {
    id: 'state',
    name: 'State',
    width: 115,
    cell: ({ is_enabled: isEnabled }) => <StateWord state={isEnabled ? 'enabled' : 'disabled'} />,
  },
  { id: 'when', name: 'When', width: 330, cell: ({ when }) => <span className="foreign">{when}</span> },
  {
    id: 'to',
    name: 'Tells',
    width: 190,
    cell: ({ told }) => <span className="foreign">{told}</span>,
  },
  {
    id: 'act',
    name: 'Change',
    width: 110,
    cell: ({ name, is_enabled: isEnabled }) =>
      name === DEFAULT_ROUTE ? (
        '–'
      ) : (
        <ActionButton
          title={isEnabled ? 'Disable' : 'Enable'}
          label={`${isEnabled ? 'Disable' : 'Enable'} the route ${name}`}
          variant="inline-link"
          action={{ action: isEnabled ? 'route-disable' : 'route-enable', name }}
        />
      ),
  },
];

/** The routes, with a playground to try them. */
export function RoutesPage() {
  const session = useSession();
  const reading = useRead<RouteList>(READ_PATHS.routes, ['configuration', 'actions']);
  return (
    <Shown reading={reading}>
      {({ routes, unreadable }) => (
        <SpaceBetween size="l">
          <UnreadableItems items={unreadable} />
          <ListTable
            name="routes"
            hasChoices
            lines={routes}
            idOf={({ id }) => id}
            columns={COLUMNS}
            header={
              <Header
                variant="h1"
                counter={`(${String(routes.length)})`}
                description="Every route that matches applies; what none matches goes by the route default."
              >
                Routes
              </Header>
            }
            empty={
              <NothingYet
                what="There is no route yet: every destination is told of everything."
                command={`${session.called_as} route create --name on-call --to DESTINATION --min-severity high`}
              />
            }
          />
          <Playground />
        </SpaceBetween>
      )}
    </Shown>
  );
}
