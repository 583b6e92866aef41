import { deflateSync, gzipSync } from 'node:zlib';
import { Validator, type Schema } from '@cfworker/json-schema';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ingestionApi } from '../../../cli/reference/ingestion-api.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { SECRET } from '../../core/ingest/a-request.ts';
import { documentsOf, type JsonSchema, violationsOf } from './any-document.ts';
import { ROUTING_KEY, servedIngestion, type Answered, type Sent } from './served-ingestion.ts';

/**
 * What a tool that reads the document tries, over a socket and through the emulated API Gateway: bodies that the schemas
 * take and bodies that break one keyword, every media type and encoding, headers missing, wrong and too long, each method.
 *
 * `TOCSIN_REQUESTS`: how many. Some hundred unless told.
 */
const RUNS = Number(process.env['TOCSIN_REQUESTS'] ?? 500);

type Answer = {
  headers?: Record<string, { required?: boolean; schema: object }>;
  content?: Record<string, { schema: object }>;
};
type Operation = {
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, Answer>;
};

const api = ingestionApi() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
};
const find = (ref: string): JsonSchema => api.components.schemas[ref.split('/').at(-1) ?? ''] ?? {};

/** The schema with what it refers to, as one document. */
function whole(schema: object): Schema {
  const { Accepted, Problem, Message, ...others } = api.components.schemas;
  // A field that the document does not name is undocumented, too.
  const closed = (one: object | undefined) => ({ ...one, additionalProperties: false });
  const schemas = {
    ...others,
    Accepted: closed(Accepted),
    Problem: closed(Problem),
    Message: closed(Message),
  };
  return { ...schema, components: { schemas } };
}

const OPERATIONS = Object.entries(api.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, operation]) =>
    'responses' in operation ? [{ path, method: method.toUpperCase(), operation }] : [],
  ),
);
/** As the document has them, and any other one. */
const METHODS = ['POST', 'GET', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'TRACE', 'PROPFIND'];

const SOURCES: Partial<Source>[] = [
  { auth: { type: 'bearer' } },
  { auth: { type: 'none' } },
  { auth: { type: 'none' }, schemas: { documents: ['{"required": ["severity"]}'], isStrict: true } },
  { auth: { type: 'none' }, rateLimit: { perMinute: 1 } },
  { auth: { type: 'none' }, format: 'okta' },
  { auth: { type: 'none' }, format: 'cloudevents' },
  { auth: { type: 'none' }, format: 'plain-text' },
  { auth: { type: 'shared-secret', header: 'x-tocsin-secret' } },
  { auth: { type: 'basic', username: 'ana' } },
  {
    auth: {
      type: 'hmac',
      header: 'x-signature',
      algorithm: 'sha256',
      signedContent: 'body',
    },
  },
];
/** Of what is posted to `/v2/enqueue`. */
const ROUTED: Partial<Source> = { auth: { type: 'routing-key' }, format: 'pagerduty-events' };

/** With the key of the source where it has one, which nobody guesses. */
function authentic(document: unknown): unknown {
  const hasKey = typeof document === 'object' && document !== null && 'routing_key' in document;
  return hasKey && document.routing_key !== '' ? { ...document, routing_key: ROUTING_KEY } : document;
}

/** Bodies that the document says are taken, those that break it, and what becomes of both on the way. */
function bodiesOf(operation: Operation): fc.Arbitrary<Buffer> {
  const schemas = Object.values(operation.requestBody?.content ?? {}).map(
    ({ schema }) => schema as JsonSchema,
  );
  if (schemas.length === 0) return fc.constant(Buffer.alloc(0));
  const bytes = (document: unknown) =>
    Buffer.from(typeof document === 'string' ? document : (JSON.stringify(authentic(document)) ?? ''));
  const right = fc.oneof(...schemas.map((schema) => documentsOf(schema, find))).map(bytes);
  const wrong = fc.oneof(...schemas.map((schema) => violationsOf(schema, find))).map(bytes);
  return fc.oneof(
    { weight: 5, arbitrary: right },
    { weight: 5, arbitrary: wrong },
    right.map((one) => gzipSync(one)),
    right.map((one) => deflateSync(one)),
    right.map((one) => gzipSync(one).subarray(0, -4)),
    right.map((one) => one.subarray(0, one.length - 1)),
    right.map((one) => Buffer.concat([one, Buffer.from('\n'), one])),
    right.map((one) => Buffer.concat([Buffer.from([0xff, 0xfe]), one])),
    fc
      .constantFrom(
        '',
        ' ',
        '[]',
        '{}',
        'null',
        '0',
        '"text"',
        '[[]]',
        '<html></html>',
        'a=1&b=2',
        '{"title":',
      )
      .map(bytes),
    fc.constant(Buffer.from(`${'['.repeat(100)}${']'.repeat(100)}`)),
    fc.uint8Array({ maxLength: 60 }).map((one) => Buffer.from(one)),
    TOO_LARGE,
  );
}

