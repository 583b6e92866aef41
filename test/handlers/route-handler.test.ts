import type { SQSEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { routeHandler } from '../../functions/handlers/route-handler.ts';
import { anAlert, aWebhook } from '../adapters/records.ts';

function aHandler({ isDown = false, unreadable = [] as string[] } = {}) {
  const logged: [string, string, Record<string, unknown>][] = [];
  const sent: string[] = [];
  const handle = routeHandler({
    routingTable: { load: async () => ({ routes: [], destinations: [aWebhook()], unreadable }) },
    store: { stored: async () => new Set(), put: async () => {} },
    deliveries: {
      enqueue: async (messages) => {
        if (isDown) throw new Error('the queue is down');
        sent.push(...messages.map(({ alert_id: id }) => id));
      },
    },
    alerts: { enqueue: async () => {} },
    clock: { now: () => 0 },
    log: {
      info: (event, fields) => void logged.push(['info', event, fields]),
      error: (event, fields) => void logged.push(['error', event, fields]),
    },
    decode: JSON.parse,
  });
  return { handle, logged, sent };
}

const accepted = (id: string) =>
  JSON.stringify({ schema_version: '1', request_id: 'r', alerts: [anAlert({ id })] });
const batch = (...bodies: string[]) =>
  ({ Records: bodies.map((body, index) => ({ messageId: `message-${index}`, body })) }) as SQSEvent;

test('a batch is routed as one, and every alert is told', async () => {
  const { handle, logged, sent } = aHandler();
  expect(await handle(batch(accepted('a'), accepted('b')))).toEqual({ failedMessageIds: [] });
  expect(sent).toEqual(['a', 'b']);
  expect(logged).toEqual([
    ['info', 'alert.routed', { alertId: 'a', sourceId: 'src_1', routing: 'routed', deliveries: 1 }],
    ['info', 'alert.routed', { alertId: 'b', sourceId: 'src_1', routing: 'routed', deliveries: 1 }],
  ]);
});

test.each(['{', 'null', '[]', '{"schema_version":"2","alerts":[]}', '{"schema_version":"1","alerts":{}}'])(
  'a message that cannot be read comes back alone: %s',
  async (body) => {
    const { handle, sent } = aHandler();
    expect(await handle(batch(body, accepted('b')))).toEqual({ failedMessageIds: ['message-0'] });
    expect(sent).toEqual(['b']);
  },
);

test('when routing fails every message comes back', async () => {
  const { handle, logged } = aHandler({ isDown: true });
  expect(await handle(batch(accepted('a'), 'junk', accepted('b')))).toEqual({
    failedMessageIds: ['message-1', 'message-0', 'message-2'],
  });
  expect(logged.map(([level, event]) => `${level} ${event}`)).toEqual([
    'error alert.unreadable',
    'error alert.routing-failed',
  ]);
});

test('configuration that cannot be read is an error in the log, and routing goes on', async () => {
  const { handle, logged, sent } = aHandler({ unreadable: ['route "rte_1" cannot be read'] });
  expect(await handle(batch(accepted('a')))).toEqual({ failedMessageIds: [] });
  expect(sent).toEqual(['a']);
  expect(logged.at(-1)).toEqual([
    'error',
    'configuration.unreadable',
    { items: ['route "rte_1" cannot be read'] },
  ]);
});
