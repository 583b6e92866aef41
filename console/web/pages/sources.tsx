import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { SourceLine, SourceList } from '../../api/configuration.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { useRead } from '../ask/use-read.ts';
import { Age } from '../shown/age.tsx';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { UnreadableItems } from '../shown/unreadable-items.tsx';
import { useSession } from '../view/session.ts';
import { hrefOf } from '../view/view.ts';

const COLUMNS: Column<SourceLine>[] = [
  {
    id: 'name',
    name: 'Source',
    width: 150,
    cell: ({ name }) => <Link href={hrefOf('sources', name)}>{name}</Link>,
  },
  { id: 'health', name: 'Health', width: 135, cell: ({ status }) => <StateWord state={status.health} /> },
  { id: 'format', name: 'Format', width: 135, cell: ({ format }) => format },
  { id: 'auth', name: 'Authentication', width: 110, isHidden: true, cell: ({ auth }) => auth.type },
  {
    id: 'accepted',
    name: 'Last accepted',
    width: 120,
    cell: ({ status }) => <Age at={status.last_accepted_at} />,
  },
  {
    id: 'refused',
    name: 'Last refused, and why',
    width: 205,
    cell: ({ status: { last_rejected: refused } }) =>
      refused === null ? (
        'never'
      ) : (
        <>
          <Age at={refused.at} />: <span className="foreign">{refused.cause ?? refused.code}</span>
        </>
      ),
  },
  {
    id: 'day',
    name: 'Accepted in 24 h',
    width: 115,
    cell: ({ status, name }) => (
      <Link
        href={hrefOf('alerts', undefined, { source: name })}
        ariaLabel={`${String(status.counts['24h'].accepted)} accepted in 24 h, ${name}`}
      >
        {status.counts['24h'].accepted}
      </Link>
    ),
  },
  {
    id: 'refusals',
    name: 'Refused in 24 h',
    width: 105,
    cell: ({ status }) => status.counts['24h'].rejected,
  },
];

/** The sources, each with its state. */
export function SourcesPage() {
  const session = useSession();
  const reading = useRead<SourceList>(READ_PATHS.sources, ['configuration', 'alerts', 'actions']);
  return (
    <Shown reading={reading}>
      {({ sources, unreadable }) => (
        <SpaceBetween size="l">
          <UnreadableItems items={unreadable} />
          <ListTable
            name="sources"
            hasChoices
            variant="full-page"
            lines={sources}
            idOf={({ id }) => id}
            columns={COLUMNS}
            header={
              <Header
                variant="h1"
                counter={`(${String(sources.length)})`}
                description="Who sends alerts, and whether they are taken"
              >
                Sources
              </Header>
            }
            empty={
              <NothingYet
                what="There is no source yet: nobody can send an alert."
                next="A source has a URL and a secret of its own."
                command={`${session.called_as} source create --name my-scanner --format generic --auth bearer`}
              />
            }
          />
        </SpaceBetween>
      )}
    </Shown>
  );
}