/** For the function by one byte, and for the API. */
const TOO_LARGE = fc
  .constantFrom(1_048_577, 1_048_577, 1_048_577, 4_700_000)
  .map((size) => Buffer.alloc(size, 0x20));

const MEDIA_TYPES = [
  ...Object.keys(api.paths['/v1/ingest/{sourceId}']?.['post']?.requestBody?.content ?? {}),
  'application/json; charset=utf-16',
  'application/vnd.api+json',
  'application/cloudevents-batch+json',
  'application/x-www-form-urlencoded',
  'application/xml',
  'multipart/form-data; boundary=x',
  'image/png',
  'text/html; charset=nonsense',
  'no media type at all',
];
const ENCODINGS = [
  'gzip',
  'GZIP',
  'zstd',
  'deflate',
  'br',
  'identity',
  '',
  'y',
  'gzip, gzip',
  'gzip, br',
  ' ',
];

const HEADERS = fc.record(
  {
    authorization: fc.constantFrom(
      `Bearer ${SECRET}`,
      `Basic ${Buffer.from(`ana:${SECRET}`).toString('base64')}`,
      'Bearer wrong',
      'Bearer',
      'Basic !',
      'Digest a="b"',
      '\u00fc',
    ),
    'x-tocsin-secret': fc.constantFrom(SECRET, 'wrong', ''),
    'x-signature': fc.constantFrom('0'.repeat(64), 'sha256=', 'zz'),
    'content-encoding': fc.constantFrom(...ENCODINGS),
    'content-type': fc.constantFrom(...MEDIA_TYPES),
    'idempotency-key': fc.oneof(fc.constant('key-1'), fc.constant(''), fc.constant('k'.repeat(400))),
    'x-okta-verification-challenge': fc.constantFrom('challenge', ''),
    'webhook-request-origin': fc.constantFrom('sender.example.com', '*', ''),
    'x-long': fc.oneof({ weight: 9, arbitrary: fc.constant('short') }, fc.constant('l'.repeat(11_000))),
    cookie: fc.constantFrom('a=1', ';;'),
    accept: fc.constantFrom('text/html', 'application/json', ''),
  },
  { requiredKeys: [] },
);

/** Those that have an answer to the operation more often than the others. */
function sourcesFor({ path, method }: (typeof OPERATIONS)[number]): fc.Arbitrary<Partial<Source>> {
  if (path === '/v2/enqueue') return fc.constant(ROUTED);
  const willing = { GET: 'okta', OPTIONS: 'cloudevents' }[method];
  const first = SOURCES.filter(({ format }, index) =>
    willing === undefined ? index < 4 : format === willing,
  );
  return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...first) }, fc.constantFrom(...SOURCES));
}

type Case = {
  operation: (typeof OPERATIONS)[number];
  sent: Sent[];
  source: Partial<Source>;
  isQueueDown: boolean;
};

const CASES: fc.Arbitrary<Case> = fc.constantFrom(...OPERATIONS).chain((operation) => {
  const path = fc
    .tuple(
      fc.constantFrom('src_1', 'src_1', 'src_1', 'src_other', '%00', 'a%2Fb'),
      fc.constantFrom('', '', '/', '?a=%ff&b'),
    )
    .map(([id, rest]) => operation.path.replace('{sourceId}', id) + rest);
  const method = fc.oneof(
    { weight: 4, arbitrary: fc.constant(operation.method) },
    fc.constantFrom(...METHODS),
  );
  const one = fc.record({ method, path, headers: HEADERS, body: bodiesOf(operation.operation) });
  return fc.record({
    operation: fc.constant(operation),
    // The second of two has the same key, where there is one.
    sent: fc.array(one, { minLength: 1, maxLength: 2 }),
    source: sourcesFor(operation),
    isQueueDown: fc.constantFrom(false, false, false, false, true),
  });
});

