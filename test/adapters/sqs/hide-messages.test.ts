import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { sqsHideMessages } from '../../../functions/adapters/sqs/hide-messages.ts';
import { sendMessages } from '../../../functions/adapters/sqs/send.ts';
import { type FailedMessages, sqsBatch } from '../../../functions/handlers/middleware/sqs-batch.ts';
import { type EmulatedAws, emulatedAws } from '../emulated-aws.ts';

const VISIBILITY_SECONDS = 360;

let aws: EmulatedAws;
let sqs: ReturnType<typeof sqsClient>;
beforeEach(async () => {
  aws = await emulatedAws();
  sqs = sqsClient(aws.options);
});
afterEach(async () => {
  sqs.destroy();
  await aws.close();
});

/** Receives what is visible and has a function fail all of it; how many messages there were. */
async function failAll(isKilled = false): Promise<number> {
  const { webhook, webhookRetry } = aws.queues;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: webhook.url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: VISIBILITY_SECONDS,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  const Records = Messages.map(({ MessageId, ReceiptHandle, Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    eventSourceARN: webhook.arn,
    attributes: Attributes,
  }));
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use(sqsBatch(sqsHideMessages({ client: sqs, queueUrls: [webhookRetry.url, webhook.url] })))
    .handler(async (): Promise<FailedMessages> => ({
      failedMessageIds: Messages.map(({ MessageId = '' }) => MessageId),
    }));
  if (!isKilled && Records.length > 0) await handler({ Records } as unknown as SQSEvent, {} as Context);
  return Messages.length;
}

/** After how many seconds since the last receive the messages are visible, counted in fives. */
async function secondsUntilShown(isKilled = false): Promise<number> {
  for (let seconds = 5; seconds <= 1_000; seconds += 5) {
    aws.clock.at += 5_000;
    if ((await failAll(isKilled)) > 0) return seconds;
  }
  return expect.fail('it never came back');
}

test('what fails comes back sooner than by its queue, five times in all, and is dead not sooner', async () => {
  await sendMessages(sqs, aws.queues.webhook.url, [{ body: 'one' }, { body: 'two' }]);
  expect(await failAll()).toBe(2);
  const waits = [];
  for (let receive = 2; receive <= 5; receive += 1) waits.push(await secondsUntilShown());
  expect(waits).toEqual([30, 60, 600, 900]);
  aws.clock.at += 31_000;
  expect(await failAll()).toBe(0);
  const letters = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: aws.queues.webhook.deadLetterUrl, MaxNumberOfMessages: 10 }),
  );
  expect(letters.Messages).toHaveLength(2);
});

test('what a killed function had comes back by the visibility timeout', async () => {
  await sendMessages(sqs, aws.queues.webhook.url, [{ body: 'one' }]);
  expect(await failAll(true)).toBe(1);
  expect(await secondsUntilShown(true)).toBe(VISIBILITY_SECONDS);
});
