import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ingestFunction } from '../../../handlers/ingest-function.ts';
import { aSource, inMemoryPorts } from '../a-request.ts';
import type { Source } from '../../../../functions/core/model/config/source.ts';

const ID = 'src_pager';
const KEY = `${ID}.aB3-_aB3-_aB3-_aB3-_`;

/** The function as its entry wires it, with one source. */
function aGateway(given: Partial<Source> = {}) {
  const memory = inMemoryPorts({
    sources: [
      aSource({ id: ID, format: 'pagerduty-events', auth: { type: 'routing-key' }, ...given }),
      aSource({ id: 'src_other', auth: { type: 'bearer' } }),
    ],
    credential: { current: KEY },
  });
  const because: unknown[] = [];
  const log = {
    info: (_event: string, fields: object) => void because.push((fields as { because?: unknown }).because),
    error: () => {},
  };
  const handler = ingestFunction({ ...memory.ports, log });
  const post = async (body: string | Buffer, path = '/v2/enqueue', method = 'POST') => {
    const event = {
      headers: { 'content-type': 'application/json' },
      rawPath: path,
      rawQueryString: '',
      requestContext: { requestId: 'request-1', http: { method } },
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    } as unknown as APIGatewayProxyEventV2;
    const answer = await handler(event);
    return { status: answer.statusCode, json: JSON.parse(answer.body ?? '') as Record<string, unknown> };
  };
  return { post, memory, because };
}

function event(given: object = {}): string {
  return JSON.stringify({
    routing_key: KEY,
    event_action: 'trigger',
    dedup_key: 'backup/nightly',
    payload: { summary: 'Nightly backup failed', source: 'db-1', severity: 'error' },
    ...given,
  });
}

describe('POST /v2/enqueue', () => {
  it('takes an event for the source that its routing key names, and answers as PagerDuty does', async () => {
    const { post, memory } = aGateway();
    expect(await post(event())).toEqual({
      status: 202,
      json: { status: 'success', message: 'Event processed', dedup_key: 'backup/nightly' },
    });
    const [alert] = memory.enqueued.flatMap(({ alerts }) => alerts);
    expect(alert).toMatchObject({ title: 'Nightly backup failed', severity: 'high', source: { id: ID } });
    expect(JSON.stringify(memory.enqueued)).not.toContain('aB3-_aB3');
  });

  it('answers with a key by which an event without one can be resolved', async () => {
    const { post, memory } = aGateway();
    const { json } = await post(event({ dedup_key: undefined }));
    await post(event({ event_action: 'resolve', dedup_key: json['dedup_key'], payload: undefined }));
    const [trigger, resolve] = memory.enqueued.flatMap(({ alerts }) => alerts);
    expect(resolve).toMatchObject({ status: 'resolved', dedup_key: trigger?.dedup_key });
  });

  it('takes a compressed event, and one with a slash behind the path', async () => {
    expect((await aGateway().post(gzipSync(event()))).status).toBe(202);
    expect((await aGateway().post(event(), '/v2/enqueue/')).status).toBe(202);
  });

  it.each([
    ['no key', { routing_key: undefined }, 'unknown-source'],
    ['a key of PagerDuty', { routing_key: 'R0000000000000000000000000EXAMPL' }, 'unknown-source'],
    ['an unknown source', { routing_key: 'src_nobody.aB3-_aB3-_aB3-_aB3-_' }, 'unknown-source'],
    ['a wrong secret', { routing_key: `${ID}.wrong` }, 'wrong-credential'],
    ['the id alone', { routing_key: `${ID}.` }, 'wrong-credential'],
    ['a number', { routing_key: 5 }, 'unknown-source'],
    ['a source with another auth', { routing_key: 'src_other.x' }, 'missing-credential'],
  ])('refuses %s', async (_what, given, cause) => {
    const { post, memory, because } = aGateway();
    expect(await post(event(given))).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
    expect(because).toEqual([cause]);
    expect(memory.enqueued).toEqual([]);
  });

  it.each([
    ['no JSON', '{', 400, 'invalid-json'],
    ['nothing', '', 400, 'empty-body'],
    ['several events', `[${event()}]`, 401, 'unauthorized'],
  ])('refuses %s', async (_what, body, status, code) => {
    expect(await aGateway().post(body)).toMatchObject({ status, json: { code } });
  });

  it('says 405 to other methods, and 404 to other paths', async () => {
    expect((await aGateway().post('', '/v2/enqueue', 'GET')).status).toBe(405);
    expect((await aGateway().post(event(), '/v2/change/enqueue')).status).toBe(404);
  });
});

describe('a routing key at the URL of the source', () => {
  const path = `/v1/ingest/${ID}`;

  it('is taken in each of several events', async () => {
    const { status, json } = await aGateway().post(`[${event()},${event({ dedup_key: 'b' })}]`, path);
    expect({ status, json }).toMatchObject({ status: 202, json: { accepted: 2 } });
  });

  it.each([
    ['one event without it', `[${event()},${event({ routing_key: undefined })}]`],
    ['two keys', `[${event()},${event({ routing_key: 'another' })}]`],
    ['what is no object', `[${event()},5]`],
    ['what cannot be read', '{'],
  ])('is refused with %s', async (_what, body) => {
    const { post, memory } = aGateway();
    expect((await post(body, path)).status).toBe(401);
    expect(memory.enqueued).toEqual([]);
  });
});
