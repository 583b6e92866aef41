import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { type FailedMessages, sqsBatch } from '../../../functions/handlers/middleware/sqs-batch.ts';

async function run(answer: unknown) {
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use(sqsBatch())
    .handler(async () => answer as FailedMessages);
  return handler({ Records: [] }, {} as Context);
}

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
