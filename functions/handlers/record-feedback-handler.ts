import type { SQSEvent } from 'aws-lambda';
import { boundedMap } from '../core/bounded-map.ts';
import { readMailEvent } from '../core/recipients/read-mail-event.ts';
import { recordFeedback, type FeedbackPorts } from '../core/recipients/record-feedback.ts';
import type { EventLog } from '../core/world.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

/** A batch of events of the mail service in; what cannot be read or written comes back alone. */
export function recordFeedbackHandler(
  ports: FeedbackPorts & { log: EventLog },
): (event: SQSEvent) => Promise<FailedMessages> {
  return async (event) => {
    const kept = await boundedMap(event.Records, event.Records.length, async ({ messageId, body }) => {
      try {
        const notice = readMailEvent(JSON.parse(body));
        if (notice === 'not-ours') {
          ports.log.info('mail.event-ignored', { messageId });
          return undefined;
        }
        const { event: mailEvent, deliveryId, alertId } = notice;
        const report = await recordFeedback(notice, ports);
        ports.log.info(report.suppressed === undefined ? 'mail.event' : 'recipient.suppressed', {
          type: mailEvent.type,
          deliveryId,
          alertId,
          ...report,
        });
        return undefined;
      } catch (error) {
        // A parser's message quotes its input, which holds addresses.
        const told = error instanceof SyntaxError ? 'the message is no JSON' : error;
        ports.log.error('mail.event-failed', { messageId, error: told });
        return messageId;
      }
    });
    return { failedMessageIds: kept.filter((messageId) => messageId !== undefined) };
  };
}
