import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { IngestPorts } from '../../functions/core/ingest/ingest-alerts.ts';
import { ingestHandler } from '../../functions/handlers/ingest-handler.ts';
import { httpErrors } from '../../functions/handlers/middleware/http-errors.ts';
import { aSource, inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';

const BODY = '{"title":"Something happened"}';
type Logged = { level: 'info' | 'error'; event: string; fields: Record<string, unknown> };

/** The function as its entry wires it, over ports in memory. */
function aFunction(broken: Partial<IngestPorts> = {}) {
  const memory = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
  const logged: Logged[] = [];
  const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(httpErrors())
    .handler(
      ingestHandler({
        ...memory.ports,
        ...broken,
        health: { observe: async () => {} },
        log: {
          info: (event, fields) => void logged.push({ level: 'info', event, fields }),
          error: (event, fields) => void logged.push({ level: 'error', event, fields }),
        },
      }),
    );
  const source = aSource({ auth: { type: 'bearer' } });
  const post = async (given: { method?: string; token?: string; body?: string; sourceId?: string } = {}) => {
    const sourceId = given.sourceId ?? source.id;
    const event = {
      headers: { Authorization: `Bearer ${given.token ?? SECRET}`, 'content-type': 'application/json' },
      rawPath: `/v1/ingest/${sourceId}`,
      rawQueryString: '',
      pathParameters: { sourceId },
      requestContext: { requestId: 'request-1', http: { method: given.method ?? 'POST' } },
      body: given.body ?? BODY,
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    const answer = await handler(event, { getRemainingTimeInMillis: () => 10_000 } as Context);
    return { ...answer, json: JSON.parse(answer.body ?? '') as Record<string, unknown> };
  };
  return { post, logged, memory };
}

describe('an accepted request', () => {
  test('is answered with 202, its ids and its counts, after the alert is in the queue', async () => {
    const { post, memory, logged } = aFunction();
    const { statusCode, headers, json } = await post();
    expect(statusCode).toBe(202);
    expect(headers).toEqual({ 'content-type': 'application/json' });
    expect(json).toEqual({
      request_id: expect.any(String) as string,
      accepted: 1,
      duplicates: 0,
      rejected: [],
      alert_ids: memory.enqueued[0]?.alerts.map(({ id }) => id),
    });
    expect(logged).toMatchObject([{ level: 'info', event: 'alert.accepted', fields: { accepted: 1 } }]);
  });
});

describe('a refusal', () => {
  test('is a problem document with a stable code', async () => {
    const { statusCode, headers, json } = await aFunction().post({ token: 'wrong' });
    expect(statusCode).toBe(401);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      // SNS sends the user and password of its endpoint only after it was asked.
      'www-authenticate': 'Basic realm="tocsin", Bearer',
    });
    expect(json).toMatchObject({
      type: 'urn:tocsin:problem:unauthorized',
      status: 401,
      code: 'unauthorized',
      request_id: 'request-1',
    });
  });

  test.each(['GET', 'PUT', 'DELETE'])('of %s is 405 and says what is allowed', async (method) => {
    const { statusCode, headers, json } = await aFunction().post({ method });
    expect({ statusCode, allow: headers?.['allow'], code: json['code'] }).toEqual({
      statusCode: 405,
      allow: 'POST',
      code: 'method-not-allowed',
    });
  });

  test('says which records were wrong', async () => {
    const { statusCode, json } = await aFunction().post({ body: '[{"a":1}]' });
    expect(statusCode).toBe(400);
    expect(json['rejected']).toMatchObject([{ index: 0, code: 'missing-title' }]);
  });
});

describe('a failing service', () => {
  const down = async (): Promise<never> => Promise.reject(new Error('down'));

  test.each<[string, (ports: IngestPorts) => Partial<IngestPorts>]>([
    ['the queue', () => ({ alerts: { enqueue: down } })],
    ['the table, for the source', () => ({ sources: { find: down } })],
    ['the table, for the request', ({ ledger }) => ({ ledger: { ...ledger, claim: down } })],
    ['the secret store', ({ secrets }) => ({ secrets: { ...secrets, credential: down } })],
  ])('%s: 503 with Retry-After, and nothing inside is shown', async (_name, broken) => {
    const { post, logged } = aFunction(broken(inMemoryPorts().ports));
    const { statusCode, headers, json } = await post();
    expect({ statusCode, code: json['code'], retryAfter: headers?.['retry-after'] }).toEqual({
      statusCode: 503,
      code: 'not-durable',
      retryAfter: '5',
    });
    expect(JSON.stringify(json)).not.toContain('down');
    expect(logged).toMatchObject([{ level: 'error', event: 'alert.rejected' }]);
  });

  test('that hangs: 503 before three seconds are over', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { post } = aFunction({ alerts: { enqueue: async () => new Promise(() => {}) } });
    let answered: number | undefined;
    const answer = post().then(({ statusCode }) => {
      answered = statusCode;
      return statusCode;
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(answered).toBeUndefined();
    await vi.advanceTimersByTimeAsync(999);
    expect(await answer).toBe(503);
  });

  test('of our own making is 503 too: the sender comes again, and we are told', async () => {
    const bug = {
      take: async (): Promise<never> => {
        throw new TypeError('a bug');
      },
    };
    const { post, logged } = aFunction({ limiter: bug });
    const { statusCode, json } = await post();
    expect(statusCode).toBe(503);
    expect(JSON.stringify(json)).not.toContain('a bug');
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});
