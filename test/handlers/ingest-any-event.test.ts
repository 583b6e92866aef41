import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import type { SourceAuth } from '../../functions/core/model/config/source.ts';
import { ingestFunction } from './ingest-function.ts';
import { aSource, inMemoryPorts } from '../core/ingest/a-request.ts';
import { anyCharacter } from '../any-character.ts';

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom('gzip', 'br', 'gzip, gzip', 'lz4', 'application/json', 'application/x-www-form-urlencoded'),
);
const anyHeaders = fc.dictionary(
  fc.oneof(
    fc.constantFrom('Authorization', 'content-encoding', 'Content-Type', 'webhook-id', 'Idempotency-Key'),
    fc.string({ maxLength: 8 }),
  ),
  anyText,
  { maxKeys: 5 },
);
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes)),
  fc.json({ maxDepth: 4 }).map((json) => Buffer.from(json)),
  fc.json({ maxDepth: 2 }).map((json) => gzipSync(json)),
  fc.string({ maxLength: 40 }).map((title) => Buffer.from(JSON.stringify({ title }))),
);
/** As the API makes it of bytes, and what no API should make: text that is no base64. */
const anyBody = fc.oneof(
  anyBytes.map((bytes) => ({ body: bytes.toString('base64'), isBase64Encoded: true })),
  anyBytes.map((bytes) => ({ body: bytes.toString('utf8'), isBase64Encoded: false })),
  anyText.map((body) => ({ body, isBase64Encoded: true })),
  fc.constant({ isBase64Encoded: false }),
);
const AUTHS: SourceAuth[] = [
  { type: 'none' },
  { type: 'bearer' },
  { type: 'hmac', header: 'x-signature', algorithm: 'sha256', signedContent: 'body' },
];

it('whatever event arrives is answered with 202 or a problem document, never with a 5xx', async () => {
  const statuses = new Set<number | undefined>();
  await fc.assert(
    fc.asyncProperty(
      anyBody,
      anyHeaders,
      fc.constantFrom(...AUTHS),
      fc.constantFrom(...FORMATS.map(({ name }) => name)),
      fc.constantFrom('POST', 'POST', 'POST', 'POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', '\u0000'),
      fc.oneof(fc.constant('src_1'), fc.constant('src_1'), anyText),
      fc.oneof(fc.constant(''), anyText),
      async (body, headers, auth, format, method, sourceId, rawQueryString) => {
        const { ports } = inMemoryPorts({ sources: [aSource({ auth, format })] });
        const bugs: unknown[] = [];
        const handler = ingestFunction({
          ...ports,
          log: { info: () => {}, error: (_event, fields) => void bugs.push(fields) },
        });
        const event = {
          ...body,
          headers,
          rawPath: `/v1/ingest/${sourceId}`,
          rawQueryString,
          pathParameters: { sourceId },
          requestContext: { requestId: 'request-1', http: { method } },
        } as unknown as APIGatewayProxyEventV2;
        const answer = await handler(event);
        const status = answer.statusCode ?? 0;
        statuses.add(status);
        expect(bugs).toEqual([]);
        if (status >= 200 && status < 300) return;
        expect(status).toBeGreaterThanOrEqual(400);
        expect(status).toBeLessThan(500);
        expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
        expect(JSON.parse(answer.body ?? '')).toMatchObject({ status, code: expect.any(String) as string });
      },
    ),
    { numRuns: 1_500 },
  );
  // A property that refuses everything at the door would prove nothing.
  expect([...statuses]).toEqual(expect.arrayContaining([202, 400, 401, 405]));
});
