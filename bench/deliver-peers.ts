import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createHmac } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { tlsAuthority } from '../test/tls-authority.ts';

/**
 * The process that both senders of `deliver-cpu.ts` talk to, and that is not measured: an HTTPS receiver that checks
 * every signature, and as much of DynamoDB and Secrets Manager as a delivery asks for, from memory.
 */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const authority = tlsAuthority('Bench Authority');
const seen = { verified: 0, unverified: 0, awsCalls: 0 };

const receiver = createHttpsServer(authority.issue(), (request, response) => void receive(request, response));
const aws = createHttpServer((request, response) => void serve(request, response));

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  const expected = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  if (request.headers['tocsin-signature'] === expected) seen.verified += 1;
  else seen.unverified += 1;
  response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  seen.awsCalls += 1;
  const answer = JSON.stringify(answerOf(request, JSON.parse(body) as AwsInput));
  response.writeHead(200, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': String(Buffer.byteLength(answer)),
  });
  response.end(answer);
}

type AwsInput = {
  Key?: { pk?: { S?: string } };
  ExpressionAttributeValues?: Record<string, unknown>;
  ReturnValues?: string;
  Statements?: unknown[];
};

function answerOf(request: IncomingMessage, input: AwsInput): unknown {
  const [, action] = String(request.headers['x-amz-target']).split('.');
  if (action === 'GetSecretValue') {
    return { SecretString: JSON.stringify({ current: SECRET, ca: authority.ca }) };
  }
  if (action === 'GetItem') {
    return input.Key?.pk?.S === 'DESTINATION' ? { Item: destinationItem() } : {};
  }
  if (action === 'UpdateItem') {
    return input.ReturnValues === 'ALL_NEW' ? { Attributes: claimedRow(input) } : {};
  }
  if (action === 'PutItem') return {};
  // No silence lasts.
  if (action === 'Query') return { Items: [] };
  if (action === 'BatchExecuteStatement') return { Responses: input.Statements?.map(() => ({})) };
  if (action === 'BatchWriteItem') return { UnprocessedItems: {} };
  throw new Error(`a delivery makes no call ${String(action)}`);
}

/** The row after a claim: what the claim wrote. */
function claimedRow({ ExpressionAttributeValues: values = {} }: AwsInput): Record<string, unknown> {
  const written = Object.entries(values).map(([name, value]) => [name.slice(1), value]);
  return { ...(Object.fromEntries(written) as object), state: { S: 'sending' }, claims: { N: '1' } };
}

function destinationItem(): Record<string, unknown> {
  const at = { S: '2026-01-15T14:23:01.000Z' };
  const config = {
    id: { S: 'dst_1' },
    name: { S: 'hook' },
    channel: { S: 'webhook' },
    url: { S: `https://127.0.0.1:${String(portOf(receiver))}/hook` },
    auth: { M: { type: { S: 'hmac' } } },
    profile: { S: 'tocsin' },
    format: { S: 'tocsin' },
    retry: { M: { delaysSeconds: { L: [{ N: '30' }] } } },
    customHeaderNames: { L: [] },
    isEnabled: { BOOL: true },
    version: { N: '1' },
    createdAt: at,
    updatedAt: at,
  };
  return { pk: { S: 'DESTINATION' }, sk: { S: 'dst_1' }, config: { M: config } };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return portOf(server);
}

/** What the senders are told of their peers. */
export type Peers = { receiver: string; aws: string; ca: string; secret: string };
export type Seen = typeof seen;

const peers: Peers = {
  receiver: `https://127.0.0.1:${String(await listen(receiver))}/hook`,
  aws: `http://127.0.0.1:${String(await listen(aws))}`,
  ca: authority.ca,
  secret: SECRET,
};
// The parent asks after each sender what arrived since the last question.
process.on('message', () => {
  process.send?.({ ...seen });
  seen.verified = 0;
  seen.unverified = 0;
  seen.awsCalls = 0;
});
process.send?.(peers);
