import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { CanaryState, FlownCanary, SystemState } from '../../api/operations.ts';
import { READ_PATHS } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { Instant } from '../shown/instant.tsx';
import { ListTable } from '../shown/list-table.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Shown } from '../shown/shown.tsx';
import { hrefOf } from '../view/view.ts';

/** Below this many days a certificate is warned of. */
const SOON_DAYS = 30;

/** The services of the gateway: queues, the mail service, certificates, rotations. */
export function SystemPage() {
  const reading = useRead<SystemState>(READ_PATHS.system, [
    'alerts',
    'deliveries',
    'configuration',
    'actions',
  ]);
  return (
    <Shown reading={reading}>
      {(state) => (
        <SpaceBetween size="l">
          <Header variant="h1" description="What the gateway works with">
            System
          </Header>
          <Queues queues={state.queues} />
          {state.canary !== null && <Canaries canary={state.canary} />}
          <MailService mail={state.mail} />
          <Certificates certificates={state.certificates} />
          <Rotations rotations={state.rotations} />
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Queues({ queues }: { queues: SystemState['queues'] }) {
  return (
    <ListTable
      name="queues"
      lines={queues}
      idOf={({ name }) => name}
      header={<Header variant="h2">Queues</Header>}
      empty={<NothingYet what="There are no queues." />}
      columns={[
        {
          id: 'name',
          name: 'Queue',
          width: 320,
          cell: ({ name, is_dead_letter_queue: isDead }) =>
            isDead ? <Link href={hrefOf('dead-letters')}>{name}</Link> : name,
        },
        {
          id: 'visible',
          name: 'Waiting',
          width: 130,
          cell: ({ visible, is_dead_letter_queue: isDead }) =>
            isDead && visible > 0 ? <StatusIndicator type="error">{visible}</StatusIndicator> : visible,
        },
        { id: 'in-flight', name: 'Being worked on', width: 160, cell: ({ in_flight: count }) => count },
        { id: 'delayed', name: 'For later', width: 130, cell: ({ delayed }) => delayed },
      ]}
    />
  );
}

/** The result of a canary of the list. */
function Flight({ stopped_at: stoppedAt, problem, took_ms: tookMs }: FlownCanary) {
  if (stoppedAt === null) return <StatusIndicator type="success">{String(tookMs)} ms</StatusIndicator>;
  return (
    <StatusIndicator type={problem === null ? 'in-progress' : 'error'}>
      {problem === null ? `waits for ${stoppedAt}` : `${stoppedAt}: ${problem}`}
    </StatusIndicator>
  );
}

function Canaries({ canary }: { canary: CanaryState }) {
  return (
    <ListTable
      name="canaries"
      lines={canary.flown}
      idOf={({ id }) => id}
      header={
        <Header
          variant="h2"
          description={canary.because ?? 'Alerts that Tocsin sends to itself through the public URL'}
          actions={
            canary.state === 'off' ? undefined : (
              <ActionButton title="Send a canary" action={{ action: 'canary-run' }} />
            )
          }
        >
          Canaries
        </Header>
      }
      empty={<NothingYet what={canary.state === 'off' ? 'None are sent.' : 'None was sent yet.'} />}
      columns={[
        { id: 'sent', name: 'Sent', width: 200, cell: ({ sent_at: at }) => <Instant at={at} /> },
        { id: 'by', name: 'By', width: 110, cell: ({ sent_by: by }) => by },
        { id: 'flight', name: 'Received after', width: 320, cell: Flight },
        {
          id: 'phases',
          name: 'Phases',
          width: 420,
          cell: ({ phases }) =>
            phases
              .filter(({ state }) => state === 'done')
              .map(({ phase, took_ms: tookMs }) => `${phase} ${String(tookMs)} ms`)
              .join(', '),
        },
      ]}
    />
  );
}

function stateOfMail(state: string): string {
  return state === 'none' ? 'no SES; each destination has a mail server of its own' : state;
}

function sandboxOf({ looks_like_sandbox: isSandbox }: SystemState['mail']): string {
  if (isSandbox === undefined) return '–';
  return isSandbox ? 'yes: verified recipients only' : 'no';
}

function MailService({ mail }: { mail: SystemState['mail'] }) {
  const { per_day: perDay, sent_last_24h: sent } = mail;
  return (
    <Container header={<Header variant="h2">Mail service</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          {
            label: 'State',
            value: mail.because === undefined ? stateOfMail(mail.state) : `${mail.state}: ${mail.because}`,
          },
          {
            label: 'Sent in 24 hours',
            value: perDay === undefined ? '–' : `${String(sent ?? 0)} of ${perDay.toLocaleString()}`,
          },
          {
            label: 'Sandbox',
            value: sandboxOf(mail),
          },
        ]}
      />
    </Container>
  );
}

function Certificates({ certificates }: { certificates: SystemState['certificates'] }) {
  return (
    <ListTable
      name="client certificates"
      lines={certificates}
      idOf={({ destination }) => destination}
      header={<Header variant="h2">Client certificates</Header>}
      empty={<NothingYet what="No destination is shown a client certificate." />}
      columns={[
        {
          id: 'destination',
          name: 'Destination',
          width: 260,
          cell: ({ destination }) => <Link href={hrefOf('destinations', destination)}>{destination}</Link>,
        },
        { id: 'ends', name: 'Ends', width: 220, cell: ({ ends_at: at }) => <Instant at={at} /> },
        {
          id: 'left',
          name: 'Days left',
          width: 140,
          cell: ({ days_left: days }) => (
            <StatusIndicator type={days < SOON_DAYS ? 'warning' : 'success'}>{days}</StatusIndicator>
          ),
        },
      ]}
    />
  );
}

function Rotations({ rotations }: { rotations: SystemState['rotations'] }) {
  return (
    <ListTable
      name="rotations"
      lines={rotations}
      idOf={({ kind, name, at }) => `${kind} ${name} ${at}`}
      header={<Header variant="h2">Secrets</Header>}
      empty={<NothingYet what="No secret was made anew." />}
      columns={[
        {
          id: 'name',
          name: 'Of',
          width: 320,
          cell: ({ kind, name }) => (
            <Link href={hrefOf(kind === 'source' ? 'sources' : 'destinations', name)}>
              {kind} {name}
            </Link>
          ),
        },
        {
          id: 'at',
          name: 'Made anew',
          width: 220,
          cell: ({ at }) => <Instant at={at} />,
        },
        {
          id: 'by',
          name: 'By',
          width: 320,
          cell: ({ by }) => <span className="foreign">{by}</span>,
        },
      ]}
    />
  );
}
