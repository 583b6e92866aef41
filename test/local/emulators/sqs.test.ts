import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Message } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';
import type { TestClock } from './serve-emulators.ts';

let sqs: SQSClient;
let clock: TestClock;
let emulators: Emulators;
let baseUrl: string;

beforeEach(async () => {
  ({ clock, emulators, url: baseUrl } = await serveEmulators());
  sqs = new SQSClient(clientSettings(baseUrl));
});

type Queue = { url: string; arn: string };

/** As the template of a stack makes one. */
async function aQueue(name = 'q', attributesOfIt: Record<string, string> = {}): Promise<Queue> {
  emulators.sqs.deploy(name, attributesOfIt);
  const url = `${baseUrl}/000000000000/${name}`;
  return { url, arn: (await attributes(url))['QueueArn'] ?? '' };
}

async function aQueueWithDeadLetters(maxReceiveCount = 2): Promise<{ queue: Queue; dead: Queue }> {
  const dead = await aQueue('dead');
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount });
  return { dead, queue: await aQueue('q', { VisibilityTimeout: '30', RedrivePolicy }) };
}

async function attributes(url: string): Promise<Record<string, string>> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  return answer.Attributes ?? {};
}

const send = (queue: Queue, MessageBody: string, more: object = {}): Promise<unknown> =>
  sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, ...more }));

async function receive(queue: Queue, more: object = {}): Promise<Message[]> {
  const answer = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...more,
    }),
  );
  return answer.Messages ?? [];
}

const bodies = (messages: Message[]): string[] => messages.map((message) => message.Body ?? '');

/** Messages that are visible, in flight and delayed. */
async function counts(queue: Queue): Promise<number[]> {
  const all = await attributes(queue.url);
  return ['', 'NotVisible', 'Delayed'].map((which) => Number(all[`ApproximateNumberOfMessages${which}`]));
}

describe('sending and receiving', () => {
  test('carries ten messages with attributes of every type, whose checksums the SDK verifies', async () => {
    const queue = await aQueue();
    const Entries = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: `m${index}`,
      MessageAttributes: {
        t: { DataType: 'String', StringValue: `ü${index}` },
        n: { DataType: 'Number.int', StringValue: '7' },
        b: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 255]) },
      },
    }));
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    expect(sent.Successful).toHaveLength(10);
    const received = await receive(queue);
    expect(bodies(received).sort()).toEqual(Entries.map((entry) => entry.MessageBody));
    expect(received[0]?.MessageAttributes?.['b']?.BinaryValue).toEqual(new Uint8Array([1, 2, 255]));
    expect(received[0]?.MD5OfMessageAttributes).toBe(
      sent.Successful?.find((entry) => entry.Id === received[0]?.Body?.slice(1))?.MD5OfMessageAttributes,
    );
    expect(received[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(clock.now()),
      ApproximateFirstReceiveTimestamp: String(clock.now()),
    });
    for (const { ReceiptHandle } of received) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle }));
    }
    expect(await counts(queue)).toEqual([0, 0, 0]);
  });

  test('knows the checksum of attributes that AWS documents', async () => {
    const queue = await aQueue();
    const answer = (await send(queue, 'body', {
      MessageAttributes: { my_attribute_name_1: { DataType: 'String', StringValue: 'my_attribute_value_1' } },
    })) as { MD5OfMessageAttributes?: string };
    expect(answer.MD5OfMessageAttributes).toBe('8ef4d60dbc8efda9f260e1dfd09d29f3');
  });

  test('shows only the attributes that were asked for', async () => {
    const queue = await aQueue();
    const text = (StringValue: string): object => ({ DataType: 'String', StringValue });
    await send(queue, 'x', { MessageAttributes: { 'trace.id': text('1'), other: text('2') } });
    const [message] = await receive(queue, {
      MessageAttributeNames: ['trace.*'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(Object.keys(message?.MessageAttributes ?? {})).toEqual(['trace.id']);
    expect(Object.keys(message?.Attributes ?? {})).toEqual(['SentTimestamp']);
  });

  test('a waiting receive is woken by a send', async () => {
    const queue = await aQueue();
    const waiting = receive(queue, { WaitTimeSeconds: 20 });
    await send(queue, 'wake');
    expect(bodies(await waiting)).toEqual(['wake']);
  });

  test('a delayed message is counted, hidden until its time, and then received', async () => {
    const queue = await aQueue();
    await send(queue, 'later', { DelaySeconds: 900 });
    expect(await receive(queue)).toEqual([]);
    expect(await counts(queue)).toEqual([0, 0, 1]);
    clock.advance(900_000);
    expect(bodies(await receive(queue))).toEqual(['later']);
    expect(await counts(queue)).toEqual([0, 1, 0]);
  });

  test('a message comes back after its visibility timeout, with one more receive', async () => {
    const queue = await aQueue('q', { VisibilityTimeout: '30' });
    await send(queue, 'again');
    const [first] = await receive(queue);
    clock.advance(29_000);
    expect(await receive(queue)).toEqual([]);
    clock.advance(1000);
    const [second] = await receive(queue);
    expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  test('only the latest receipt handle deletes', async () => {
    const queue = await aQueue('q', { VisibilityTimeout: '1' });
    await send(queue, 'x');
    const [first] = await receive(queue);
    clock.advance(1000);
    const [second] = await receive(queue);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: first?.ReceiptHandle }));
    expect(await counts(queue)).toEqual([0, 1, 0]);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await counts(queue)).toEqual([0, 0, 0]);
  });

  test('visibility can be changed to nothing and to longer', async () => {
    const queue = await aQueue();
    await send(queue, 'x');
    const [first] = await receive(queue);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [second] = await receive(queue);
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue.url,
        Entries: [{ Id: 'a', ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 600 }],
      }),
    );
    clock.advance(599_000);
    expect(await receive(queue)).toEqual([]);
    clock.advance(1000);
    expect(await receive(queue)).toHaveLength(1);
  });

  test('messages older than the retention period are gone', async () => {
    const queue = await aQueue('q', { MessageRetentionPeriod: '60' });
    await send(queue, 'old');
    clock.advance(59_000);
    await send(queue, 'young');
    clock.advance(1000);
    expect(bodies(await receive(queue))).toEqual(['young']);
  });

  test('a quiet message group does not wait behind a loud one', async () => {
    const queue = await aQueue();
    const loud = Array.from({ length: 10 }, (_, index) => ({
      Id: String(index),
      MessageBody: 'loud',
      MessageGroupId: 'loud',
    }));
    for (let batch = 0; batch < 10; batch += 1) {
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries: loud }));
    }
    await send(queue, 'quiet', { MessageGroupId: 'quiet' });
    const first = await receive(queue, { MaxNumberOfMessages: 2 });
    expect(bodies(first).sort()).toEqual(['loud', 'quiet']);
    expect(first.find((message) => message.Body === 'quiet')?.Attributes?.['MessageGroupId']).toBe('quiet');
  });
});

