import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { DestinationLine, DestinationList } from '../../api/configuration.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { destinationState } from '../shown/destination-state.ts';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { UnreadableItems } from '../shown/unreadable-items.tsx';
import { useSession } from '../view/session.ts';
import { hrefOf } from '../view/view.ts';

const COLUMNS: Column<DestinationLine>[] = [
  {
    id: 'name',
    name: 'Destination',
    width: 160,
    cell: ({ name }) => <Link href={hrefOf('destinations', name)}>{name}</Link>,
  },
  {
    id: 'state',
    name: 'State',
    width: 115,
    cell: (destination) => <StateWord state={destinationState(destination)} />,
  },
  { id: 'channel', name: 'Channel', width: 110, cell: ({ channel }) => channel },
  { id: 'to', name: 'To', width: 250, cell: ({ to }) => <span className="foreign">{to}</span> },
  { id: 'severity', name: 'From severity', width: 105, cell: ({ min_severity: least }) => least ?? 'any' },
  {
    id: 'breaker',
    name: 'Breaker',
    width: 115,
    cell: ({ breaker }) => (breaker === null ? '–' : <StateWord state={breaker.state} />),
  },
  {
    id: 'deliveries',
    name: 'Deliveries',
    width: 110,
    isHidden: true,
    cell: ({ name }) => (
      <Link
        href={hrefOf('deliveries', undefined, { destination: name })}
        ariaLabel={`Show the deliveries to ${name}`}
      >
        Show
      </Link>
    ),
  },
  {
    id: 'test',
    name: 'Test',
    width: 90,
    cell: ({ name }) => (
      <ActionButton
        title="Test"
        label={`Test ${name}`}
        variant="inline-link"
        action={{ action: 'destination-test', name }}
      />
    ),
  },
];

/** The destinations, each with its state. */
export function DestinationsPage() {
  const session = useSession();
  const reading = useRead<DestinationList>(READ_PATHS.destinations, [
    'configuration',
    'deliveries',
    'actions',
  ]);
  return (
    <Shown reading={reading}>
      {({ destinations, unreadable }) => (
        <SpaceBetween size="l">
          <UnreadableItems items={unreadable} />
          <ListTable
            name="destinations"
            hasChoices
            variant="full-page"
            lines={destinations}
            idOf={({ id }) => id}
            columns={COLUMNS}
            header={
              <Header
                variant="h1"
                counter={`(${String(destinations.length)})`}
                description="Who is told, and whether it works"
              >
                Destinations
              </Header>
            }
            empty={
              <NothingYet
                what="There is no destination yet: nobody is told of anything."
                command={`${session.called_as} setup --channel email`}
              />
            }
          />
        </SpaceBetween>
      )}
    </Shown>
  );
}
