import { expect, test } from 'vitest';
import { consoleEventLog } from '../../../functions/adapters/process/console-event-log.ts';
import { clockAt } from '../dynamodb-table.ts';

function aLog() {
  const out: string[] = [];
  const error: string[] = [];
  const log = consoleEventLog({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    writeOut: (line) => void out.push(line),
    writeError: (line) => void error.push(line),
  });
  return { log, out, error };
}

test('an event is one line of JSON, information and errors apart', () => {
  const { log, out, error } = aLog();
  log.info('alert.accepted', { sourceId: 'src_1', title: 'two\nlines', missing: undefined });
  log.error('delivery.dead-lettered', { reason: 'receiver-gone' });
  expect(out).toEqual([
    '{"timestamp":"2026-01-15T15:00:00.000Z","level":"INFO","event":"alert.accepted","sourceId":"src_1","title":"two\\nlines"}\n',
  ]);
  expect(error).toEqual([
    '{"timestamp":"2026-01-15T15:00:00.000Z","level":"ERROR","event":"delivery.dead-lettered","reason":"receiver-gone"}\n',
  ]);
});

test('a source is told by the beginning of its id, wherever the id stands', () => {
  const { log, out, error } = aLog();
  const id = 'src_3kTqv8ZbW1nXy5RrDcLm7A9x';
  log.info('alert.accepted', { sourceId: id, url: `https://a.example/v1/ingest/${id}/` });
  log.error('failed', {
    error: new Error(`secret "Tocsin/source/${id}" does not exist`),
    nested: [{ [id]: id }],
  });
  const text = [...out, ...error].join('');
  expect(text).not.toContain(id.slice(0, 11));
  expect(text.match(/src_3kTqv8…/gu)?.length).toBeGreaterThan(4);
});

test('an error is told with its cause, a bigint as text', () => {
  const { log, error } = aLog();
  log.error('failed', { error: new TypeError('outer', { cause: new Error('inner') }), size: 7n });
  expect(JSON.parse(error[0] ?? '')).toMatchObject({
    error: { name: 'TypeError', message: 'outer', cause: { name: 'Error', message: 'inner' } },
    size: '7',
  });
});

test('every line carries the ids of the invocation that began last', () => {
  const { log, out, error } = aLog();
  log.info('before', {});
  log.during({ lambdaRequestId: 'lambda-1', apiRequestId: 'api-1' });
  log.info('first', {});
  log.error('first-failed', {});
  log.during({ lambdaRequestId: 'lambda-2' });
  log.info('second', { requestId: 'ours' });
  const ids = [...out, ...error].map((line): unknown => {
    const { event, lambdaRequestId, apiRequestId, requestId } = JSON.parse(line) as Record<string, unknown>;
    return [event, lambdaRequestId, apiRequestId, requestId];
  });
  expect(ids).toEqual([
    ['before', undefined, undefined, undefined],
    ['first', 'lambda-1', 'api-1', undefined],
    // The id of an accepted request is the gateway's own.
    ['second', 'lambda-2', undefined, 'ours'],
    ['first-failed', 'lambda-1', 'api-1', undefined],
  ]);
});
