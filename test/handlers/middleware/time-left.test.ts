import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import { timeLeft } from '../../../functions/handlers/middleware/time-left.ts';

test('the time left is that of the invocation that runs', async () => {
  const time = timeLeft();
  expect(time.ms()).toBe(0);
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use(time.middleware)
    .handler(async () => time.ms());
  const invoke = async (ms: number) => handler({}, { getRemainingTimeInMillis: () => ms } as Context);
  expect([await invoke(30_000), await invoke(12_000)]).toEqual([30_000, 12_000]);
});
