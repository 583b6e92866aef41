import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { CANARY_DESTINATION_ID } from '../functions/core/model/config/canary.ts';
import { standardWebhooksSignature } from '../functions/core/signing/standard-webhooks.ts';
import { sqsEvent } from '../local/runtime/sqs-event.ts';
import type { JsonObject } from '../local/json-object.ts';
import type { emulatedGateway } from '../test/cli/emulated-gateway.ts';
import { scannerAlert } from './scanner-alert.ts';
import documented from '../test/fixtures/aws-documented/events.json' with { type: 'json' };

export type EmulatedGateway = Awaited<ReturnType<typeof emulatedGateway>>;

/**
 * The event of each function on the way of an alert, and of those that run by the clock: one new alert, or one canary, each time.
 * What a function reads from a queue is taken from the emulated queue, where the function before it laid it.
 */
export async function eventsOfAnAlert(gateway: EmulatedGateway, source: { id: string; secret: string }) {
  const { emulators, manifest } = gateway;
  const mailEvents: unknown[] = [];
  emulators.ses.onEvent((_, { envelope }) => void mailEvents.push(envelope));
  let canary: unknown;

  /** In the place of the public door, at which the canary knocks. */
  const knock = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    canary = ((await json(request)) as { details: unknown }).details;
    const answer = JSON.stringify({ alert_ids: [randomUUID()] });
    response.writeHead(202, { 'content-type': 'application/json' }).end(answer);
  };
  const door = createServer((request, response) => void knock(request, response));
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));

  /** What lies in that queue, up to a batch of it. */
  const taken = async (name: 'alerts' | 'email' | 'webhook'): Promise<JsonObject> => {
    const { arn } = manifest.queues[name];
    const queue = arn.split(':').at(-1) ?? '';
    const messages = await emulators.sqs.receive(queue, { max: 10, hiddenForSeconds: 30, waitMs: 0 });
    emulators.sqs.remove(queue, messages);
    return sqsEvent(messages, arn, emulators.account);
  };

  const inQueue = (body: unknown): JsonObject => ({
    Records: [
      {
        messageId: randomUUID(),
        receiptHandle: 'bench',
        body: JSON.stringify(body),
        attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(Date.now()) },
        messageAttributes: {},
        eventSource: 'aws:sqs',
      },
    ],
  });

  const events: Record<string, () => Promise<JsonObject>> = {
    ingest: async () => {
      // Of the rounds before, and of functions that raise alerts: each batch here is of one message.
      for (const queue of ['alerts', 'email', 'webhook'] as const) await taken(queue);
      return httpEvent('POST /v1/ingest/{sourceId}', { sourceId: source.id }, anAlert(), {
        authorization: `Bearer ${source.secret}`,
        'content-type': 'application/json',
      });
    },
    route: async () => taken('alerts'),
    'deliver-webhook': async () => taken('webhook'),
    'deliver-email': async () => taken('email'),
    'record-email-feedback': async () => inQueue(mailEvents.pop()),
    unsubscribe: async () => httpEvent('GET /v1/unsubscribe/{token}', { token: unsubscribeToken() }),
    'ingest-aws-events': async () => {
      const [finding] = documented.samples;
      return inQueue({ ...finding?.event, id: randomUUID() });
    },
    'run-canary': async () => ({}),
    'receive-canary': async () => signedCanary(),
    'watch-deliveries': async () => ({}),
    'watch-sources': async () => ({}),
  };

  /** Of the link in the newest mail. */
  function unsubscribeToken(): string {
    const [mail] = emulators.ses.mailbox.newest(1);
    const link = /^List-Unsubscribe: <[^>]*\/([^/>]+)>/imu.exec(
      mail?.raw.toString('latin1').replaceAll('\r\n ', '') ?? '',
    );
    if (link?.[1] === undefined) throw new Error('the newest mail has no link');
    return link[1];
  }

  /** The canary of the last run, as the webhook function posts it. */
  function signedCanary(): JsonObject {
    const SecretId = `${manifest.secretPrefix}/destination/${CANARY_DESTINATION_ID}`;
    const { SecretString } = emulators.secretsManager.call('GetSecretValue', { SecretId }) as {
      SecretString: string;
    };
    const { current } = JSON.parse(SecretString) as { current: string };
    const body = JSON.stringify({ data: { details: canary } });
    const message = { id: randomUUID(), timestampSeconds: Math.floor(Date.now() / 1_000), body };
    return httpEvent('POST /v1/canary', {}, body, {
      'webhook-id': message.id,
      'webhook-timestamp': String(message.timestampSeconds),
      'webhook-signature': standardWebhooksSignature([current], message),
    });
  }

  return {
    door: `http://127.0.0.1:${String((door.address() as AddressInfo).port)}/v1/ingest`,
    names: Object.keys(events),
    of: async (name: string): Promise<JsonObject> => {
      const event = events[name];
      if (event === undefined) throw new Error(`there is no event for ${name}`);
      return event();
    },
    close: async (): Promise<void> => {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
    },
  };
}

/** Of another title in each round, so that none repeats one before. */
function anAlert(): string {
  return JSON.stringify({ ...scannerAlert(0), title: `Threat Intel Match ${randomUUID()}` });
}

/** As an HTTP API hands a request over, version 2.0; a route is a method and a path. */
function httpEvent(
  route: string,
  pathParameters: Record<string, string>,
  body = '',
  headers: Record<string, string> = {},
): JsonObject {
  const [method = '', path = ''] = route.split(' ');
  const rawPath = Object.entries(pathParameters).reduce(
    (filled, [name, value]) => filled.replace(`{${name}}`, value),
    path,
  );
  return {
    version: '2.0',
    routeKey: route,
    rawPath,
    rawQueryString: '',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    pathParameters,
    requestContext: {
      requestId: randomUUID(),
      http: { method, path: rawPath, sourceIp: '198.51.100.7', userAgent: 'bench' },
    },
    body,
    isBase64Encoded: false,
  };
}
