import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceCurl } from '../../../cli/source/curl.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';
import { alertsOf } from '../../core/ingest/formats/read-payload.ts';
import { GatewayError } from '../../../functions/core/errors.ts';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import type { AddressInfo } from 'node:net';
import type { IngestPorts } from '../../../functions/core/ingest/ingest-alerts.ts';
import type { IngestRequest } from '../../../functions/core/ingest/ingest-request.ts';
import type { AcceptedAlerts } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Source, SourceAuth } from '../../../functions/core/model/config/source.ts';

const run = promisify(execFile);
let received: IngestRequest | undefined;
let status = 202;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    received = {
      sourceId: 'src_a',
      method: request.method ?? '',
      target: request.url ?? '',
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks),
    };
    response.writeHead(status).end('ok');
  });
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

const NASTY = `-it's "a" $(secret) \`for\` everybody\\n!`;
const hmac = { type: 'hmac', header: 'x-sig', algorithm: 'sha256', signedContent: 'body' } as const;
const stamped = { ...hmac, timestampHeader: 'x-time' } as const;

describe('the curl that creation prints', () => {
  const paste = async (format: string): Promise<string> => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/ingest/src_a`;
    await run('/bin/sh', ['-c', sourceCurl({ url, format, auth: { type: 'bearer' }, secret: 'x' })]);
    return String(received?.body);
  };

  it.each(FORMATS.map(({ name }) => name))('tells something else each time: %s', async (format) => {
    const [first, second] = [await paste(format), await paste(format)];
    const [one] = alertsOf(format, JSON.parse(first));
    const [another] = alertsOf(format, JSON.parse(second));
    expect(JSON.stringify(one?.details) + JSON.stringify(one?.labels)).not.toBe(
      JSON.stringify(another?.details) + JSON.stringify(another?.labels),
    );
  });

  it('fails when the gateway refuses', async () => {
    status = 401;
    await expect(paste('generic')).rejects.toMatchObject({ code: 22, stdout: 'ok' });
    status = 202;
  });

  it.each<[string, string, SourceAuth, string]>([
    ['bearer', 'generic', { type: 'bearer' }, 'aB3-_aB3-_aB3-_aB3-_'],
    ['shared secret', 'generic', { type: 'shared-secret', header: 'x-key' }, NASTY],
    ['basic', 'generic', { type: 'basic', username: "o'brien" }, `pass:${NASTY}`],
    ['none', 'generic', { type: 'none' }, ''],
    ['hmac sha256', 'generic', hmac, NASTY],
    ['hmac sha1', 'generic', { ...hmac, algorithm: 'sha1' }, NASTY],
    ['hmac of GitHub', 'github', { ...hmac, header: 'x-hub-signature-256' }, "It's a Secret to Everybody"],
    ['hmac timestamp.body', 'generic', { ...stamped, signedContent: 'timestamp.body' }, NASTY],
    ['hmac timestamp:body', 'generic', { ...stamped, signedContent: 'timestamp:body' }, NASTY],
    ['hmac timestampbody', 'generic', { ...stamped, signedContent: 'timestampbody' }, NASTY],
    [
      'hmac with the timestamp in the header of the signature',
      'generic',
      { ...hmac, signedContent: 'timestamp.body', timestampHeader: 'x-sig' },
      NASTY,
    ],
    ['routing key', 'pagerduty-events', { type: 'routing-key' }, 'src_a.aB3-_aB3-_aB3-_aB3-_'],
    ['hmac v0:timestamp:body', 'generic', { ...stamped, signedContent: 'v0:timestamp:body' }, NASTY],
    [
      'Standard Webhooks',
      'generic',
      { ...stamped, signedContent: 'id.timestamp.body', idHeader: 'x-id' },
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    ],
    [
      'Standard Webhooks with a plain secret',
      'generic',
      { ...stamped, signedContent: 'id.timestamp.body', idHeader: 'x-id' },
      NASTY,
    ],
  ])('signs and sends an alert that is accepted: %s', async (_what, format, auth, secret) => {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1/ingest/src_a`;
    const curl = sourceCurl({ url, format, auth, secret: auth.type === 'none' ? undefined : secret });
    received = undefined;
    await run('/bin/sh', ['-c', curl]);
    if (received === undefined) throw new Error('nothing arrived');
    const request: IngestRequest = received;
    const source: Source = {
      id: 'src_a',
      name: 'a',
      auth,
      format,
      streamType: 'auto',
      defaultSeverity: 'medium',
      dedupWindowSeconds: 60,
      isEnabled: true,
      createdAt: '2026-03-01T00:00:00Z',
      updatedAt: '2026-03-01T00:00:00Z',
    };
    const accepted: AcceptedAlerts[] = [];
    const portsWith = (current: string): IngestPorts => ({
      clock: { now: () => Date.now() },
      ids: { uuid: () => '5d0f3e6a-5e8c-4b58-9d2f-6f1f2c9f0d11' },
      tenantId: 'default',
      sources: { find: async () => source },
      secrets: { credential: async () => ({ current }), refresh: async () => undefined },
      limiter: { take: async () => ({ allowed: true }) },
      ledger: { claim: async () => ({}), confirm: async () => {}, widen: async () => {} },
      sns: { certificate: async () => '', confirm: async () => {} },
      alerts: { enqueue: async (part) => void accepted.push(part) },
    });
    await ingestAlerts(request, portsWith(secret));
    expect(accepted).toMatchObject([{ alerts: [{ source: { format } }] }]);
    const forged = await ingestAlerts(request, portsWith('another-secret-altogether')).then(
      () => 'accepted',
      (error: unknown) => (error instanceof GatewayError ? error.code : error),
    );
    expect(forged).toBe(auth.type === 'none' ? 'accepted' : 'unauthorized');
  });
});
