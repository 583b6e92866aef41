import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import type { JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError, notEmulated } from '../aws-error.ts';
import { inTransaction } from '../database.ts';
import { integerBetween, optionalInteger, requiredText, textList } from '../read-input.ts';
import { runBatch } from './batch.ts';
import { openMessageStore } from './message-store.ts';
import type { StoredMessage } from './message-store.ts';
import { createMoveTasks } from './move-tasks.ts';
import { MAX_VISIBILITY_SECONDS, withDefaults } from './queue-attributes.ts';
import { openQueueRegistry } from './queue-registry.ts';
import type { Queue } from './queue-registry.ts';
import { createReceiver } from './receive-messages.ts';
import { readReceiptHandle, receivedMessage } from './received-message.ts';
import { createSender } from './send-messages.ts';
import { createWaiters } from './waiters.ts';

export type SqsEmulator = ReturnType<typeof openSqs>;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html */
const PURGE_EVERY_MS = 60_000;

type Action = (input: JsonObject, signal?: AbortSignal) => JsonObject | Promise<JsonObject>;

/**
 * SQS, the part that the stack and its operators use: standard queues, AWS JSON 1.0.
 *
 * `call` answers an API action; `receive` and `remove` are the doors of the event source mappings.
 */
export function openSqs(options: {
  db: DatabaseSync;
  clock: Clock;
  account: Account;
  baseUrl: () => string;
}) {
  const { db, clock, account } = options;
  const queues = openQueueRegistry(db, clock, account, options.baseUrl);
  const messages = openMessageStore(db, clock);
  const waiters = createWaiters();
  const parts = { db, clock, queues, messages, waiters };
  const receive = createReceiver(parts);
  const moveTasks = createMoveTasks(parts);
  const { send, sendBatch } = createSender(messages);
  const purgedAtMs = new Map<string, number>();

  /** Runs writes in one transaction, then wakes the receivers of the queue. */
  function write<T>(queue: Queue, work: () => T): T {
    const result = inTransaction(db, work);
    waiters.wake(queue.name);
    return result;
  }

  function remove(queue: Queue, input: JsonObject): JsonObject {
    const { id, receipt } = readReceiptHandle(requiredText(input, 'ReceiptHandle'));
    messages.remove(queue.name, id, receipt);
    return {};
  }

  function changeVisibility(queue: Queue, input: JsonObject): JsonObject {
    const { id, receipt } = readReceiptHandle(requiredText(input, 'ReceiptHandle'));
    if (optionalInteger(input, 'VisibilityTimeout') === undefined) {
      throw new AwsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
    }
    const seconds = integerBetween(input, 'VisibilityTimeout', {
      min: 0,
      max: MAX_VISIBILITY_SECONDS,
      fallback: 0,
    });
    const message = messages.findReceived(queue.name, id, receipt);
    if (message === undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        'Reason: Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (message.visible_at <= clock.now()) {
      throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
    }
    messages.hideFor(message, seconds);
    return {};
  }

  async function receiveMessages(queue: Queue, input: JsonObject, signal?: AbortSignal): Promise<JsonObject> {
    const settings = queue.settings;
    const taken = await receive(queue.name, {
      max: integerBetween(input, 'MaxNumberOfMessages', { min: 1, max: 10, fallback: 1 }),
      hiddenForSeconds: integerBetween(input, 'VisibilityTimeout', {
        min: 0,
        max: MAX_VISIBILITY_SECONDS,
        fallback: settings.visibilityTimeoutSeconds,
      }),
      waitMs:
        integerBetween(input, 'WaitTimeSeconds', { min: 0, max: 20, fallback: settings.waitSeconds }) * 1000,
      signal,
    });
    if (taken.length === 0) return {};
    const wanted = {
      system: [...textList(input, 'MessageSystemAttributeNames'), ...textList(input, 'AttributeNames')],
      attributes: textList(input, 'MessageAttributeNames'),
    };
    return { Messages: taken.map((message) => receivedMessage(message, wanted, account)) };
  }

  function attributesOf(queue: Queue, input: JsonObject): JsonObject {
    const depth = messages.depth(queue.name);
    const all: Record<string, string> = {
      QueueArn: queues.arn(queue.name),
      CreatedTimestamp: String(Math.floor(queue.createdAtMs / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAtMs / 1000)),
      ...withDefaults(queue.attributes),
      ApproximateNumberOfMessages: String(depth.visible),
      ApproximateNumberOfMessagesNotVisible: String(depth.inFlight),
      ApproximateNumberOfMessagesDelayed: String(depth.delayed),
    };
    const wanted = textList(input, 'AttributeNames');
    const shown = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
    return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown) };
  }

  const queueOf = (input: JsonObject): Queue => queues.find(requiredText(input, 'QueueUrl'));

  const actions: Record<string, Action> = {
    SendMessage: (input) => {
      const queue = queueOf(input);
      return write(queue, () => send(queue, input));
    },
    SendMessageBatch: (input) => {
      const queue = queueOf(input);
      return write(queue, () => sendBatch(queue, input));
    },
    ReceiveMessage: (input, signal) => receiveMessages(queueOf(input), input, signal),
    DeleteMessage: (input) => remove(queueOf(input), input),
    ChangeMessageVisibility: (input) => {
      const queue = queueOf(input);
      return write(queue, () => changeVisibility(queue, input));
    },
    ChangeMessageVisibilityBatch: (input) => {
      const queue = queueOf(input);
      return write(queue, () => runBatch(input, (entry) => changeVisibility(queue, entry)));
    },
    GetQueueAttributes: (input) => attributesOf(queueOf(input), input),
    PurgeQueue: (input) => {
      const { name } = queueOf(input);
      if (clock.now() < (purgedAtMs.get(name) ?? -Infinity) + PURGE_EVERY_MS) {
        throw new AwsError(
          'PurgeQueueInProgress',
          `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
          403,
        );
      }
      purgedAtMs.set(name, clock.now());
      messages.purge(name);
      return {};
    },
    StartMessageMoveTask: (input) => moveTasks.start(input),
  };

  return {
    call(action: string, input: JsonObject, signal?: AbortSignal): JsonObject | Promise<JsonObject> {
      const run = actions[action];
      if (run === undefined) throw notEmulated('UnsupportedOperation', 'SQS', action);
      return run(input, signal);
    },
    receive,
    remove(queue: string, received: readonly StoredMessage[]): void {
      inTransaction(db, () => {
        for (const message of received) messages.remove(queue, message.id, message.receipt ?? '');
      });
    },
    /**
     * Shows what was hidden for receivers of an earlier process: they are gone, and their receipts with them. AWS
     * has no such moment, its receivers do not all end at once; without it a restart would wait out the timeouts.
     */
    releaseReceived: messages.releaseReceived,
    deploy: (name: string, attributes: Record<string, string>): Queue => queues.deploy(name, attributes),
    visibilitySeconds: (queue: string): number => queues.find(queue).settings.visibilityTimeoutSeconds,
    queues: () => queues.list().map(({ name }) => Object.assign({ name }, messages.depth(name))),
    stop: (): void => {
      moveTasks.stop();
    },
  };
}
