import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import type { ReactNode } from 'react';
import type { Overview } from '../../api/operations.ts';
import { hrefOf } from '../view/view.ts';
import { Age, latencyWords } from './age.tsx';
import { Instant } from './instant.tsx';

const COUNT = new Intl.NumberFormat(undefined);

/** A notice of how far back the numbers go, where there was too much to count all of the window. */
export function Reaches({ overview: { counted_from: from } }: { overview: Overview }) {
  return from === null ? (
    'The last 24 hours'
  ) : (
    <>
      The last 24 hours; there is so much that the numbers begin at <Instant at={from} />
    </>
  );
}

export function Numbers({ overview }: { overview: Overview }) {
  const { latency_ms: latency, oldest_waiting: oldest } = overview;
  const alerts = overview.alerts_per_hour
    .flatMap(({ counts }) => Object.values(counts))
    .reduce((sum, count) => sum + count, 0);
  const sumOf = (name: 'delivered' | 'failed' | 'held') =>
    overview.destinations.reduce((sum, one) => sum + one[name], 0);
  return (
    <Container header={<Header variant="h2">In numbers</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          {
            label: 'Alerts',
            value: (
              <Large>
                <Link fontSize="display-l" href={hrefOf('alerts')} ariaLabel={`${String(alerts)} alerts`}>
                  {COUNT.format(alerts)}
                </Link>
              </Large>
            ),
          },
          {
            label: 'Delivered',
            value: (
              <>
                <Large>{COUNT.format(sumOf('delivered'))}</Large>
                <Box color="text-body-secondary" fontSize="body-s">
                  {COUNT.format(sumOf('failed'))} failed, {COUNT.format(sumOf('held'))} held
                </Box>
              </>
            ),
          },
          {
            label: 'From accepted to delivered',
            value: latency === null ? 'nothing was delivered' : <Latency {...latency} />,
          },
          {
            label: 'Waits longest',
            value: oldest === null ? 'nothing waits' : <Oldest {...oldest} />,
          },
        ]}
      />
    </Container>
  );
}

function Latency({ p50, p95, max }: NonNullable<Overview['latency_ms']>) {
  return (
    <>
      <Large>{latencyWords(p50)}</Large>
      <Box color="text-body-secondary" fontSize="body-s">
        in the middle; 95 of 100 within {latencyWords(p95)}, all within {latencyWords(max)}
      </Box>
    </>
  );
}

function Oldest({ since, delivery_id: id, destination_name: name }: NonNullable<Overview['oldest_waiting']>) {
  return (
    <>
      <Large>
        <Age at={since} />
      </Large>
      <Box fontSize="body-s">
        <Link fontSize="body-s" href={hrefOf('deliveries', id)}>
          a delivery to {name}
        </Link>
      </Box>
    </>
  );
}

/** A number to be seen from afar. */
function Large({ children }: { children: ReactNode }) {
  return (
    <Box fontSize="display-l" fontWeight="bold">
      {children}
    </Box>
  );
}
