import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import type { LambdaFunction } from '../../../local/runtime/lambda-function.ts';
import { createHttpApi } from '../../../local/runtime/http-api/http-api.ts';
import { routingKeyFor } from '../../../functions/core/ingest/auth/routing-key.ts';
import { aSource, inMemoryPorts, SECRET } from '../../core/ingest/a-request.ts';
import { ingestFunction } from '../../handlers/ingest-function.ts';

export type Sent = {
  method: string;
  path: string;
  headers: Record<string, string | string[]>;
  body: Buffer;
};
export type Answered = { status: number; headers: Record<string, string>; body: string };
type Answer = APIGatewayProxyStructuredResultV2;

export const ROUTING_KEY = routingKeyFor('src_1', SECRET);

/** The routes of the deployed API. */
const ROUTES = [
  'POST /v1/ingest/{sourceId}',
  'GET /v1/ingest/{sourceId}',
  'ANY /v1/ingest/{sourceId}',
  'POST /v2/enqueue',
  '$default',
];

/**
 * The handler of the ingest function behind the emulated API Gateway, over a socket. `restart` gives it a source and a queue
 * that works or does not; `spoil` changes what it answers.
 */
export async function servedIngestion() {
  let handler: (event: APIGatewayProxyEventV2) => Promise<Answer>;
  const server = createServer();
  const lambda = {
    invoke: async (event: unknown) => ({
      kind: 'answered',
      payload: await handler(event as APIGatewayProxyEventV2),
    }),
  } as unknown as LambdaFunction;
  const handle = createHttpApi({
    apiId: 'api',
    routes: ROUTES.map((key) => ({ key, lambda, timeoutMs: 10_000 })),
    account: LOCAL_ACCOUNT,
    clock: { now: () => Date.now() },
    textBytes: 'base64',
  });
  server.on('request', (request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    restart(
      source: Partial<Source>,
      {
        isQueueDown = false,
        spoil = (answer: Answer) => answer,
      }: { isQueueDown?: boolean; spoil?: (answer: Answer) => Answer } = {},
    ): void {
      const { ports } = inMemoryPorts({
        sources: [aSource(source)],
        ...(source.auth?.type === 'routing-key' && { credential: { current: ROUTING_KEY } }),
        ...(isQueueDown && { failing: ['enqueue'] }),
      });
      const answering = ingestFunction(ports);
      handler = async (event) => spoil(await answering(event));
    },
    send: async ({ method, path, headers, body }: Sent): Promise<Answered> =>
      new Promise((resolve, reject) => {
        // Node sends the body of a GET or OPTIONS behind a request that says nothing of it.
        const sized = { ...headers, 'content-length': String(body.length) };
        const request = httpRequest({ port, host: '127.0.0.1', method, path, headers: sized }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
            const answer = { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
            resolve({ ...answer, headers: Object.fromEntries(named) as Record<string, string> });
          });
        });
        request.on('error', reject);
        request.end(body);
      }),
    close: async () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
