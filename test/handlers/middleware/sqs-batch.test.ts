import middy from '@middy/core';
import type { Context, SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import {
  type FailedMessages,
  type HideMessages,
  sqsBatch,
} from '../../../functions/handlers/middleware/sqs-batch.ts';

const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:Tocsin-webhook';

/** Runs a handler that gives an answer, or throws it; and what was asked of the queue. */
async function runWith(answer: unknown, hide: HideMessages, receives: readonly number[] = []) {
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use(sqsBatch(hide))
    .handler(async () => {
      if (answer instanceof Error) throw answer;
      return answer as FailedMessages;
    });
  const Records = receives.map((count, index) => ({
    messageId: `m${String(index)}`,
    receiptHandle: `r${String(index)}`,
    eventSourceARN: QUEUE,
    attributes: { ApproximateReceiveCount: String(count) },
  }));
  return handler({ Records } as unknown as SQSEvent, {} as Context);
}

const run = async (answer: unknown) => runWith(answer, async () => {});

test('what failed comes back after seconds at first, and later each time; what is done is left alone', async () => {
  const asked: unknown[] = [];
  const hide: HideMessages = async (...about) => void asked.push(about);
  await runWith({ failedMessageIds: ['m1', 'm2'] }, hide, [1, 1, 3]);
  expect(asked).toEqual([
    [
      QUEUE,
      [
        { receiptHandle: 'r1', seconds: 30 },
        { receiptHandle: 'r2', seconds: 600 },
      ],
    ],
  ]);
});

test('a handler that throws has its whole batch come back, and fails all the same', async () => {
  const asked: unknown[] = [];
  const hide: HideMessages = async (_queue, messages) => void asked.push(...messages);
  await expect(runWith(new Error('a bug'), hide, [1, 2])).rejects.toThrow('a bug');
  expect(asked).toEqual([
    { receiptHandle: 'r0', seconds: 30 },
    { receiptHandle: 'r1', seconds: 60 },
  ]);
});

test('a queue that cannot be asked changes nothing of the answer', async () => {
  const hide: HideMessages = async () => Promise.reject(new Error('throttled'));
  expect(await runWith({ failedMessageIds: ['m0'] }, hide, [1])).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm0' }],
  });
});

test('nothing that failed asks nothing of the queue', async () => {
  const hide: HideMessages = async () => expect.fail('it was asked');
  expect(await runWith({ failedMessageIds: [] }, hide, [1])).toEqual({ batchItemFailures: [] });
});

test('the ids that failed are named the way SQS reads them', async () => {
  expect(await run({ failedMessageIds: ['a', 'b'] })).toEqual({
    batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }],
  });
});

test('none that failed is an empty list', async () => {
  expect(await run({ failedMessageIds: [] })).toEqual({ batchItemFailures: [] });
});

test.each([undefined, null, {}, { batchItemFailures: [] }])(
  'an answer that SQS would read as "all done" is an error: %o',
  async (answer) => {
    await expect(run(answer)).rejects.toThrow('must answer with the ids');
  },
);