test('a message group that is noisy gets what the quiet ones leave over', async () => {
  const queue = await aQueue();
  const of = (group: string, count: number) =>
    Array.from({ length: count }, async () => send(queue, group, { MessageGroupId: group }));
  await Promise.all(of('loud', 12));
  expect(bodies(await receive(queue, { MaxNumberOfMessages: 5 }))).toEqual(
    Array.from({ length: 5 }, () => 'loud'),
  );
  await Promise.all([...of('quiet', 4), ...of('calm', 4)]);
  expect(bodies(await receive(queue, { MaxNumberOfMessages: 10 })).toSorted()).toEqual([
    'calm',
    'calm',
    'calm',
    'calm',
    'loud',
    'loud',
    'quiet',
    'quiet',
    'quiet',
    'quiet',
  ]);
});

describe('limits', () => {
  test('takes 1 MiB and refuses a byte more, attributes included', async () => {
    const queue = await aQueue();
    await send(queue, 'a'.repeat(1_048_576));
    expect((await receive(queue))[0]?.Body).toHaveLength(1_048_576);
    await expect(send(queue, 'a'.repeat(1_048_577))).rejects.toThrow('must be shorter than 1048576 bytes');
    const MessageAttributes = { k: { DataType: 'String', StringValue: 'v' } };
    await expect(send(queue, 'a'.repeat(1_048_570), { MessageAttributes })).rejects.toThrow(
      'must be shorter',
    );
  });

  test('refuses a batch of more than 1 MiB in total', async () => {
    const queue = await aQueue();
    const Entries = ['a', 'b', 'c', 'd'].map((Id) => ({ Id, MessageBody: 'x'.repeat(300_000) }));
    const tooLong = sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    await expect(tooLong).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });

  test.each([
    ['no entries', [], 'EmptyBatchRequest'],
    ['the same id twice', ['a', 'a'], 'BatchEntryIdsNotDistinct'],
    ['eleven entries', 'abcdefghijk'.split(''), 'TooManyEntriesInBatchRequest'],
    ['an id with a space', ['a b'], 'InvalidBatchEntryId'],
  ])('refuses a batch with %s', async (_, ids, name) => {
    const queue = await aQueue();
    const Entries = ids.map((Id) => ({ Id, MessageBody: 'x' }));
    await expect(
      sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries })),
    ).rejects.toMatchObject({ name });
  });

  test('a batch with one bad entry delivers the others and names the bad one', async () => {
    const queue = await aQueue();
    const answer = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue.url,
        Entries: [
          { Id: 'good', MessageBody: 'x' },
          { Id: 'bad', MessageBody: 'x\uFFFF' },
        ],
      }),
    );
    expect(answer.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
    expect(bodies(await receive(queue))).toEqual(['x']);
  });

  test.each(['\u0000', '\u000B', '\u001F', '\uFFFE', '\uFFFF'])(
    'refuses the character %j',
    async (character) => {
      const queue = await aQueue();
      await expect(send(queue, character)).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    },
  );

  test('refuses a delay of more than 900 seconds and a visibility of more than 12 hours', async () => {
    const queue = await aQueue();
    await expect(send(queue, 'x', { DelaySeconds: 901 })).rejects.toThrow('between 0 and 900');
    await send(queue, 'x');
    const [message] = await receive(queue);
    const change = new ChangeMessageVisibilityCommand({
      QueueUrl: queue.url,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 43_201,
    });
    await expect(sqs.send(change)).rejects.toThrow('between 0 and 43200');
  });

  test('refuses a receipt handle that never was one', async () => {
    const queue = await aQueue();
    const remove = sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: 'nonsense' }));
    await expect(remove).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});

