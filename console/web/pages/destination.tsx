import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { DestinationLine, DestinationStory } from '../../api/configuration.ts';
import { destinationPath } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { latencyWords } from '../shown/age.tsx';
import { Command } from '../shown/command.tsx';
import { destinationState } from '../shown/destination-state.ts';
import { Facts } from '../shown/facts.tsx';
import { Instant } from '../shown/instant.tsx';
import { ListTable } from '../shown/list-table.tsx';
import type { Column } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Said } from '../shown/said.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { hrefOf } from '../view/view.ts';

type Answer = DestinationStory['last_answers'][number];

const COLUMNS: Column<Answer>[] = [
  { id: 'at', name: 'When', width: 190, cell: ({ at }) => <Instant at={at} /> },
  { id: 'outcome', name: 'Outcome', width: 135, cell: ({ outcome }) => <StateWord state={outcome} /> },
  { id: 'status', name: 'Status', width: 90, cell: ({ status }) => status ?? '–' },
  {
    id: 'words',
    name: 'In words',
    width: 220,
    cell: ({ detail, reason, delivery_id: id }) => (
      <Link href={hrefOf('deliveries', id)}>
        <span className="foreign">{detail ?? reason ?? 'taken'}</span>
      </Link>
    ),
  },
  { id: 'took', name: 'Took', width: 100, cell: ({ duration_ms: ms }) => latencyWords(ms) },
  {
    id: 'excerpt',
    name: 'Answer',
    width: 200,
    cell: ({ excerpt }) => <span className="foreign">{excerpt ?? '–'}</span>,
  },
];

/** One destination: its state, its last attempts, and its actions. */
export function DestinationPage({ name }: { name: string }) {
  const reading = useRead<DestinationStory>(destinationPath(name), [
    'configuration',
    'deliveries',
    'actions',
  ]);
  return (
    <Shown reading={reading}>
      {({ destination, last_answers: answers, commands }) => (
        <SpaceBetween size="l">
          <Title destination={destination} />
          {destination.paused_because !== null && (
            <Alert type="warning" header="It is paused">
              <span className="foreign">{destination.paused_because}</span>
            </Alert>
          )}
          <HowItStands destination={destination} />
          <ListTable
            name="last answers"
            lines={answers}
            idOf={({ delivery_id: id, at }) => `${id} ${at}`}
            columns={COLUMNS}
            header={<Header variant="h2">Last answers</Header>}
            empty={<NothingYet what="Nothing was sent to it yet." next="A test takes the real way." />}
          />
          <ExpandableSection variant="container" headerText="Its configuration">
            <Said
              text={JSON.stringify(destination, undefined, 2)}
              label="The configuration of the destination"
            />
          </ExpandableSection>
          <ExpandableSection variant="container" headerText="Commands">
            <SpaceBetween size="s">
              <Command command={commands.show} label="How it stands" />
              <Command command={commands.test} label="Send a test alert" />
              <Command command={commands.rotate} label="Another secret" />
            </SpaceBetween>
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Title({ destination }: { destination: DestinationLine }) {
  const { name, is_enabled: isEnabled } = destination;
  return (
    <Header
      variant="h1"
      description={<StateWord state={destinationState(destination)} />}
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          {isEnabled ? (
            <ActionButton title="Disable" action={{ action: 'destination-disable', name }} />
          ) : (
            <ActionButton title="Enable" action={{ action: 'destination-enable', name }} />
          )}
          <ActionButton
            title="Replay the last 24 hours"
            action={{ action: 'replay-destination', destination: name, since: '24h' }}
          />
          <ActionButton title="Test" variant="primary" action={{ action: 'destination-test', name }} />
        </SpaceBetween>
      }
    >
      {name}
    </Header>
  );
}

function HowItStands({ destination }: { destination: DestinationLine }) {
  const { breaker } = destination;
  const items: [string, ReactNode][] = [
    ['Channel', destination.channel],
    ['To', destination.to],
    ...(destination.channel === 'webhook'
      ? [
          ['Network', destination.is_private === true ? 'private, inside the VPC' : 'public'] as [
            string,
            string,
          ],
        ]
      : []),
    ['From severity', destination.min_severity ?? 'any'],
    ['Breaker', breaker === null ? '–' : breakerWords(breaker)],
    ['Created', <Instant key="created" at={destination.created_at} />],
    ['Changed', <Instant key="changed" at={destination.updated_at} />],
    [
      'Deliveries',
      <Link key="deliveries" href={hrefOf('deliveries', undefined, { destination: destination.name })}>
        Show them
      </Link>,
    ],
  ];
  return <Facts items={items} />;
}

function breakerWords(breaker: NonNullable<DestinationLine['breaker']>): ReactNode {
  const { state, failures, open_until: until } = breaker;
  return (
    <>
      <StateWord state={state} />
      {failures > 0 && ` after ${String(failures)} ${failures === 1 ? 'failure' : 'failures'}`}
      {until !== null && (
        <>
          {' '}
          until <Instant at={until} />
        </>
      )}
    </>
  );
}
