import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';

const ARN = 'arn:aws:sqs:eu-central-1:000000000000';

async function aQueue() {
  const { url, clock, emulators } = await serveEmulators();
  emulators.sqs.deploy('letters', {});
  emulators.sqs.deploy('work', {});
  const of = (name: string): string => `${url}/000000000000/${name}`;
  const { deploy } = emulators.sqs;
  return { sqs: new SQSClient(clientSettings(url)), deploy, clock, letters: of('letters'), work: of('work') };
}

describe('message attributes', () => {
  test.each(['a b', '.a', 'a.', 'a..b', 'AWS.a', 'amazon.a', 'ä', 'x'.repeat(257)])(
    'cannot be called %j',
    async (name) => {
      const { sqs, work } = await aQueue();
      const MessageAttributes = { [name]: { DataType: 'String', StringValue: 'x' } };
      await expect(
        sqs.send(new SendMessageCommand({ QueueUrl: work, MessageBody: 'x', MessageAttributes })),
      ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    },
  );

  test('hold the same characters as a body', async () => {
    const { sqs, work } = await aQueue();
    const MessageAttributes = { a: { DataType: 'String', StringValue: '\u0000' } };
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl: work, MessageBody: 'x', MessageAttributes })),
    ).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});

test('a standard queue takes no deduplication id', async () => {
  const { sqs, work } = await aQueue();
  const send = new SendMessageCommand({ QueueUrl: work, MessageBody: 'x', MessageDeduplicationId: 'a' });
  await expect(sqs.send(send)).rejects.toMatchObject({
    message: expect.stringContaining('not valid for this queue type') as string,
  });
});

test('a queue is purged once a minute', async () => {
  const { sqs, clock, work, letters } = await aQueue();
  const purge = (QueueUrl: string) => sqs.send(new PurgeQueueCommand({ QueueUrl }));
  await purge(work);
  clock.advance(59_999);
  await expect(purge(work)).rejects.toMatchObject({ name: 'PurgeQueueInProgress' });
  await purge(letters);
  clock.advance(1);
  await purge(work);
});

describe('RedriveAllowPolicy', () => {
  const allow = (policy: object) => ({ RedriveAllowPolicy: JSON.stringify(policy) });
  const redrive = {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: `${ARN}:letters`, maxReceiveCount: 3 }),
  };

  test.each<[object, 'taken' | 'refused']>([
    [{ redrivePermission: 'allowAll' }, 'taken'],
    [{ redrivePermission: 'denyAll' }, 'refused'],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [`${ARN}:work`] }, 'taken'],
    [{ redrivePermission: 'byQueue', sourceQueueArns: [`${ARN}:other`] }, 'refused'],
  ])('%j: the queue is %s', async (policy, expected) => {
    const { deploy } = await aQueue();
    deploy('letters', allow(policy));
    const deploying = () => deploy('work', redrive);
    if (expected === 'taken') expect(deploying().settings.redrive?.maxReceiveCount).toBe(3);
    else expect(deploying).toThrow('does not allow the source queue');
  });

  test.each([
    { redrivePermission: 'some' },
    { redrivePermission: 'byQueue' },
    { redrivePermission: 'byQueue', sourceQueueArns: Array.from({ length: 11 }, () => `${ARN}:work`) },
    { redrivePermission: 'allowAll', sourceQueueArns: [`${ARN}:work`] },
  ])('cannot be %j', async (policy) => {
    const { deploy } = await aQueue();
    expect(() => deploy('new', allow(policy))).toThrow('for parameter RedriveAllowPolicy is invalid');
  });
});
