import { readdirSync, readFileSync } from 'node:fs';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { expect, test } from 'vitest';
import type { InvocationIds } from '../../../functions/core/world.ts';
import { requestIds } from '../../../functions/handlers/middleware/request-ids.ts';

const context = { awsRequestId: 'lambda-1', getRemainingTimeInMillis: () => 1_000 } as unknown as Context;

test.each([
  ['an HTTP request', { requestContext: { requestId: 'api-1' } }, 'api-1'],
  ['a batch of messages', { Records: [] }, undefined],
  ['a run of the schedule', {}, undefined],
  ['nothing at all', null, undefined],
  ['an id that is no text', { requestContext: { requestId: 7 } }, undefined],
])('of %s the log is told before the handler runs', async (_, event, apiRequestId) => {
  const told: (InvocationIds | string)[] = [];
  const handler = middy({ timeoutEarlyInMillis: 0 })
    .use(requestIds({ during: (ids) => void told.push(ids) }))
    .handler(() => void told.push('handler'));
  await handler(event, context);
  expect(told).toEqual([
    { lambdaRequestId: 'lambda-1', ...(apiRequestId !== undefined && { apiRequestId }) },
    'handler',
  ]);
});

const folder = new URL('../../../functions/', import.meta.url);
const entries = readdirSync(folder).filter((name) => name.endsWith('.ts'));

test.each(entries)('%s has one log, and tells it first of all which invocation begins', (entry) => {
  const source = readFileSync(new URL(entry, folder), 'utf8');
  expect(source.match(/consoleEventLog\(\{/g)).toHaveLength(1);
  const [, log] = /const (\w+) = consoleEventLog\(/.exec(source) ?? [];
  const [, first] = /= middy(?:<[^(]*>)?\([^)]*\)\s*\.(use\(\w+\(\w*)/.exec(source) ?? [];
  expect(first).toBe(`use(requestIds(${String(log)}`);
});