let served: Awaited<ReturnType<typeof servedIngestion>>;
beforeAll(async () => {
  served = await servedIngestion();
});
afterAll(async () => served.close());

/** Sends such requests until one is answered as the document does not say; what was answered. */
async function everyAnswer(runs: number, spoil?: Parameters<typeof served.restart>[1]): Promise<Set<string>> {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(CASES, async ({ operation, sent, source, isQueueDown }) => {
      served.restart(source, { isQueueDown, ...spoil });
      for (const one of sent) {
        const answer = await served.send(one);
        seen.add(`${one.method} ${operation.path} ${answer.status}`);
        expectDocumented(operation.path, one.method, answer);
      }
    }),
    { numRuns: runs },
  );
  return seen;
}

function expectDocumented(path: string, method: string, answer: Answered): void {
  const operation = api.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) {
    // Where the document names no method, the API has to refuse it and say which it takes.
    const refused = { status: answer.status, isRefused: [404, 405, 413, 431].includes(answer.status) };
    expect(refused, method).toEqual({ status: answer.status, isRefused: true });
    if (answer.status === 405) expect(answer.headers).toMatchObject({ allow: 'POST' });
    return;
  }
  const said = operation.responses[String(answer.status)];
  if (said === undefined) throw new Error(`undocumented: ${String(answer.status)} ${answer.body}`);
  const type = String(answer.headers['content-type']);
  for (const [name, { required, schema }] of Object.entries(said.headers ?? {})) {
    const value = answer.headers[name];
    const isDue = required === true || (name === 'retry-after' && type === 'application/problem+json');
    if (isDue) expect(answer.headers, String(answer.status)).toHaveProperty(name);
    if (value !== undefined) expect(new Validator(schema as Schema).validate(value).errors).toEqual([]);
  }
  if (said.content === undefined) return;
  const content = said.content[type];
  if (content === undefined) throw new Error(`undocumented type of ${String(answer.status)}: ${type}`);
  const { errors } = new Validator(whole(content.schema), '2020-12').validate(JSON.parse(answer.body));
  expect(errors, answer.body).toEqual([]);
}

describe('the document of the ingestion API', () => {
  it('names every answer', async () => {
    const seen = await everyAnswer(RUNS);
    const statuses = (operation: string) =>
      [...seen].filter((one) => one.startsWith(`${operation} `)).map((one) => Number(one.split(' ').at(-1)));
    // A generator that is refused at the door would prove nothing.
    expect(statuses('POST /v1/ingest/{sourceId}')).toEqual(expect.arrayContaining([202, 400, 401, 415]));
    expect(statuses('GET /v1/ingest/{sourceId}')).toEqual(expect.arrayContaining([200, 405]));
    expect(statuses('OPTIONS /v1/ingest/{sourceId}')).toEqual(expect.arrayContaining([200, 405]));
    expect(statuses('POST /v2/enqueue')).toEqual(expect.arrayContaining([202, 400, 401]));
  });

  it.each<[string, Parameters<typeof everyAnswer>[1]]>([
    [
      'another status',
      { spoil: (answer) => ({ ...answer, statusCode: answer.statusCode === 202 ? 201 : 418 }) },
    ],
    [
      'a header less',
      {
        spoil: ({ headers: _headers, ...answer }) => ({
          ...answer,
          headers: { 'content-type': 'application/problem+json' },
        }),
      },
    ],
    [
      'another media type',
      { spoil: (answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } }) },
    ],
    [
      'a field more',
      {
        spoil: (answer) => ({
          ...answer,
          body: JSON.stringify({ ...JSON.parse(answer.body ?? '{}'), more: 1 }),
        }),
      },
    ],
    ['a field less', { spoil: (answer) => ({ ...answer, body: '{}' }) }],
  ])('does not name an answer with %s, which is found', async (_, spoil) => {
    await expect(everyAnswer(100, spoil)).rejects.toThrow('Property failed');
  });
});
