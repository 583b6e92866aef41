import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { boundedMap } from '../core/bounded-map.ts';
import type { Channel } from '../core/deliver/attempt.ts';
import { deliver, type DeliverPorts } from '../core/deliver/deliver.ts';
import type { DeliveryMessage } from '../core/model/wire/delivery.ts';
import type { EventLog } from '../core/world.ts';
import { logDeliveries, type SettledDelivery } from './log-deliveries.ts';
import type { FailedMessages } from './middleware/sqs-batch.ts';

type Ports = DeliverPorts & { events: EventLog; decode: (body: string) => unknown };

/**
 * A batch of delivery messages in, one attempt each, all at the same time: a receiver that hangs delays only itself.
 * A message that failed for our own reasons comes back.
 */
export function deliverHandler(channel: Channel, ports: Ports): (event: SQSEvent) => Promise<FailedMessages> {
  return async (event) => {
    const ends = await boundedMap(event.Records, event.Records.length, async (record) =>
      attempt(record, channel, ports),
    );
    // An attempt takes at most some ten seconds, so the lines of those that are done before it are that late.
    logDeliveries(
      ends.filter((end) => 'settled' in end),
      ports.events,
    );
    return { failedMessageIds: ends.flatMap((end) => ('failedId' in end ? [end.failedId] : [])) };
  };
}

/** The id of the message when it must come back. */
async function attempt(
  record: SQSRecord,
  channel: Channel,
  ports: Ports,
): Promise<SettledDelivery | { failedId: string }> {
  let message: DeliveryMessage | undefined;
  try {
    message = deliveryMessage(ports.decode(record.body));
    const settled = await deliver(message, channel, ports, Number(record.attributes.SentTimestamp));
    const latencyMs = Math.max(0, ports.clock.now() - Date.parse(message.alert.received_at));
    return { message, settled, latencyMs };
  } catch (error) {
    ports.events.error('delivery.failed-on-our-side', {
      messageId: record.messageId,
      ...(message !== undefined && idsOf(message)),
      error,
    });
    return { failedId: record.messageId };
  }
}

/** Of the delivery that an error is about; `log-deliveries.ts` has those of a batch in lists. */
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

/** @throws Error where the message is not what the log needs to name it: it must come back alone, not with its batch */
function deliveryMessage(value: unknown): DeliveryMessage {
  const message = value as Partial<DeliveryMessage> | null;
  if (message?.schema_version !== '1' || typeof message.alert?.source?.id !== 'string') {
    throw new Error('the message holds no delivery of a version this function knows');
  }
  return message as DeliveryMessage;
}
