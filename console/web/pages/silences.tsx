import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SilenceLine, SilenceList } from '../../api/configuration.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { SilenceButton } from '../act/silence-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { Instant } from '../shown/instant.tsx';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { SilenceCalendar } from '../shown/silence-calendar.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { UnreadableItems } from '../shown/unreadable-items.tsx';

const COLUMNS: Column<SilenceLine>[] = [
  { id: 'state', name: 'State', width: 120, cell: ({ state }) => <StateWord state={state} /> },
  {
    id: 'covers',
    name: 'Silences',
    width: 190,
    cell: ({ match }) => <span className="foreign">{match.join('\nor ')}</span>,
  },
  {
    id: 'comment',
    name: 'Why',
    width: 160,
    cell: ({ comment }) => <span className="foreign">{comment}</span>,
  },
  { id: 'starts', name: 'From', width: 190, cell: ({ starts_at: at }) => <Instant at={at} /> },
  { id: 'ends', name: 'Until', width: 190, cell: ({ ends_at: at }) => <Instant at={at} /> },
  {
    id: 'act',
    name: 'Change',
    width: 100,
    cell: ({ id, state, comment }) =>
      state === 'ended' ? (
        '–'
      ) : (
        <ActionButton
          title="Expire"
          label={`Expire the silence "${comment}"`}
          variant="inline-link"
          action={{ action: 'silence-expire', id }}
        />
      ),
  },
  {
    id: 'author',
    name: 'Author',
    width: 160,
    cell: ({ author }) => <span className="foreign">{author}</span>,
  },
];

/** The silences, each with its reason. */
export function SilencesPage() {
  const reading = useRead<SilenceList>(READ_PATHS.silences, ['configuration', 'actions']);
  return (
    <Shown reading={reading}>
      {({ silences, unreadable }) => (
        <SpaceBetween size="l">
          <UnreadableItems items={unreadable} />
          <ListTable
            name="silences"
            hasChoices
            lines={silences}
            idOf={({ id }) => id}
            columns={COLUMNS}
            header={
              <Header
                variant="h1"
                counter={`(${String(silences.length)})`}
                description="What nobody is told of for a while. It is stored and can be found all the same."
                actions={<SilenceButton title="Silence" match={[]} />}
              >
                Silences
              </Header>
            }
            empty={
              <NothingYet what="Nothing is silenced." next="An alert's page can silence what is like it." />
            }
          />
          <SilenceCalendar silences={silences} />
        </SpaceBetween>
      )}
    </Shown>
  );
}
