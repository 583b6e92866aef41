import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished, vi } from 'vitest';
import type { AwsClientOptions } from '../../functions/adapters/aws/client-options.ts';

/** `operation` is the last part of X-Amz-Target (`SendMessageBatch`), or the `Action` of a form. */
export type AwsCall = { operation: string; body: string };
/** `no-answer` leaves the caller waiting, `reset` breaks the connection. */
export type AwsAnswer = { status?: number; body: string } | 'no-answer' | 'reset';

/** An AWS endpoint on loopback that answers what the test says; keeps the calls it got. */
export async function awsFake(answer: (call: AwsCall) => AwsAnswer | Promise<AwsAnswer>) {
  const calls: AwsCall[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const target = String(request.headers['x-amz-target'] ?? '');
    const operation =
      target.slice(target.lastIndexOf('.') + 1) || (new URLSearchParams(body).get('Action') ?? '');
    calls.push({ operation, body });
    const given = await answer({ operation, body });
    if (given === 'no-answer') return;
    if (given === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(given.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' }).end(given.body);
  }

  const server = createServer((request, response) => void respond(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    endpoint,
    calls,
    operations: () => calls.map(({ operation }) => operation),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same for clients that nobody gives an endpoint, until the test ends: they take it and their keys from the environment. */
export async function awsOfEnvironment(...[answer]: Parameters<typeof awsFake>): Promise<void> {
  const { endpoint, close } = await awsFake(answer);
  onTestFinished(close);
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
  vi.stubEnv('AWS_ACCESS_KEY_ID', TEST_KEYS.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', TEST_KEYS.secretAccessKey);
}

/** Options of a client that talks to an endpoint on loopback. */
export const TEST_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

export function clientOptions(endpoint: string, options: AwsClientOptions = {}): AwsClientOptions {
  return {
    endpoint,
    region: 'eu-central-1',
    credentials: TEST_KEYS,
    ...options,
  };
}

/** An error as the JSON protocols of AWS tell it. */
export function jsonError(code: string, status = 400, message = code): AwsAnswer {
  return { status, body: JSON.stringify({ __type: `com.amazonaws#${code}`, message }) };
}
