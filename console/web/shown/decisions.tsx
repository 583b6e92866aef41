import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { AlertStory } from '../../api/alerts.ts';
import { hrefOf } from '../view/view.ts';
import { ListTable } from './list-table.tsx';
import { NothingYet } from './nothing-yet.tsx';
import { StateWord } from './state-word.tsx';

/** A reader looks for the destinations that were told; with many destinations, most were not. */
function toldFirst(decisions: AlertStory['decisions']): AlertStory['decisions'] {
  return decisions.toSorted((a, b) => Number(a.decision === 'skip') - Number(b.decision === 'skip'));
}

/** For every destination: whether it was told, why, and the state of its delivery. */
export function Decisions({ story }: { story: AlertStory }) {
  const { decisions, deliveries } = story;
  return (
    <ListTable
      name="decisions"
      lines={toldFirst(decisions)}
      idOf={({ destination_id: id }) => id}
      header={<Header variant="h2">Who was told, and why not</Header>}
      empty={<NothingYet what="Nobody was told: there was no destination, or no router has seen it yet." />}
      columns={[
        {
          id: 'destination',
          name: 'Destination',
          width: 140,
          cell: ({ destination_name: name }) => <Link href={hrefOf('destinations', name)}>{name}</Link>,
        },
        {
          id: 'decision',
          name: 'Decision',
          width: 125,
          cell: ({ decision }) => <StateWord state={decision} />,
        },
        {
          id: 'because',
          name: 'Because',
          width: 270,
          cell: ({ says }) => <span className="foreign">{says}</span>,
        },
        { id: 'route', name: 'Route', width: 120, cell: ({ route }) => route ?? '–' },
        {
          id: 'state',
          name: 'How it stands',
          width: 240,
          cell: ({ destination_id: id }) =>
            deliveries
              .filter((delivery) => delivery.destination_id === id)
              .map((delivery) => (
                <div key={delivery.id}>
                  <Link href={hrefOf('deliveries', delivery.id)}>
                    <StateWord state={delivery.state} says={delivery.says} />
                  </Link>
                </div>
              )),
        },
      ]}
    />
  );
}
