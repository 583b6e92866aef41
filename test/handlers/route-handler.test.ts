import type { SQSEvent } from 'aws-lambda';
import type { Route } from '../../functions/core/model/config/route.ts';
import type { UnreadableRoute } from '../../functions/core/model/config/unreadable-config.ts';
import { expect, test } from 'vitest';
import { routeHandler } from '../../functions/handlers/route-handler.ts';
import { anAlert, aRoute, aWebhook } from '../adapters/records.ts';

function aHandler({ isDown = false, unreadable = [] as UnreadableRoute[], routes = [] as Route[] } = {}) {
  const logged: [string, string, Record<string, unknown>][] = [];
  const sent: string[] = [];
  const asked: string[] = [];
  const handler = routeHandler({
    routingTable: {
      load: async () => ({
        routes,
        destinations: [aWebhook()],
        unreadable: { routes: unreadable, destinations: [] },
      }),
    },
    store: {
      stored: async (ids) => {
        asked.push(...ids);
        return new Set();
      },
      put: async () => {},
    },
    systemAlerts: { firstOf: async (alert) => alert, watch: async () => {} },
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
  const handle = async (event: SQSEvent, leftMs = 30_000) =>
    handler(event, { getRemainingTimeInMillis: () => leftMs });
  return { handle, logged, sent, asked };
}

const accepted = (id: string) =>
  JSON.stringify({ schema_version: '1', request_id: 'r', alerts: [anAlert({ id })] });
const batch = (...bodies: string[]) =>
  ({ Records: bodies.map((body, index) => aRecord(body, index)) }) as SQSEvent;
const aRecord = (body: string, index = 0, attributes: Record<string, string> = {}) => ({
  messageId: `message-${index}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: String(Date.parse(anAlert().received_at) + 500),
    ...attributes,
  },
});

test('a batch is routed as one, and one line tells of the alerts of a source that were routed alike', async () => {
  const { handle, logged, sent } = aHandler();
  const other = JSON.stringify({
    schema_version: '1',
    request_id: 'q',
    alerts: [anAlert({ id: 'c', source: { ...anAlert().source, id: 'src_2' } })],
  });
  expect(await handle(batch(accepted('a'), accepted('b'), other))).toEqual({ failedMessageIds: [] });
  expect(sent).toEqual(['a', 'b', 'c']);
  expect(logged).toEqual([
    [
      'info',
      'alert.routed',
      { sourceId: 'src_1', routing: 'routed', alerts: 2, deliveries: 2, alertIds: ['a', 'b'] },
    ],
    [
      'info',
      'alert.routed',
      { sourceId: 'src_2', routing: 'routed', alerts: 1, deliveries: 1, alertIds: ['c'] },
    ],
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

const damaged = [
  null,
  7,
  {},
  ...Object.keys(anAlert()).flatMap((member) => [
    { ...anAlert({ id: 'a' }), [member]: undefined },
    { ...anAlert({ id: 'a' }), [member]: null },
  ]),
];

test.each(
  damaged.map((alert) => [JSON.stringify({ schema_version: '1', request_id: 'r', alerts: [alert] })]),
)('a message whose alert is damaged keeps no other from its way: %s', async (body) => {
  const { handle, sent } = aHandler({
    routes: [
      aRoute({
        destinationIds: [aWebhook().id],
        condition: { types: ['*'], matchers: ['title=~".+"', 'env!="dev"'] },
      }),
    ],
  });
  const { failedMessageIds } = await handle(batch(body, accepted('b'), accepted('c')));
  expect(sent).toEqual(expect.arrayContaining(['b', 'c']));
  expect(['', 'message-0']).toContain(failedMessageIds.join());
  expect(sent.length + failedMessageIds.length).toBe(3);
});

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
  const { handle, logged, sent } = aHandler({
    unreadable: [
      { kind: 'route', id: 'rte_1', problem: 'name is missing', destinationIds: [], condition: {} },
    ],
  });
  expect(await handle(batch(accepted('a')))).toEqual({ failedMessageIds: [] });
  expect(sent).toEqual(['a']);
  expect(logged.at(-1)).toEqual([
    'error',
    'configuration.unreadable',
    { items: ['route "rte_1" cannot be read: name is missing'] },
  ]);
});

test.each([
  ['was received before', { ApproximateReceiveCount: '2' }, ['a']],
  [
    'was sent long after its alert came in, as by a redrive',
    { SentTimestamp: String(Date.parse(anAlert().received_at) + 3_600_000) },
    ['a'],
  ],
  ['is new', {}, []],
])('of a message that %s it is asked what is stored: %j', async (_what, attributes, expected) => {
  const { handle, asked } = aHandler();
  await handle({ Records: [aRecord(accepted('a'), 0, attributes)] } as unknown as SQSEvent);
  expect(asked).toEqual(expected);
});

test('what there is no time for comes back, and no error is logged', async () => {
  const { handle, logged, sent } = aHandler();
  const large = JSON.stringify({
    schema_version: '1',
    request_id: 'r',
    alerts: Array.from({ length: 150 }, (_, index) => anAlert({ id: `b-${String(index)}` })),
  });
  expect(await handle(batch(accepted('a'), large), 9_000)).toEqual({ failedMessageIds: ['message-1'] });
  expect(sent).toHaveLength(100);
  expect(logged.filter(([level]) => level === 'error')).toEqual([]);
  expect(logged.at(-1)).toEqual(['info', 'alert.routing-continues', { messages: 1 }]);
});
