import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { dynamodbDeliveryEnds } from '../../functions/adapters/dynamodb/deliveries/ends.ts';
import { dynamodbAcceptedEnds, dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbHolds } from '../../functions/adapters/dynamodb/holds.ts';
import { dynamodbTally } from '../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import { dynamodbAuditRecords } from '../../functions/adapters/operator/audit.ts';
import { dynamodbSentDeliveries } from '../../functions/adapters/operator/sent-deliveries.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbRequestRecords } from '../../functions/adapters/dynamodb/requests.ts';
import { dynamodbStoredAlerts } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbSilenceEnds } from '../../functions/adapters/dynamodb/silence-ends.ts';
import { dynamodbWatchList } from '../../functions/adapters/dynamodb/watch-list.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsDeadLetterQueues } from '../../functions/adapters/operator/dead-letter-queues.ts';
import { sqsDeadLetterWatch } from '../../functions/adapters/sqs/dead-letter-watch.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { sqsLanes } from '../../functions/adapters/sqs/lanes.ts';
import { decodeMessageBody, encodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import type { DeadLetter, DeadLetterQueueId } from '../../functions/core/model/wire/dead-letter.ts';
import type { DeliveryMessage } from '../../functions/core/model/wire/delivery.ts';
import { audit } from '../../functions/core/operator/audit/audit.ts';
import { redriveAll } from '../../functions/core/operator/redrive-all.ts';
import { watchedRedrive } from '../../functions/core/operator/watched-redrive.ts';
import { watchedDeliveryQueue } from '../../functions/core/operator/watched-deliveries.ts';
import { watchDeliveriesHandler } from '../../functions/handlers/watch-deliveries-handler.ts';
import { dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { REQUEST } from './watched-messages.ts';

const DAYS = 90;
const DAY_MS = 86_400_000;

/** Thrown where a test stops the watcher, as a kill would. */
class Killed extends Error {}

/**
 * The watcher of deliveries with its real adapters, the real table and the queues of the emulators. `killAt` stops it
 * at its n-th call about a letter: before the call is made, or after it.
 */
export async function watchedWorld() {
  const aws = await emulatedAws();
  const db = await dynamodbTable();
  const { clock } = aws;
  // System alerts have one id an hour: a test that jumps some minutes must not begin just before the next one.
  clock.at -= clock.at % 3_600_000;
  const client = sqsClient(aws.options);
  const queues = {
    ...aws.queues,
    ...aws.privateQueues,
    emailFeedback: aws.emailFeedback,
    awsEvents: aws.awsEvents,
  };
  const urls = Object.fromEntries(
    Object.entries(queues).map(([id, { deadLetterUrl }]) => [id, deadLetterUrl]),
  ) as Record<DeadLetterQueueId, string>;
  const kept = { client: db.client, table: db.table, clock, retentionDays: DAYS };
  const letters = sqsDeadLetterQueues({ client, queues, receiveWaitSeconds: 0 });
  const log: { event: string; fields: Record<string, unknown> }[] = [];
  const alertQueue = watchedAlertQueue(sqsAlertQueue({ client, queueUrl: queues.alerts.url }), kept);
  const deliveryQueue = sqsDeliveryQueue({
    client,
    queueUrls: {
      email: queues.email.url,
      webhook: queues.webhook.url,
      privateWebhook: queues.privateWebhook.url,
    },
  });
  const watchList = dynamodbWatchList({ ...kept, wait: noWait });
  const note = (event: string, fields: Record<string, unknown>) => void log.push({ event, fields });

  function handler(
    killAt = Number.POSITIVE_INFINITY,
    when: 'before' | 'after' = 'before',
    { isWatchMortal = false } = {},
  ) {
    let calls = 0;
    const mortal = <T extends object>(port: T): T =>
      Object.fromEntries(
        Object.entries(port).map(([name, method]) => [
          name,
          ['read', 'entries', 'due', 'held'].includes(name)
            ? method
            : async (...args: unknown[]) => {
                calls += 1;
                const mine = calls;
                if (mine > killAt || (mine === killAt && when === 'before')) throw new Killed();
                const result = await (method as (...all: unknown[]) => Promise<unknown>)(...args);
                if (mine === killAt) throw new Killed();
                return result;
              },
        ]),
      ) as T;
    const watch = <T extends object>(port: T): T => (isWatchMortal ? mortal(port) : port);
    const run = watchDeliveriesHandler({
      letters: mortal(sqsDeadLetterWatch({ client, urls })),
      deliveryEnds: mortal(dynamodbDeliveryEnds({ ...kept, tally: dynamodbTally(kept) })),
      acceptedEnds: mortal(dynamodbAcceptedEnds(kept)),
      requests: dynamodbRequestRecords({ ...kept, wait: noWait }),
      watchList: watch(watchList),
      holds: watch(dynamodbHolds({ ...kept, tally: dynamodbTally(kept) })),
      silenceEnds: mortal(dynamodbSilenceEnds(kept)),
      stored: dynamodbStoredAlerts({ ...kept, wait: noWait }),
      lanes: sqsLanes({
        client,
        urls: {
          alerts: [queues.alerts.url],
          email: [queues.email.url],
          webhook: [
            queues.webhook.url,
            queues.webhookRetry.url,
            queues.privateWebhook.url,
            queues.privateWebhookRetry.url,
          ],
        },
      }),
      deliveries: watch(deliveryQueue),
      alerts: mortal(alertQueue),
      clock,
      tenantId: 'Tocsin',
      log: { info: note, error: note },
    });
    return { run, calls: () => calls };
  }

  async function send(queue: DeadLetterQueueId, body: string, delaySeconds = 0): Promise<void> {
    const { url } = queues[queue];
    await client.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds: delaySeconds }),
    );
  }

  async function receive(queueUrl: string, hiddenSeconds: number) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: hiddenSeconds,
      }),
    );
    return Messages;
  }

  return {
    aws,
    db,
    clock,
    queues,
    log,
    letters,
    handler,
    /** One run of the watcher. */
    watch: async () => handler().run(),
    /** The request that the messages are of, as ingestion remembers it. */
    acceptRequest: async (count = 1) =>
      dynamodbRequestLedger(kept).claim({
        sourceId: 'src_1',
        key: 'key',
        requestId: REQUEST,
        bodySha256: 'abc',
        receivedAt: new Date(clock.at).toISOString(),
        windowSeconds: 60,
        indexes: [[0, count - 1]],
      }),
    store: dynamodbAlertStore({ ...kept, wait: noWait }),
    deliveryLog: dynamodbDeliveryLog({ ...kept, wait: noWait, tally: dynamodbTally(kept) }),
    records: dynamodbGatewayRecords(kept),
    /** Where the gateway raises alerts about itself. */
    alertQueue,
    /** As a router sends, and as an operator does. */
    deliveryQueue,
    operatorQueue: watchedDeliveryQueue(deliveryQueue, watchList, dynamodbSentDeliveries(kept), clock),
    audit: async () =>
      audit(
        { since: new Date(clock.at - DAY_MS).toISOString(), until: new Date(clock.at).toISOString() },
        dynamodbAuditRecords({ ...kept, wait: noWait }),
        clock.at,
      ),
    watchList,
    /** What an operator does with every letter; how many of each queue. */
    redrive: async () => redriveAll(watchedRedrive(letters, watchList, clock), 60),
    send,
    sendDelivery: async (
      queue: Exclude<DeadLetterQueueId, 'alerts' | 'emailFeedback' | 'awsEvents'>,
      message: DeliveryMessage,
    ) => send(queue, encodeMessageBody(message)),
    /** Into the dead-letter queue, as a deliverer does with what it gives up. */
    layDown: async (message: DeliveryMessage) => {
      const QueueUrl = queues[message.channel].deadLetterUrl;
      const MessageAttributes = { reason: { DataType: 'String', StringValue: 'receiver-rejected' } };
      const MessageBody = encodeMessageBody(message);
      await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
    },
    /** What "Start DLQ redrive" in the AWS console does. */
    moveTask: async (queue: DeadLetterQueueId) => {
      const { arn, deadLetterArn } = queues[queue];
      await client.send(new StartMessageMoveTaskCommand({ SourceArn: deadLetterArn, DestinationArn: arn }));
    },
    sendAccepted: async (accepted: AcceptedAlerts) => send('alerts', encodeMessageBody(accepted)),
    /** What SQS does with messages that are received five times and never deleted. */
    giveUp: async (queue: DeadLetterQueueId) => {
      for (let times = 0; times < 6; times += 1) {
        await receive(queues[queue].url, 1);
        clock.at += 1_000;
      }
    },
    read: async (): Promise<DeadLetter[]> => {
      const found: DeadLetter[] = [];
      for await (const letter of letters.read({ visibilitySeconds: 60 })) found.push(letter);
      await Promise.all(found.map(async (letter) => letters.release(letter)));
      return found;
    },
    /** The messages of a queue, which stay there. */
    messages: async (queue: DeadLetterQueueId): Promise<unknown[]> => {
      const found = await receive(queues[queue].url, 30);
      await Promise.all(
        found.map(async ({ ReceiptHandle }) =>
          client.send(
            new ChangeMessageVisibilityCommand({
              QueueUrl: queues[queue].url,
              ReceiptHandle,
              VisibilityTimeout: 0,
            }),
          ),
        ),
      );
      return found.map(({ Body = '' }) => decodeMessageBody(Body));
    },
    /** Takes everything out of a queue. */
    drain: async (queue: DeadLetterQueueId): Promise<void> => {
      for (;;) {
        const found = await receive(queues[queue].url, 30);
        if (found.length === 0) return;
        for (const { ReceiptHandle } of found) {
          await client.send(new DeleteMessageCommand({ QueueUrl: queues[queue].url, ReceiptHandle }));
        }
      }
    },
    /** The system alerts that were raised, each once. */
    raised: async function raised(): Promise<Alert[]> {
      const found = (await this.messages('alerts')) as AcceptedAlerts[];
      return [
        ...new Map(
          found
            .filter(({ request_id: id }) => id === 'system')
            .flatMap(({ alerts }) => alerts.map((alert) => [alert.id, alert] as const)),
        ).values(),
      ];
    },
    close: async () => {
      client.destroy();
      await db.close();
      await aws.close();
    },
  };
}

export type WatchedWorld = Awaited<ReturnType<typeof watchedWorld>>;
