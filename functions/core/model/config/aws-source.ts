import { awsSourceId, awsSourceName, type AwsEventKind } from './aws-events.ts';
import type { Source } from './source.ts';

/** The source that takes these events, as the gateway makes it; an operator may change everything but its id. */
export function awsSource(kind: AwsEventKind, createdAt: string): Source {
  return {
    id: awsSourceId(kind),
    name: awsSourceName(kind),
    auth: { type: 'aws-event', event: kind },
    format: 'aws-event',
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 86_400,
    // No finding for weeks is good news, and no failure of a sender's.
    noDataAlarm: 'off',
    isEnabled: true,
    createdAt,
    updatedAt: createdAt,
  };
}
