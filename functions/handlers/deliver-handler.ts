import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { boundedMap } from '../core/bounded-map.ts';
import type { Channel } from '../core/deliver/attempt.ts';
import { deliver, type DeliverPorts } from '../core/deliver/deliver.ts';
import type { Settled } from '../core/deliver/settle.ts';
import type { DeliveryMessage } from '../core/model/wire/delivery.ts';
import type { EventLog } from '../core/world.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

/**
 * A batch of delivery messages in, one attempt each, all at the same time: a receiver that hangs delays only itself.
 * A message that failed for our own reasons comes back.
 */
export function deliverHandler(
  channel: Channel,
  ports: DeliverPorts & { events: EventLog; decode: (body: string) => unknown },
): (event: SQSEvent) => Promise<FailedMessages> {
  return async (event) => {
    const kept = await boundedMap(event.Records, event.Records.length, async (record) =>
      attempt(record, channel, ports),
    );
    return { failedMessageIds: kept.filter((messageId) => messageId !== undefined) };
  };
}

/** The id of the message when it must come back. */
async function attempt(
  record: SQSRecord,
  channel: Channel,
  ports: DeliverPorts & { events: EventLog; decode: (body: string) => unknown },
): Promise<string | undefined> {
  let message: DeliveryMessage | undefined;
  try {
    message = deliveryMessage(ports.decode(record.body));
    const settled = await deliver(message, channel, ports, Number(record.attributes.SentTimestamp));
    logAttempt(message, settled, ports);
    return undefined;
  } catch (error) {
    ports.events.error('delivery.failed-on-our-side', {
      messageId: record.messageId,
      ...(message !== undefined && idsOf(message)),
      error,
    });
    return record.messageId;
  }
}

/** How the log calls a verdict. */
const RESULTS: Record<Settled['verdict'], string> = {
  delivered: 'delivered',
  retry: 'retry',
  failed: 'dead',
  suppressed: 'suppressed',
  waits: 'deferred',
  digested: 'digested',
  settled: 'settled',
};

function logAttempt(
  message: DeliveryMessage,
  { verdict, ...more }: Settled,
  { events, clock }: Pick<DeliverPorts, 'clock'> & { events: EventLog },
): void {
  const receivedMs = Date.parse(message.alert.received_at);
  events.info(verdict === 'failed' ? 'delivery.dead-lettered' : 'delivery.attempted', {
    ...idsOf(message),
    result: RESULTS[verdict],
    ...more,
    ...(verdict === 'delivered' && { latencyMs: Math.max(0, clock.now() - receivedMs) }),
  });
}

function idsOf(message: DeliveryMessage): Record<string, unknown> {
  return {
    deliveryId: message.delivery_id,
    alertId: message.alert_id,
    sourceId: message.alert.source.id,
    destinationId: message.destination_id,
    channel: message.channel,
    attempt: message.attempt,
  };
}

function deliveryMessage(value: unknown): DeliveryMessage {
  const message = value as DeliveryMessage;
  if (
    typeof value !== 'object' ||
    value === null ||
    message.schema_version !== '1' ||
    typeof message.alert !== 'object'
  ) {
    throw new Error('the message holds no delivery of a version this function knows');
  }
  return message;
}
