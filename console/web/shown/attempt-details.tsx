import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import type { StoryDelivery } from '../../api/alerts.ts';
import { latencyWords } from './age.tsx';
import { Instant } from './instant.tsx';
import { Said } from './said.tsx';
import { StateWord } from './state-word.tsx';

type Attempt = StoryDelivery['attempts'][number];

const PHASES = [
  ['dns', 'name'],
  ['connect', 'connection'],
  ['tls', 'TLS'],
  ['first_byte', 'first byte'],
] as const;

/** The details of one attempt: the time of each phase, and the answer. */
export function AttemptDetails({ attempt }: { attempt: Attempt }) {
  const items: [string, ReactNode][] = [
    ['Outcome', <StateWord key="outcome" state={attempt.outcome} />],
    ['Status', attempt.status],
    ['Reason', attempt.reason],
    ['In words', attempt.detail],
    ['Took', phaseWords(attempt)],
    ['Address', [attempt.address, attempt.tls_version].filter((part) => part !== undefined).join(', ')],
    ['Message id', attempt.message_id],
    [
      'Next attempt',
      attempt.next_due_at === undefined ? undefined : <Instant key="at" at={attempt.next_due_at} />,
    ],
  ];
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={3}
        items={items
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([label, value]) => ({ label, value: <span className="foreign">{value}</span> }))}
      />
      {attempt.response_excerpt !== undefined && attempt.response_excerpt !== '' && (
        <Said text={attempt.response_excerpt} label={`Answer to attempt ${String(attempt.number)}`} />
      )}
    </SpaceBetween>
  );
}

/** `2.4 s: name 3 ms, connection 20 ms` */
function phaseWords({ duration_ms: durationMs, phases_ms: phases = {} }: Attempt): string {
  const parts = PHASES.flatMap(([phase, name]) => {
    const ms = phases[phase];
    return ms === undefined ? [] : [`${name} ${latencyWords(ms)}`];
  });
  return [latencyWords(durationMs), parts.join(', ')].filter((part) => part !== '').join(': ');
}
