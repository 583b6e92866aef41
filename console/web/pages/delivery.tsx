import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { DeliveryStory } from '../../api/deliveries.ts';
import { deliveryPath } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { AttemptDetails } from '../shown/attempt-details.tsx';
import { asUtc, Instant } from '../shown/instant.tsx';
import { NothingYet } from '../shown/nothing-yet.tsx';
import { Said } from '../shown/said.tsx';
import { Sent } from '../shown/sent.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { hrefOf } from '../view/view.ts';

/** One alert owed to one destination: how it stands, every attempt, and what was sent. */
export function DeliveryPage({ id }: { id: string }) {
  const reading = useRead<DeliveryStory>(deliveryPath(id), ['deliveries', 'actions']);
  return (
    <Shown reading={reading}>
      {(delivery) => (
        <SpaceBetween size="l">
          <Title delivery={delivery} />
          <HowItStands delivery={delivery} />
          <Container header={<Header variant="h2">Attempts</Header>}>
            <Attempts delivery={delivery} />
          </Container>
          <Container header={<Header variant="h2">What was sent</Header>}>
            <Sent delivery={delivery} isOpen />
          </Container>
          <ExpandableSection variant="container" headerText="The same on the command line">
            <Said text={delivery.text} label="What the command line tells of it" />
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Title({ delivery }: { delivery: DeliveryStory }) {
  const { destination_name: destination, recipient } = delivery;
  const isDelivered = delivery.state === 'delivered';
  return (
    <Header
      variant="h1"
      description={<StateWord state={delivery.state} />}
      actions={
        <ActionButton
          title={isDelivered ? 'Send again' : 'Replay'}
          action={{
            action: 'replay-alert',
            alert: delivery.alert_id,
            destination,
            ...(isDelivered && { again: true }),
          }}
        />
      }
    >
      Delivery to {destination}
      {recipient === undefined ? '' : `, ${recipient}`}
    </Header>
  );
}

function HowItStands({ delivery }: { delivery: DeliveryStory }) {
  const items: [string, ReactNode][] = [
    ['How it stands', delivery.says],
    [
      'Alert',
      delivery.own_digest === undefined ? (
        <Link key="alert" href={hrefOf('alerts', delivery.alert_id)}>
          <span className="foreign">{delivery.alert_title ?? delivery.alert_id}</span>
        </Link>
      ) : (
        'several: it is the message of a digest, which is shown below'
      ),
    ],
    [
      'Destination',
      <Link key="to" href={hrefOf('destinations', delivery.destination_name)}>
        {delivery.destination_name}
      </Link>,
    ],
    ['Owed since', <Instant key="at" at={delivery.created_at} />],
    ['Changed', <Instant key="at" at={delivery.updated_at} />],
    ['Due', delivery.due_at === undefined ? undefined : <Instant key="at" at={delivery.due_at} />],
    ['Mail', delivery.mail_state ?? undefined],
    [
      'Told by the digest',
      delivery.digest === null ? undefined : (
        <Link key="digest" href={hrefOf('deliveries', delivery.digest.delivery_id)}>
          {delivery.digest.says}
        </Link>
      ),
    ],
    ['Id', delivery.id],
    ['SHA-256 of what was sent', delivery.body_sha256],
  ];
  return (
    <Container header={<Header variant="h2">How it stands</Header>}>
      <KeyValuePairs
        columns={3}
        items={items
          .filter(([, value]) => value !== undefined)
          .map(([label, value]) => ({ label, value: <span className="foreign">{value}</span> }))}
      />
    </Container>
  );
}

function Attempts({ delivery: { attempts, is_test: isTest } }: { delivery: DeliveryStory }) {
  return (
    <SpaceBetween size="m">
      {isTest === true && <Alert type="info">This was a test: one attempt, and no dead letter.</Alert>}
      {attempts.length === 0 && <NothingYet what="No attempt was made." />}
      {attempts.toReversed().map((attempt, index) => (
        <ExpandableSection
          key={attempt.number}
          defaultExpanded={index === 0}
          headerText={`Attempt ${String(attempt.number)}: ${attempt.outcome}`}
          headerDescription={asUtc(attempt.started_at)}
          headingTagOverride="h3"
        >
          <AttemptDetails attempt={attempt} />
        </ExpandableSection>
      ))}
    </SpaceBetween>
  );
}
