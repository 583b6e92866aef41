import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Link from '@cloudscape-design/components/link';
import Steps from '@cloudscape-design/components/steps';
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Moment, StoryDelivery } from '../../api/alerts.ts';
import { hrefOf } from '../view/view.ts';
import { AttemptDetails } from './attempt-details.tsx';
import { Instant } from './instant.tsx';

const TYPES: Record<Moment['tone'], StatusIndicatorProps.Type> = {
  good: 'success',
  bad: 'error',
  waiting: 'pending',
  plain: 'info',
};
const TONE_WORDS: Record<Moment['tone'], string> = {
  good: 'Went well',
  bad: 'Went wrong',
  waiting: 'Waits',
  plain: 'Happened',
};

/** The moments of an alert, oldest first; an attempt opens to its phases and its answer. */
export function Timeline(props: { moments: readonly Moment[]; deliveries: readonly StoryDelivery[] }) {
  return (
    <Steps
      ariaLabel="What happened, in order"
      steps={props.moments.map((moment) => ({
        status: TYPES[moment.tone],
        statusIconAriaLabel: TONE_WORDS[moment.tone],
        header: (
          // Blue looks like a link, and green would colour every line.
          <Box variant="span" {...(moment.tone === 'bad' && { color: 'text-status-error' })}>
            <span className="foreign">{moment.says}</span>
          </Box>
        ),
        details: <MomentDetails moment={moment} deliveries={props.deliveries} />,
      }))}
    />
  );
}

function MomentDetails({ moment, deliveries }: { moment: Moment; deliveries: readonly StoryDelivery[] }) {
  const delivery = deliveries.find(({ id }) => id === moment.delivery_id);
  const attempt = delivery?.attempts.find(({ number }) => number === moment.attempt);
  return (
    <>
      <Box color="text-body-secondary" fontSize="body-s">
        <Instant at={moment.at} />
        {delivery !== undefined && (
          <>
            {' '}
            <Link fontSize="body-s" href={hrefOf('deliveries', delivery.id)}>
              to {delivery.destination_name}
              {delivery.recipient === undefined ? '' : `, ${delivery.recipient}`}
            </Link>
            {moment.kind === 'digested' && delivery.digest !== null && (
              <>
                {' · '}
                <Link fontSize="body-s" href={hrefOf('deliveries', delivery.digest.delivery_id)}>
                  the digest
                </Link>
              </>
            )}
          </>
        )}
      </Box>
      {attempt !== undefined && (
        <ExpandableSection
          headerText={`Attempt ${String(attempt.number)} in detail`}
          headingTagOverride="h3"
          defaultExpanded={attempt.outcome !== 'delivered'}
        >
          <AttemptDetails attempt={attempt} />
        </ExpandableSection>
      )}
    </>
  );
}
