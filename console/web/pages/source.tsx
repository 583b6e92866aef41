import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { SourceStory } from '../../api/configuration.ts';
import { sourcePath } from '../../api/paths.ts';
import { ActionButton } from '../act/action-button.tsx';
import { useRead } from '../ask/use-read.ts';
import { Age } from '../shown/age.tsx';
import { Command } from '../shown/command.tsx';
import { Facts } from '../shown/facts.tsx';
import { Instant } from '../shown/instant.tsx';
import { Said } from '../shown/said.tsx';
import { Shown } from '../shown/shown.tsx';
import { StateWord } from '../shown/state-word.tsx';
import { hrefOf } from '../view/view.ts';

/** One source: its state, the refused requests with the reasons, and how to send. */
export function SourcePage({ name }: { name: string }) {
  const reading = useRead<SourceStory>(sourcePath(name), ['configuration', 'alerts', 'actions']);
  return (
    <Shown reading={reading}>
      {(story) => (
        <SpaceBetween size="l">
          <Header
            variant="h1"
            description={<StateWord state={story.status.health} />}
            actions={
              <ActionButton title="Test" action={{ action: 'source-test', name: story.source.name }} />
            }
          >
            {story.source.name}
          </Header>
          {story.status.warnings.length > 0 && (
            <Alert type="warning" header="Look at this">
              <span className="foreign">{story.status.warnings.join('\n')}</span>
            </Alert>
          )}
          <Health story={story} />
          <Container header={<Header variant="h2">Send an alert</Header>}>
            <SpaceBetween size="s">
              <p className="description">
                Set the variable SECRET where the secret is kept; the console never shows or asks for one.
              </p>
              <Command command={story.curl} label="A request that this source takes" />
            </SpaceBetween>
          </Container>
          <ExpandableSection variant="container" headerText="Its configuration">
            <Said text={JSON.stringify(story.source, undefined, 2)} label="The configuration of the source" />
          </ExpandableSection>
          {story.schemas !== null && (
            <ExpandableSection
              variant="container"
              headerText="Its schema"
              headerDescription={
                story.schemas.is_strict
                  ? 'What breaks it is refused.'
                  : 'What breaks it is delivered all the same, and marked.'
              }
            >
              <Said text={story.schemas.documents.join('\n\n')} label="The schema of the source" />
            </ExpandableSection>
          )}
          <ExpandableSection variant="container" headerText="Commands">
            <SpaceBetween size="s">
              <Command command={story.commands.status} label="How it stands" />
              <Command command={story.commands.test} label="Send a test alert" />
              <Command command={story.commands.rotate} label="Another secret" />
            </SpaceBetween>
          </ExpandableSection>
        </SpaceBetween>
      )}
    </Shown>
  );
}

function Health({ story: { source, status } }: { story: SourceStory }) {
  const { '1h': hour, '24h': day } = status.counts;
  const { no_data_alarm: alarm, last_rejected: refused } = status;
  const items: [string, ReactNode][] = [
    ['Last accepted', <Age key="age" at={status.last_accepted_at} />],
    [
      'Last refused, and why',
      refused === null ? (
        'never'
      ) : (
        <>
          <Age at={refused.at} />, {refused.code}
          {refused.cause === null ? '' : `: ${refused.cause}`}
        </>
      ),
    ],
    ['When it is silent', alarm.is_firing ? 'the alarm fires' : 'the alarm is quiet'],
    ['In the last hour', countWords(hour)],
    ['In 24 hours', countWords(day)],
    [
      'Not understood',
      status.unclassified_percent === null ? '–' : `${String(status.unclassified_percent)} % of what came`,
    ],
    ['URL', source.url],
    ['Format', source.format],
    [
      'Authentication',
      source.auth.header === null ? source.auth.type : `${source.auth.type}, header ${source.auth.header}`,
    ],
    ['Created', <Instant key="at" at={source.created_at} />],
    [
      'Its alerts',
      <Link key="alerts" href={hrefOf('alerts', undefined, { source: source.name })}>
        Show them
      </Link>,
    ],
  ];
  return <Facts items={items} />;
}

function countWords(counts: SourceStory['status']['counts']['1h']): string {
  const { accepted, rejected, auth_failures: failures } = counts;
  const refused = rejected === 0 ? 'none refused' : `${String(rejected)} refused`;
  return `${String(accepted)} accepted, ${refused}${failures === 0 ? '' : `, ${String(failures)} not authenticated`}`;
}
