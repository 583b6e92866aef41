import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { AlertStory } from '../../api/alerts.ts';
import { alertPath } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { SilenceButton } from '../act/silence-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { AlertDetails } from '../shown/alert-details.tsx';
import { Command } from '../shown/command.tsx';
import { Decisions } from '../shown/decisions.tsx';
import { Instant } from '../shown/instant.tsx';
import { Said } from '../shown/said.tsx';
import { Sent } from '../shown/sent.tsx';
import { SeverityWord } from '../shown/severity-word.tsx';
import { Shown } from '../shown/shown.tsx';
import { SourceLink } from '../shown/source-link.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { Timeline } from '../shown/timeline.tsx';

/** The story of one alert: its payload, its fields, the decisions, and its deliveries. */
export function AlertPage({ id }: { id: string }) {
  const reading = useRead<AlertStory>(alertPath(id), ['alerts', 'deliveries', 'actions']);
  return (
    <Shown reading={reading}>
      {(story) => (
        <SpaceBetween size="l">
          <Title story={story} />
          <WhatCame story={story} />
          <Container header={<Header variant="h2">What happened, in order</Header>}>
            <Timeline moments={story.timeline} deliveries={story.deliveries} />
          </Container>
          <Decisions story={story} />
          {story.deliveries.length > 0 && (
            <Container header={<Header variant="h2">What was sent</Header>}>
              <SpaceBetween size="s">
                {story.deliveries.map((delivery) => (
                  <Sent key={delivery.id} delivery={delivery} isOpen={delivery === mostTelling(story)} />
                ))}
              </SpaceBetween>
            </Container>
          )}
          <AlertDetails alert={story.alert} />
          <InWords story={story} />
        </SpaceBetween>
      )}
    </Shown>
  );
}

/** The delivery that is opened at once: a mail, which says most to a reader. */
function mostTelling({ deliveries }: AlertStory): AlertStory['deliveries'][number] | undefined {
  return deliveries.find(({ channel }) => channel === 'email') ?? deliveries[0];
}

/** The longest title that a heading shows; a longer one stands below the heading in full. */
const HEADLINE_CHARACTERS = 200;
const CHARACTERS = new Intl.Segmenter();

function headlineOf(title: string): string {
  if (title.length <= HEADLINE_CHARACTERS) return title;
  const first = [...CHARACTERS.segment(title.slice(0, 2 * HEADLINE_CHARACTERS))]
    .slice(0, HEADLINE_CHARACTERS - 1)
    .map(({ segment }) => segment);
  return `${first.join('')}…`;
}

function Title({ story }: { story: AlertStory }) {
  const { alert } = story;
  return (
    <Header
      variant="h1"
      description={
        <SpaceBetween size="s" direction="horizontal">
          <SeverityWord severity={alert.severity} />
          <StateWord state={alert.status} />
          <SourceLink id={alert.source.id} name={alert.source.name} />
          <Instant at={alert.received_at} />
        </SpaceBetween>
      }
      actions={
        <SpaceBetween size="xs" direction="horizontal">
          <SilenceButton
            title="Silence such alerts"
            match={[`source=${alert.source.name}`, `type=${alert.type}`]}
          />
          <ActionButton title="Replay" action={{ action: 'replay-alert', alert: alert.id }} />
        </SpaceBetween>
      }
    >
      <span className="foreign">{headlineOf(alert.title)}</span>
    </Header>
  );
}

function WhatCame({ story }: { story: AlertStory }) {
  const { alert, authenticated_by: authenticatedBy } = story;
  const items: [string, ReactNode][] = [
    ['Received', <Instant key="at" at={alert.received_at} />],
    ['Authenticated by', authenticatedBy ?? 'Tocsin raised it itself'],
    ['Read as', `${alert.source.format}, type ${alert.type}`],
    ['Severity', severityWords(alert)],
    ['It happened', <Instant key="at" at={alert.event_time} />],
    ['Counts as the same as', alert.dedup_key],
    ['Id', alert.id],
    ['Request', story.request_id ?? '–'],
    ['SHA-256 of the body', `${alert.raw.sha256} (${String(alert.raw.size)} bytes)`],
  ];
  return (
    <Container header={<Header variant="h2">What came</Header>}>
      <SpaceBetween size="m">
        {headlineOf(alert.title) !== alert.title && <p className="foreign description">{alert.title}</p>}
        {alert.description !== undefined && <p className="foreign description">{alert.description}</p>}
        <KeyValuePairs
          columns={3}
          items={items.map(([label, value]) => ({
            label,
            value: <span className="foreign">{value}</span>,
          }))}
        />
        {alert.unclassified !== undefined && (
          <Box color="text-status-warning">
            It was not understood in all:{' '}
            <span className="foreign">{alert.unclassified.map(({ detail }) => detail).join('; ')}</span>
          </Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

/** The severity of an alert, with the sender's own word beside ours. */
function severityWords(alert: AlertStory['alert']): string {
  if (alert.is_severity_assumed === true) return `${alert.severity}, because its sender did not say`;
  const said = alert.severity_original;
  return said === undefined || said === alert.severity
    ? alert.severity
    : `${alert.severity}, its sender said "${said}"`;
}

function InWords({ story: { why, commands } }: { story: AlertStory }) {
  return (
    <ExpandableSection variant="container" headerText="The same on the command line">
      <SpaceBetween size="m">
        <Command command={commands.why} label="Why it was told, or not" />
        <Said text={why} label="What the command prints" />
        <Command command={commands.replay} label="Send it again" />
        <Command command={commands.report} label="The page for an auditor" />
      </SpaceBetween>
    </ExpandableSection>
  );
}
