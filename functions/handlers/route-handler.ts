import type { SQSEvent } from 'aws-lambda';
import type { AcceptedAlerts } from '../core/model/accepted-alerts.ts';
import type { EventLog } from '../core/ports.ts';
import { routeAccepted, type RoutePorts } from '../core/route/route-accepted.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

/**
 * A batch of accepted alerts in, deliveries out. The batch is routed as one, because ten messages in one call cost
 * what one costs; a message that cannot be read comes back alone.
 */
export function routeHandler(
  ports: RoutePorts & { log: EventLog; decode: (body: string) => unknown },
): (event: SQSEvent) => Promise<FailedMessages> {
  return async (event) => {
    const failedMessageIds: string[] = [];
    const readable: { messageId: string; accepted: AcceptedAlerts }[] = [];
    for (const { messageId, body } of event.Records) {
      try {
        readable.push({ messageId, accepted: acceptedAlerts(ports.decode(body)) });
      } catch (error) {
        ports.log.error('alert.unreadable', { messageId, error });
        failedMessageIds.push(messageId);
      }
    }
    try {
      const batch = await routeAccepted(
        readable.map(({ accepted }) => accepted),
        ports,
      );
      for (const { alert, routing, deliveries } of batch.routed) {
        ports.log.info('alert.routed', {
          alertId: alert.id,
          sourceId: alert.source.id,
          routing,
          deliveries: deliveries.length,
        });
      }
      if (batch.unreadableConfiguration.length > 0) {
        ports.log.error('configuration.unreadable', { items: batch.unreadableConfiguration });
      }
    } catch (error) {
      ports.log.error('alert.routing-failed', { messages: readable.length, error });
      failedMessageIds.push(...readable.map(({ messageId }) => messageId));
    }
    return { failedMessageIds };
  };
}

function acceptedAlerts(value: unknown): AcceptedAlerts {
  const accepted = value as AcceptedAlerts;
  if (
    typeof value !== 'object' ||
    value === null ||
    accepted.schema_version !== '1' ||
    !Array.isArray(accepted.alerts)
  ) {
    throw new Error('the message holds no accepted alerts of a version this router knows');
  }
  return accepted;
}
