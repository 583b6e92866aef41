import Alert from '@cloudscape-design/components/alert';
import BarChart from '@cloudscape-design/components/bar-chart';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { SEVERITIES } from '../../../functions/core/model/wire/severity.ts';
import type { Overview } from '../../api/operations.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { useRead } from '../ask/use-read.ts';
import { Command } from '../shown/command.tsx';
import { destinationState } from '../shown/destination-state.ts';
import { Numbers, Reaches } from '../shown/numbers.tsx';
import { ListTable } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { useSession } from '../view/session.ts';
import { hrefOf } from '../view/view.ts';

const HOUR = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

export function OverviewPage() {
  const reading = useRead<Overview>(READ_PATHS.overview, [
    'alerts',
    'deliveries',
    'configuration',
    'actions',
  ]);
  return (
    <Shown reading={reading}>
      {(overview) => (
        <SpaceBetween size="l">
          <Header variant="h1" description={<Reaches overview={overview} />}>
            Overview
          </Header>
          <Verdict overview={overview} />
          <Numbers overview={overview} />
          <AlertsPerHour hours={overview.alerts_per_hour} />
          <PerDestination destinations={overview.destinations} />
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Verdict({ overview: { verdict, attention } }: { overview: Overview }) {
  if (verdict === 'ok') {
    return (
      <Alert type="success" header="OK">
        Nothing needs attention.
      </Alert>
    );
  }
  return (
    <Alert type="warning" header="Needs attention">
      <SpaceBetween size="s">
        {attention.map(({ kind, text, command }) => (
          <div key={`${kind} ${text}`}>
            <span className="foreign">{text}</span>
            <Command command={command} label={`What to do: ${text}`} />
          </div>
        ))}
      </SpaceBetween>
    </Alert>
  );
}

function AlertsPerHour({ hours }: { hours: Overview['alerts_per_hour'] }) {
  const session = useSession();
  const peak = Math.max(
    1,
    ...hours.map(({ counts }) => Object.values(counts).reduce((sum, count) => sum + count, 0)),
  );
  const isEmpty = hours.every(({ counts }) => Object.values(counts).every((count) => count === 0));
  return (
    <Container header={<Header variant="h2">Alerts per hour</Header>}>
      {isEmpty ? (
        <NothingYet
          what="No alert came in the last 24 hours."
          next="A source's test alert takes the same way as any other."
          command={`${session.called_as} source list`}
        />
      ) : (
        <BarChart
          series={SEVERITIES.toReversed().map((severity) => ({
            type: 'bar',
            title: severity,
            color: `var(--severity-${severity})`,
            data: hours.map(({ hour, counts }) => ({ x: new Date(hour), y: counts[severity] })),
          }))}
          xDomain={hours.map(({ hour }) => new Date(hour))}
          yDomain={[0, peak]}
          xScaleType="categorical"
          stackedBars
          hideFilter
          height={220}
          ariaLabel="Alerts per hour by severity"
          xTitle="Hour"
          yTitle="Alerts"
          i18nStrings={{ xTickFormatter: (hour) => HOUR.format(hour), yTickFormatter: wholeNumber }}
        />
      )}
    </Container>
  );
}

/** Only whole numbers are marks of an axis that counts alerts. */
function wholeNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : '';
}

function PerDestination({ destinations }: { destinations: Overview['destinations'] }) {
  const session = useSession();
  type Line = Overview['destinations'][number];
  const count = (id: Exclude<keyof Line, 'is_enabled' | 'paused_because'>, name: string, state: string) => ({
    id,
    name,
    width: 135,
    cell: (line: Line) => (
      <Link
        href={hrefOf('deliveries', undefined, { destination: line.name, state })}
        ariaLabel={`${String(line[id])} ${name}, ${line.name}`}
      >
        {String(line[id])}
      </Link>
    ),
  });
  return (
    <ListTable
      name="deliveries per destination"
      lines={destinations}
      idOf={({ id }) => id}
      header={<Header variant="h2">Deliveries per destination</Header>}
      empty={
        <NothingYet
          what="There is no destination yet: nobody is told of anything."
          command={`${session.called_as} setup --channel email`}
        />
      }
      columns={[
        {
          id: 'name',
          name: 'Destination',
          width: 200,
          cell: (line) => {
            const state = destinationState(line);
            return (
              <>
                <Link href={hrefOf('destinations', line.name)}>{line.name}</Link>
                {state !== 'enabled' && <Box color="text-status-inactive">{state}</Box>}
              </>
            );
          },
        },
        count('delivered', 'Delivered', 'delivered'),
        count('failed', 'Failed', 'dead'),
        count('held', 'Held', 'pending'),
        count('suppressed', 'Suppressed', 'suppressed'),
        count('digested', 'Digested', 'digested'),
      ]}
    />
  );
}
