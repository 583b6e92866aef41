import type { Alert } from '../model/wire/alert.ts';
import { systemAlert } from './raise.ts';

/** Tells that an event of AWS, or a part of one, became no alert: once an hour for each source. */
export function unreadableEvent(
  event: { sourceId: string; sourceName: string; title: string; eventId: string; detail: string },
  nowMs: number,
  tenantId: string,
): Alert {
  return systemAlert({
    type: 'tocsin.dead-letter',
    subject: event.sourceId,
    severity: 'critical',
    title: `An event of ${event.sourceName} could not be made an alert`,
    description: `The event "${event.title}" (${event.eventId}) of ${event.sourceName} could not be read: ${event.detail}. It lies in the dead-letter queue and can be sent again.`,
    steps: [
      'See what lies there: tocsin dead-letters list',
      'When the cause is gone, send it again: tocsin dead-letters redrive --reason unreadable-event',
    ],
    details: {
      queue: 'awsEvents',
      reason: 'unreadable-event',
      example_source: event.sourceName,
      example_title: event.title,
      event_id: event.eventId,
    },
    nowMs,
    tenantId,
  });
}
