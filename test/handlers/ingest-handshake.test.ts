import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { ingestHandlerOver } from './ingest-function.ts';
import { aSource, inMemoryPorts } from '../core/ingest/a-request.ts';

function asked(format: string, method: string, headers: Record<string, string>) {
  const { ports } = inMemoryPorts({ sources: [aSource({ format })] });
  const handler = ingestHandlerOver(ports);
  return handler({
    headers,
    rawPath: '/v1/ingest/src_1',
    rawQueryString: '',
    pathParameters: { sourceId: 'src_1' },
    requestContext: { requestId: 'request', http: { method } },
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2);
}

describe('the ingestion URL', () => {
  it('answers the challenge with which Okta verifies it', async () => {
    await expect(asked('okta', 'GET', { 'X-Okta-Verification-Challenge': 'abc' })).resolves.toMatchObject({
      statusCode: 200,
      body: '{"verification":"abc"}',
    });
  });

  it('allows the origin that a sender of CloudEvents asks for', async () => {
    await expect(
      asked('cloudevents', 'OPTIONS', { 'WebHook-Request-Origin': 'events.example.com' }),
    ).resolves.toMatchObject({
      statusCode: 200,
      headers: { 'webhook-allowed-origin': 'events.example.com' },
    });
  });

  it.each([
    ['okta', 'GET', {}],
    ['github', 'GET', { 'x-okta-verification-challenge': 'abc' }],
    ['okta', 'DELETE', { 'x-okta-verification-challenge': 'abc' }],
  ])('allows a source of %s nothing else than POST: %s %j', async (format, method, headers) => {
    await expect(asked(format, method, headers)).rejects.toMatchObject({ code: 'method-not-allowed' });
  });
});