describe('queues', () => {
  test('have the attributes that they were deployed with last, and the defaults of SQS; a purge empties them', async () => {
    const queue = await aQueue('alpha', { VisibilityTimeout: '5', DelaySeconds: '9' });
    await aQueue('alpha', { VisibilityTimeout: '7' });
    expect(await attributes(queue.url)).toMatchObject({
      VisibilityTimeout: '7',
      DelaySeconds: '0',
      MessageRetentionPeriod: '345600',
    });
    await send(queue, 'x');
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(await counts(queue)).toEqual([0, 0, 0]);
  });

  test('a missing queue, an unknown attribute and a value out of range are refused', async () => {
    await expect(attributes(`${baseUrl}/000000000000/nope`)).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(aQueue('q', { FifoQueue: 'true' })).rejects.toMatchObject({ code: 'InvalidAttributeName' });
    await expect(aQueue('q', { DelaySeconds: '901' })).rejects.toMatchObject({
      code: 'InvalidAttributeValue',
    });
  });
});

describe('dead letters', () => {
  async function deadLetter(queue: Queue, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) await send(queue, `poison ${index}`);
    for (let round = 0; round < 2; round += 1) {
      await receive(queue);
      clock.advance(30_000);
    }
    expect(await receive(queue)).toEqual([]);
  }

  test('a message received too often moves on, and keeps its age and its source', async () => {
    const { queue, dead } = await aQueueWithDeadLetters();
    const sentAt = clock.now();
    await deadLetter(queue, 1);
    const [message] = await receive(dead);
    expect(message?.Attributes).toMatchObject({
      SentTimestamp: String(sentAt),
      DeadLetterQueueSourceArn: queue.arn,
    });
  });

  test('a move task brings them back to their source as new messages', async () => {
    const { queue, dead } = await aQueueWithDeadLetters();
    await deadLetter(queue, 3);
    const { TaskHandle } = await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(TaskHandle).toBeDefined();
    await vi.waitFor(async () => {
      expect(await counts(dead)).toEqual([0, 0, 0]);
    });
    const moved = await receive(queue);
    expect(bodies(moved).sort()).toEqual(['poison 0', 'poison 1', 'poison 2']);
    expect(moved[0]?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(clock.now()),
    });
  });

  test('a message that was sent there has no source: without a destination it stays, with one it moves', async () => {
    const { queue, dead } = await aQueueWithDeadLetters();
    await send(dead, 'sent');
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn }));
    expect(await counts(dead)).toEqual([1, 0, 0]);
    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dead.arn, DestinationArn: queue.arn }));
    await vi.waitFor(async () => {
      expect(bodies(await receive(queue))).toEqual(['sent']);
    });
  });

  test('a slow task runs alone, and ends with the run: the rest stays where it was', async () => {
    const { queue, dead } = await aQueueWithDeadLetters();
    await deadLetter(queue, 3);
    const start = new StartMessageMoveTaskCommand({ SourceArn: dead.arn, MaxNumberOfMessagesPerSecond: 1 });
    await sqs.send(start);
    await expect(sqs.send(start)).rejects.toMatchObject({ name: 'UnsupportedOperation' });
    emulators.sqs.stop();
    expect(await counts(dead)).toEqual([2, 0, 0]);
  });

  test('a queue that is nobody’s dead-letter queue cannot be moved from', async () => {
    const { queue } = await aQueueWithDeadLetters();
    await expect(sqs.send(new StartMessageMoveTaskCommand({ SourceArn: queue.arn }))).rejects.toThrow(
      'must be configured as a Dead Letter Queue',
    );
  });
});
