import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback } from 'react';
import type { AlertLine, AlertListQuery, AlertPage } from '../../api/alerts.ts';
import type { SourceList } from '../../api/configuration.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { type Query, withQuery } from '../ask/ask.ts';
import { usePages } from '../ask/use-pages.ts';
import type { Page } from '../ask/use-pages.ts';
import { useRead } from '../ask/use-read.ts';
import { AlertFilter } from '../shown/alert-filter.tsx';
import { Instant } from '../shown/instant.tsx';
import { ListTable, MoreOf } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Reach } from '../shown/reach.tsx';
import { SeverityWord } from '../shown/severity-word.tsx';
import { SourceLink } from '../shown/source-link.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { timeRangeProps } from '../shown/time-range.ts';
import { Trouble } from '../shown/trouble.tsx';
import { useSession } from '../view/session.ts';
import { hrefOf, rename } from '../view/view.ts';

const COLUMNS: Column<AlertLine>[] = [
  {
    id: 'severity',
    name: 'Severity',
    width: 100,
    cell: ({ severity }) => <SeverityWord severity={severity} />,
  },
  {
    id: 'title',
    name: 'Title',
    width: 270,
    cell: ({ id, title }) => (
      <Link href={hrefOf('alerts', id)}>
        <span className="foreign">{title}</span>
      </Link>
    ),
  },
  { id: 'received', name: 'Received', width: 215, cell: ({ received_at: at }) => <Instant at={at} /> },
  {
    id: 'source',
    name: 'Source',
    width: 135,
    cell: ({ source_id: id, source_name: name }) => <SourceLink id={id} name={name} />,
  },
  { id: 'status', name: 'Status', width: 125, cell: ({ status }) => <StateWord state={status} /> },
  {
    id: 'sent-to',
    name: 'Sent to',
    width: 110,
    cell: ({ routing, sent_to: count }) =>
      routing === 'routed' ? String(count) : <StateWord state={routing} />,
  },
  {
    id: 'type',
    name: 'Type',
    isHidden: true,
    cell: ({ type }) => <span className="foreign">{type}</span>,
  },
  { id: 'id', name: 'Id', isHidden: true, cell: ({ id }) => id },
];
const FIELDS: (keyof AlertListQuery)[] = ['source', 'severity', 'status', 'type', 'text', 'routing'];
const pageOf = (answer: unknown): Page<AlertLine> => {
  const { alerts, next, looked_back_to: lookedBackTo } = answer as AlertPage;
  return { lines: alerts, next, lookedBackTo };
};
const idOf = ({ id }: AlertLine): string => id;

/** The received alerts, newest first. The filter stands in the address. */
export function AlertsPage({ query }: { query: URLSearchParams }) {
  const sources = useRead<SourceList>(READ_PATHS.sources, ['configuration']);
  const names = sources.value?.sources.map(({ name }) => name) ?? [];
  const window = { since: query.get('since') ?? undefined, until: query.get('until') ?? undefined };
  const filter = Object.fromEntries(FIELDS.map((field) => [field, query.getAll(field)]));
  const wanted = JSON.stringify({ ...filter, ...window });
  const pathOf = useCallback(
    (after: string | undefined) => withQuery(READ_PATHS.alerts, { ...(JSON.parse(wanted) as Query), after }),
    [wanted],
  );
  const pages = usePages(pathOf, pageOf, idOf, ['alerts', 'actions']);
  const isFiltered = Object.values({ ...filter, ...window }).some((values = '') => values.length > 0);
  const put = (changes: Query) => {
    rename(hrefOf('alerts', undefined, { ...filter, ...window, ...changes }));
  };
  return (
    <SpaceBetween size="l">
      {pages.failure !== undefined && <Trouble failure={pages.failure} readAgain={pages.readAgain} />}
      <ListTable
        name="alerts"
        hasChoices
        variant="full-page"
        lines={pages.lines}
        idOf={idOf}
        columns={COLUMNS}
        isReading={pages.isReading}
        header={
          <Header
            variant="h1"
            counter={`(${String(pages.lines.length)}${pages.hasMore ? '+' : ''})`}
            description="What was received, newest first"
          >
            Alerts
          </Header>
        }
        filter={
          <SpaceBetween size="xs">
            <AlertFilter filter={filter} put={put} sources={names} />
            <DateRangePicker {...timeRangeProps(window, put)} />
          </SpaceBetween>
        }
        empty={
          pages.failure === undefined ? (
            <NoAlerts hasMore={pages.hasMore} isFiltered={isFiltered} sources={names} />
          ) : undefined
        }
        footer={<MoreOf {...pages} reach={<Reach lookedBackTo={pages.lookedBackTo} />} />}
      />
    </SpaceBetween>
  );
}

function NoAlerts(props: { hasMore: boolean; isFiltered: boolean; sources: readonly string[] }) {
  const { hasMore, isFiltered, sources } = props;
  if (hasMore)
    return <NothingYet what="No alert like that so far." next="What is older was not looked through yet." />;
  return isFiltered ? (
    <NothingYet
      what="No alert is like that."
      next="Take something out of the filter, or look further back."
    />
  ) : (
    <FirstAlert sources={sources} />
  );
}

/** The next step where no alert came: create a source, or test one, which takes the way of any other alert. */
function FirstAlert({ sources: [first] }: { sources: readonly string[] }) {
  const session = useSession();
  return first === undefined ? (
    <NothingYet
      what="No alert came in the last 24 hours, and there is no source: nobody can send one."
      command={`${session.called_as} source create --name my-scanner --format generic --auth bearer`}
    />
  ) : (
    <NothingYet
      what="No alert came in the last 24 hours."
      next="A test alert takes the same way as any other."
      action={
        <ActionButton title={`Test the source ${first}`} action={{ action: 'source-test', name: first }} />
      }
    />
  );
}
