import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { answerDeadlines } from '../../functions/adapters/aws/answer-deadlines.ts';
import type { IngestPorts } from '../../functions/core/ingest/ingest-alerts.ts';
import type { Deadlines } from '../../functions/handlers/ingest-handler.ts';
import { aSource, inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';
import { ingestFunction } from './ingest-function.ts';

const BODY = '{"title":"Something happened"}';
type Logged = { level: 'info' | 'error'; event: string; fields: Record<string, unknown> };

/** The function as its entry wires it, over ports in memory. */
function aFunction(broken: Partial<IngestPorts> = {}, deadlines: Deadlines = answerDeadlines()) {
  const memory = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
  const logged: Logged[] = [];
  const handler = ingestFunction({
    ...memory.ports,
    ...broken,
    deadlines,
    log: {
      info: (event, fields) => void logged.push({ level: 'info', event, fields }),
      error: (event, fields) => void logged.push({ level: 'error', event, fields }),
    },
  });
  const source = aSource({ auth: { type: 'bearer' } });
  const post = async (
    given: { method?: string; token?: string; body?: string; sourceId?: string; path?: string } = {},
  ) => {
    const sourceId = given.sourceId ?? source.id;
    const event = {
      headers: { Authorization: `Bearer ${given.token ?? SECRET}`, 'content-type': 'application/json' },
      rawPath: given.path ?? `/v1/ingest/${sourceId}`,
      rawQueryString: '',
      // Of the default route there are none.
      ...(given.path === undefined && { pathParameters: { sourceId } }),
      requestContext: { requestId: 'request-1', http: { method: given.method ?? 'POST' } },
      body: given.body ?? BODY,
      isBase64Encoded: false,
    } as unknown as APIGatewayProxyEventV2;
    const answer = await handler(event);
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

describe('a path', () => {
  const { sources } = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] }).ports;
  const looked: string[] = [];
  /** As the table: a key of more than 2,048 bytes, and an empty one, is refused (ValidationException). */
  const strict: IngestPorts['sources'] = {
    find: async (id) => {
      looked.push(id);
      if (id === '' || Buffer.byteLength(id) > 1_000)
        throw new Error('One or more parameter values were invalid');
      return sources.find(id);
    },
  };
  const long = 'a'.repeat(8_000);

  test.each([
    `src_${long}`,
    `src_${'a'.repeat(65)}`,
    'src_',
    'src_a b',
    'src_a#b',
    'src_a/b',
    'src_\u0000',
    'src_\n',
    'src_é',
    'src_\ud800',
    'dst_1',
    'SRC_1',
    '__proto__',
    '%',
    ' ',
    '',
    long,
  ])('with what is no id of a source is looked up nowhere, and is the one 401: %j', async (sourceId) => {
    looked.length = 0;
    const { post, logged } = aFunction({ sources: strict });
    const unknown = await post({ sourceId: 'src_unknown' });
    looked.length = 0;
    expect(await post({ sourceId })).toEqual(unknown);
    expect((await post({ sourceId, method: 'GET' })).statusCode).toBe(405);
    expect((await post({ sourceId, method: 'OPTIONS' })).statusCode).toBe(405);
    expect(looked).toEqual([]);
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('with a slash at its end is the same source', async () => {
    const { statusCode } = await aFunction().post({ path: '/v1/ingest/src_1/' });
    expect(statusCode).toBe(202);
  });

  test.each([
    '/',
    '/favicon.ico',
    '/v1/ingest',
    '/v1/ingest/',
    '/v1/ingest/src_1//',
    '/v1/ingest/src_1/x',
    '/v2/ingest/src_1',
  ])('of nobody is 404, whatever the method: %s', async (path) => {
    for (const method of ['POST', 'GET', 'OPTIONS']) {
      const { statusCode, headers, json } = await aFunction().post({ path, method });
      expect(statusCode).toBe(404);
      expect(headers).toMatchObject({ 'content-type': 'application/problem+json' });
      expect(json).toMatchObject({ code: 'not-found', status: 404, request_id: 'request-1' });
    }
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

  test('that is slow by the clock only, because this process computes: accepted', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const never = { begin: () => ({ end: () => undefined }) };
    const stored = Promise.withResolvers<void>();
    const { post } = aFunction({ alerts: { enqueue: async () => stored.promise } }, never);
    const answer = post();
    await vi.advanceTimersByTimeAsync(8_000);
    stored.resolve();
    expect((await answer).statusCode).toBe(202);
  });

  test('that ends after its 503: the next try finds everything stored and enqueues nothing', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const stored = Promise.withResolvers<void>();
    let enqueues = 0;
    const { post, logged } = aFunction({
      alerts: {
        enqueue: async () => {
          enqueues += 1;
          return stored.promise;
        },
      },
    });
    const first = post();
    await vi.advanceTimersByTimeAsync(3_000);
    expect((await first).statusCode).toBe(503);
    stored.resolve();
    await vi.advanceTimersByTimeAsync(1);
    const { statusCode, json } = await post();
    expect({ statusCode, duplicates: json['duplicates'], enqueues }).toEqual({
      statusCode: 202,
      duplicates: 1,
      enqueues: 1,
    });
    expect(logged).toContainEqual(expect.objectContaining({ event: 'alert.accepted-late' }));
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
