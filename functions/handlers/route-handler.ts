import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Alert } from '../core/model/wire/alert.ts';
import type { AcceptedAlerts } from '../core/model/wire/accepted-alerts.ts';
import type { EventLog } from '../core/world.ts';
import { routeAccepted, type ReceivedAlerts, type RoutePorts } from '../core/route/route-accepted.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

/**
 * What one slice takes when every call of it is slow, see `routerWork` in cdk/timings.ts. A slice that is begun with
 * less left might be cut off in the middle, and with it the report of the messages that are done.
 */
const SLICE_MS = 10_000;
/** Ingestion ends within seconds. What was sent later than that was sent before: by a redrive. */
const SENT_AGAIN_AFTER_MS = 60_000;

type RoutedBatch = Awaited<ReturnType<typeof routeAccepted>>;

/**
 * A batch of accepted alerts in, deliveries out. The batch is routed as one, because ten messages in one call cost
 * what one costs. A message that cannot be read comes back alone, and so does one that could not be finished: what of
 * it was done is stored, and is not done again.
 */
export function routeHandler(
  ports: RoutePorts & { log: EventLog; decode: (body: string) => unknown },
): (event: SQSEvent, context: Pick<Context, 'getRemainingTimeInMillis'>) => Promise<FailedMessages> {
  return async (event, context) => {
    const failedMessageIds: string[] = [];
    const readable: ReceivedAlerts[] = [];
    for (const record of event.Records) {
      try {
        readable.push(receivedAlerts(record, ports.decode));
      } catch (error) {
        ports.log.error('alert.unreadable', { messageId: record.messageId, error });
        failedMessageIds.push(record.messageId);
      }
    }
    try {
      const hasTime = () => context.getRemainingTimeInMillis() > SLICE_MS;
      const { unfinishedMessageIds } = logged(await routeAccepted(readable, hasTime, ports), ports.log);
      failedMessageIds.push(...unfinishedMessageIds);
    } catch (error) {
      ports.log.error('alert.routing-failed', { messages: readable.length, error });
      failedMessageIds.push(...readable.map(({ messageId }) => messageId));
    }
    return { failedMessageIds };
  };
}

function logged(batch: RoutedBatch, log: EventLog): RoutedBatch {
  for (const line of linesOf(batch.routed)) log.info('alert.routed', line);
  if (batch.unreadableConfiguration.length > 0) {
    log.error('configuration.unreadable', { items: batch.unreadableConfiguration });
  }
  const messages = batch.unfinishedMessageIds.length;
  for (const error of batch.failures.slice(0, 1)) {
    log.error('alert.routing-failed', { messages, failures: batch.failures.length, error });
  }
  if (messages > 0 && batch.failures.length === 0) {
    log.info('alert.routing-continues', { messages });
  }
  return batch;
}

/**
 * One line for the alerts of one source that were routed alike: with a line each, a third of what is logged would be
 * this (docs/decisions/0320-one-line-for-what-was-routed-alike.md). A batch holds at most a hundred alerts.
 */
function linesOf(routed: RoutedBatch['routed']): Record<string, unknown>[] {
  const alike = Map.groupBy(routed, ({ alert, routing }) => `${alert.source.id} ${routing}`);
  return [...alike.values()].flatMap((alerts) =>
    alerts.slice(0, 1).map(({ alert, routing }) => ({
      sourceId: alert.source.id,
      routing,
      alerts: alerts.length,
      deliveries: alerts.reduce((sum, { deliveries }) => sum + deliveries.length, 0),
      alertIds: alerts.map(({ alert: { id } }) => id),
    })),
  );
}

function receivedAlerts(
  { messageId, body, attributes }: SQSRecord,
  decode: (body: string) => unknown,
): ReceivedAlerts {
  const accepted = acceptedAlerts(decode(body));
  const receives = Number(attributes.ApproximateReceiveCount);
  const waitedMs = Number(attributes.SentTimestamp) - Date.parse(accepted.alerts[0]?.received_at ?? '');
  return {
    messageId,
    accepted,
    receives,
    isRepeat: accepted.is_repeat === true || receives > 1 || waitedMs > SENT_AGAIN_AFTER_MS,
  };
}

function acceptedAlerts(value: unknown): AcceptedAlerts {
  const accepted = value as AcceptedAlerts;
  if (
    typeof value !== 'object' ||
    value === null ||
    accepted.schema_version !== '1' ||
    !Array.isArray(accepted.alerts) ||
    !accepted.alerts.every(isNamed)
  ) {
    throw new Error('the message holds no accepted alerts of a version this router knows');
  }
  return accepted;
}

/** Whether it says which alert it is and whose: without that nothing can be decided, stored or told. */
function isNamed(alert: Partial<Alert> | null): boolean {
  return typeof alert?.id === 'string' && typeof alert.source?.id === 'string';
}
