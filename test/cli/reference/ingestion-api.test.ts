import { gzipSync } from 'node:zlib';
import { Validator, type Schema } from '@cfworker/json-schema';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { answerDeadlines } from '../../../functions/adapters/aws/answer-deadlines.ts';
import { ingestHandler } from '../../../functions/handlers/ingest-handler.ts';
import { httpErrors } from '../../../functions/handlers/middleware/http-errors.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { ingestionApi } from '../../../cli/reference/ingestion-api.ts';
import { aSource, inMemoryPorts, SECRET } from '../../core/ingest/a-request.ts';
import { documentsOf } from './any-document.ts';

type Answer = {
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, { schema: object }>;
};
type Operation = {
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Answer>;
};

const api = ingestionApi() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};
const find = (ref: string): object => api.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};

/** The schema with what it refers to, as one document. */
function whole(schema: object): Schema {
  const { Accepted, Problem, ...others } = api.components.schemas;
  // A field that the document does not name is undocumented, too.
  const closed = (one: object | undefined) => ({ ...one, additionalProperties: false });
  const schemas = { ...others, Accepted: closed(Accepted), Problem: closed(Problem) };
  return { ...schema, components: { schemas } };
}

const OPERATIONS = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    'responses' in operation ? [{ path, method: method.toUpperCase(), operation }] : [],
  ),
);

const SOURCES: Partial<Source>[] = [
  { auth: { type: 'bearer' } },
  { auth: { type: 'none' } },
  { auth: { type: 'shared-secret', header: 'x-tocsin-secret' } },
  { auth: { type: 'routing-key' }, format: 'pagerduty-events' },
  { auth: { type: 'none' }, format: 'okta' },
  { auth: { type: 'none' }, format: 'cloudevents' },
  { auth: { type: 'none' }, rateLimit: { perMinute: 1 } },
  {
    auth: { type: 'none' },
    schemas: { documents: ['{"type": "object", "required": ["severity"]}'], isStrict: true },
  },
];

/** Bodies that the document says are taken, and what becomes of such on bad days. */
function bodiesOf(operation: Operation): fc.Arbitrary<Buffer> {
  const schemas = Object.values(operation.requestBody?.content ?? {});
  if (schemas.length === 0) return fc.constant(Buffer.alloc(0));
  const documents = fc.oneof(...schemas.map(({ schema }) => documentsOf(schema, find)));
  const good = documents.map((document) =>
    Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)),
  );
  return fc.oneof(
    { weight: 6, arbitrary: good },
    good.map((bytes) => gzipSync(bytes)),
    good.map((bytes) => gzipSync(bytes).subarray(0, -4)),
    good.map((bytes) => bytes.subarray(0, bytes.length - 1)),
    fc.constant(Buffer.alloc(0)),
    fc.constant(Buffer.from('[]')),
    fc.constant(Buffer.from('<html></html>')),
    fc.constant(Buffer.alloc(1_048_577, 0x20)),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  );
}

const headers = fc.record(
  {
    authorization: fc.constantFrom(`Bearer ${SECRET}`, 'Bearer wrong', 'Basic !'),
    'x-tocsin-secret': fc.constant(SECRET),
    'content-encoding': fc.constantFrom('gzip', 'lz4', 'br'),
    'content-type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/octet-stream',
      'text/html',
    ),
    'idempotency-key': fc.constant('key-1'),
    'x-okta-verification-challenge': fc.constant('challenge'),
    'webhook-request-origin': fc.constant('sender.example.com'),
  },
  { requiredKeys: [] },
);

it('answers with nothing that the document does not say', async () => {
  const seen = new Set<string>();
  const requests = fc.constantFrom(...OPERATIONS).chain((operation) =>
    fc.record({
      ...Object.fromEntries(Object.entries(operation).map(([name, value]) => [name, fc.constant(value)])),
      bodies: fc.array(bodiesOf(operation.operation), { minLength: 1, maxLength: 2 }),
      headers,
      source: fc.constantFrom(...SOURCES),
      sourceId: fc.constantFrom('src_1', 'src_1', 'src_1', 'src_other'),
      broken: fc.constantFrom(false, false, false, false, true),
    }),
  );
  await fc.assert(
    fc.asyncProperty(requests, async (given) => {
      const { path, method, operation, bodies, source, sourceId, broken } = given as typeof given &
        (typeof OPERATIONS)[number];
      const { ports } = inMemoryPorts({ sources: [aSource(source)] });
      const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
        .use(httpErrors())
        .handler(
          ingestHandler({
            ...ports,
            ...(broken && {
              alerts: {
                enqueue: async () => {
                  throw new Error('the queue is down');
                },
              },
            }),
            deadlines: answerDeadlines(),
            health: { observe: async () => {} },
            log: { info: () => {}, error: () => {} },
          }),
        );
      // The second of two has the same key, where there is one.
      for (const body of bodies) {
        const event = {
          body: body.toString('base64'),
          isBase64Encoded: true,
          headers: given.headers,
          rawPath: path.replace('{sourceId}', sourceId),
          rawQueryString: '',
          ...(path.includes('{') && { pathParameters: { sourceId } }),
          requestContext: { requestId: 'request-1', http: { method } },
        } as unknown as APIGatewayProxyEventV2;
        const answer = await handler(event, { getRemainingTimeInMillis: () => 10_000 } as Context);
        seen.add(`${method} ${path} ${answer.statusCode}`);
        expectDocumented(operation, answer);
      }
    }),
    { numRuns: 1_200 },
  );
  const all = OPERATIONS.flatMap(({ path, method, operation }) =>
    Object.keys(operation.responses).map((status) => `${method} ${path} ${status}`),
  );
  const post = (path: string) => all.filter((one) => one.startsWith(`POST ${path} `)).length;
  // A generator that is refused at the door would prove nothing.
  expect([...seen].filter((one) => one.startsWith('POST /v1')).length).toBeGreaterThan(
    post('/v1/ingest/{sourceId}') - 5,
  );
  expect(seen).toContain('POST /v1/ingest/{sourceId} 202');
  expect(seen).toContain('GET /v1/ingest/{sourceId} 200');
  expect(seen).toContain('OPTIONS /v1/ingest/{sourceId} 200');
  expect(seen).toContain('GET /v1/ingest/{sourceId} 405');
});

function expectDocumented({ responses }: Operation, answer: APIGatewayProxyStructuredResultV2): void {
  const said = responses[String(answer.statusCode)];
  if (said === undefined) throw new Error(`undocumented: ${answer.statusCode} ${answer.body ?? ''}`);
  const sent = new Map(Object.entries(answer.headers ?? {}));
  for (const [name, { required, schema }] of Object.entries(said.headers ?? {})) {
    const value = sent.get(name);
    if (required === true) expect(sent.has(name), `${answer.statusCode} ${name}`).toBe(true);
    if (value !== undefined) expect(new Validator(schema as Schema).validate(value).errors).toEqual([]);
  }
  if (said.content === undefined) return;
  const type = String(sent.get('content-type'));
  const content = said.content[type];
  if (content === undefined) throw new Error(`undocumented type: ${type}`);
  const { errors } = new Validator(whole(content.schema), '2020-12').validate(JSON.parse(answer.body ?? ''));
  expect(errors, answer.body ?? '').toEqual([]);
}
