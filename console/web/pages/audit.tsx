import Alert from '@cloudscape-design/components/alert';
import DateRangePicker from '@cloudscape-design/components/date-range-picker';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AuditAnswer } from '../../api/operations.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { withQuery } from '../ask/ask.ts';
import { useRead } from '../ask/use-read.ts';
import { Command } from '../shown/command.tsx';
import { Instant } from '../shown/instant.tsx';
import { ListTable } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Said } from '../shown/said.tsx';
import { Shown } from '../shown/shown.tsx';
import { timeRangeProps } from '../shown/time-range.ts';
import { hrefOf, rename } from '../view/view.ts';

/** The audit: the fate of every accepted alert at every destination, and what does not add up. */
export function AuditPage({ query }: { query: URLSearchParams }) {
  const range = { since: query.get('since') ?? undefined, until: query.get('until') ?? undefined };
  const reading = useRead<AuditAnswer>(withQuery(READ_PATHS.audit, range), ['actions']);
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="What became of every accepted alert at every destination">
        Audit
      </Header>
      <DateRangePicker
        {...timeRangeProps(range, (changed) => {
          rename(hrefOf('audit', undefined, changed));
        })}
      />
      <Shown reading={reading}>
        {(audit) => (
          <SpaceBetween size="l">
            <Sum audit={audit} />
            <PerDestination destinations={audit.destinations} />
            <BesideThem audit={audit} />
            <Findings findings={audit.findings} />
            <Said text={audit.says} label="The audit in words" keepsLines />
            <Command command={audit.command} label="The same on the command line" />
          </SpaceBetween>
        )}
      </Shown>
    </SpaceBetween>
  );
}

function Sum({ audit }: { audit: AuditAnswer }) {
  const { adds_up: addsUp, requests, finding_count: findings } = audit;
  const requestWords = `${String(requests)} ${requests === 1 ? 'request was' : 'requests were'} accepted`;
  return addsUp ? (
    <Alert type="success" header="It adds up">
      {requestWords}, and it is known what became of every alert in them.
    </Alert>
  ) : (
    <Alert
      type="error"
      header={`${String(findings)} ${findings === 1 ? 'thing does' : 'things do'} not add up`}
    >
      {requestWords}. What does not add up stands below, with its alert.
    </Alert>
  );
}

function PerDestination({ destinations }: { destinations: AuditAnswer['destinations'] }) {
  return (
    <ListTable
      name="the sum per destination"
      lines={destinations}
      idOf={({ id }) => id}
      header={<Header variant="h2">Per destination</Header>}
      empty={<NothingYet what="No alert was owed to anybody in this time." />}
      columns={[
        {
          id: 'name',
          name: 'Destination',
          width: 170,
          cell: ({ name }) => <Link href={hrefOf('destinations', name)}>{name}</Link>,
        },
        ...countColumns<AuditAnswer['destinations'][number]>((line) => line),
      ]}
    />
  );
}

/** The alerts that Tocsin raised itself and those that operators sent; renders nothing when there are none. */
function BesideThem({ audit }: { audit: AuditAnswer }) {
  const lines = [
    { id: 'System alerts', ...audit.system_alerts },
    { id: 'Tests', ...audit.tests },
    { id: 'Replays beyond the plan', ...audit.replays },
  ].filter(({ alerts }) => (alerts['accepted'] ?? 0) > 0);
  if (lines.length === 0) return null;
  return (
    <ListTable
      name="the sum beside them"
      lines={lines}
      idOf={({ id }) => id}
      header={
        <Header variant="h2" description="What Tocsin raised about itself, and what operators sent">
          Beside them
        </Header>
      }
      empty=""
      columns={[
        { id: 'kind', name: 'Kind', width: 170, cell: ({ id }) => id },
        ...countColumns<(typeof lines)[number]>(({ deliveries }) => deliveries),
      ]}
    />
  );
}

const STATES = ['accepted', 'delivered', 'digested', 'suppressed', 'pending', 'dead'] as const;

/** A column for each state, by the counts of a line. */
function countColumns<T>(countsOf: (line: T) => Record<string, unknown>) {
  return STATES.map((state) => ({
    id: state,
    name: `${state.charAt(0).toUpperCase()}${state.slice(1)}`,
    width: 130,
    cell: (line: T) => countOf(countsOf(line)[state]),
  }));
}

/** A count, or the counts by reason and their sum. */
function countOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return '–';
  const counts = Object.entries(value).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return String(counts.reduce((sum, [, count]) => sum + count, 0));
}

function Findings({ findings }: { findings: AuditAnswer['findings'] }) {
  if (findings.length === 0) return null;
  return (
    <ListTable
      name="what does not add up"
      lines={findings}
      idOf={(finding) => JSON.stringify(finding)}
      header={<Header variant="h2">What does not add up</Header>}
      empty=""
      columns={[
        { id: 'received', name: 'Received', width: 210, cell: ({ received_at: at }) => <Instant at={at} /> },
        { id: 'problem', name: 'Problem', width: 420, cell: ({ problem }) => problem },
        {
          id: 'alert',
          name: 'Alert',
          width: 360,
          cell: ({ alert_id: id }) => <Link href={hrefOf('alerts', id)}>{id}</Link>,
        },
      ]}
    />
  );
}
