import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { authenticate, authenticateBody } from '../../functions/core/ingest/authenticate.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { LOCAL_MANIFEST } from './memory-gateway.ts';
import { gatewayWithSource } from './gateway-with-source.ts';
import { NOW, run } from './run.ts';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';

const iso = (ms: number) => new Date(ms).toISOString();

describe('source test', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** An ingestion URL that authenticates as the real one does. */
  async function aReceiver(gateway: Awaited<ReturnType<typeof gatewayWithSource>>, status = 202) {
    const server = createServer((request, response) => {
      void (async () => {
        const code = await answer(request);
        response.writeHead(code, { 'content-type': 'application/json' }).end('{"accepted":1}');
      })();
    });
    async function answer(request: IncomingMessage): Promise<number> {
      const body = Buffer.from(await text(request));
      const headers = request.headers as Record<string, string>;
      const target = request.url ?? '';
      const credential = { current: gateway.source().auth.type === 'none' ? '' : gateway.secret() };
      const source = gateway.source();
      const sent = { sourceId: source.id, method: 'POST', target, headers, body };
      const secrets = { credential: async () => credential, refresh: async () => undefined };
      const verdict = await authenticate(source, sent, secrets, NOW);
      const documents = [JSON.parse(body.toString())];
      return verdict.ok && (await authenticateBody(source, documents, secrets, NOW)).ok ? status : 401;
    }
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return { ...gateway, manifest: { ...LOCAL_MANIFEST, ingestUrl: `http://127.0.0.1:${port}/v1/ingest` } };
  }

  const hmac = ['--auth', 'hmac', '--header', 'X-Sig', '--timestamp-header', 'X-Time', '--signed-content'];
  it.each([
    [['--auth', 'bearer']],
    [['--auth', 'basic', '--username', 'näme']],
    [['--auth', 'shared-secret', '--header', 'X-Key']],
    [['--auth', 'none', '--i-understand-anyone-can-post']],
    [['--auth', 'hmac', '--header', 'X-Sig']],
    [['--auth', 'hmac', '--header', 'X-Sig', '--algorithm', 'sha1']],
    [[...hmac, 'timestamp.body']],
    [[...hmac, 'timestamp:body']],
    [[...hmac, 'timestampbody']],
    [['--preset', 'pagerduty']],
    [['--preset', 'tailscale']],
    [['--preset', 'stripe']],
    [['--preset', 'buildkite']],
    [['--preset', 'zendesk']],
    [['--preset', 'standard-webhooks']],
    [['--format', 'pagerduty-events', '--auth', 'routing-key']],
    [[...hmac, 'id.timestamp.body', '--id-header', 'X-Id']],
    [['--format', 'github']],
  ])('proves itself as a sender with %j does', async (argv) => {
    const gateway = await aReceiver(await gatewayWithSource(...argv));
    const ran = await run(['source', 'test', 'siem', '--json'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.json()).toMatchObject({ ok: true, status: 202, latency_ms: 0, answer: { accepted: 1 } });
  });

  it.each([[[...hmac, 'v0:timestamp:body']], [['--preset', 'slack']], [['--format', 'okta']]])(
    'takes the 200 that a sender with %j expects',
    async (argv) => {
      const gateway = await aReceiver(await gatewayWithSource(...argv), 200);
      const ran = await run(['source', 'test', 'siem', '--json'], { gateway });
      expect(ran).toMatchObject({ code: 0, stderr: '' });
      expect(ran.json()).toMatchObject({ ok: true, status: 200, answer: { accepted: 1 } });
    },
  );

  it.each([401, 429, 503, 200])('fails with the answer when that is %i', async (status) => {
    const gateway = await aReceiver(await gatewayWithSource(), status);
    const ran = await run(['source', 'test', 'siem'], { gateway });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('FAILED');
    expect(ran.stdout).toContain(String(status));
  });

  const acceptedOnce = async () =>
    Promise.resolve(
      new Response('{"accepted":1,"alert_ids":["alert-1"]}', {
        status: 202,
        headers: { 'content-type': 'application/json' },
      }),
    );
  const bounce = {
    id: 'event-1',
    type: 'bounce' as const,
    at: iso(NOW),
    message_id: 'mail-1',
    is_permanent: true,
  };
  const attempt = {
    number: 1,
    started_at: bounce.at,
    duration_ms: 9,
    outcome: 'delivered' as const,
    message_id: 'mail-1',
    destination_version: 1,
  };
  const mail = { channel: 'email' as const, recipient: 'soc@example.com' };
  const refused = { state: 'dead' as const, reason: 'receiver-unreachable' as const };
  const suppressed = { state: 'suppressed' as const, reason: 'bounced' as const };

  it.each<[string, Partial<Delivery>[] | undefined, string[], string]>([
    ['whose alert is delivered', [{ state: 'delivered' }], ['dst_0'], 'dst_0: delivered'],
    ['whose alert joins a digest', [{ state: 'digested' }], ['dst_0'], 'dst_0: digested'],
    [
      'that reaches one of two',
      [refused, { state: 'delivered' }],
      ['dst_1'],
      'dst_0: dead: receiver-unreachable',
    ],
    ['whose only receiver is down', [refused], [], 'nobody; see: tocsin why alert-1'],
    [
      'whose only reader is suppressed',
      [{ ...mail, ...suppressed }],
      [],
      'dst_0 (soc@example.com): suppressed: bounced',
    ],
    [
      'whose only mail comes back',
      [{ ...mail, state: 'delivered', attempts: [attempt], mail_events: [bounce] }],
      [],
      'dst_0 (soc@example.com): delivered, but bounced (hard)',
    ],
    [
      'whose receiver will be tried again',
      [{ state: 'pending', attempts: [{ ...attempt, outcome: 'retry' }] }],
      [],
      'dst_0: pending',
    ],
    [
      'whose alert is held',
      [{ state: 'pending', reason: 'outside-interval', attempt: 0, due_at: '2026-03-02T08:00:00Z' }],
      [],
      'held until 2026-03-02T08:00:00Z',
    ],
    ['whose delivery has not begun', [{ state: 'pending', attempt: 0 }], [], 'nobody yet'],
    ['that nobody is to be told of', [], [], 'nobody; see: tocsin why alert-1'],
    ['whose alert no router has taken in time', undefined, [], 'not routed after 2 s'],
  ])(
    'tells of a source %s who was told, and by that whether it is ok',
    async (_what, states, told, words) => {
      const gateway = await gatewayWithSource();
      let now = NOW;
      const test = async (...flags: string[]) =>
        run(['source', 'test', 'siem', '--timeout', '2s', ...flags], {
          gateway,
          fetch: acceptedOnce,
          clock: { now: () => now },
          sleep: async (ms) => {
            now += ms;
            if (states === undefined) return;
            const routing = states.length === 0 ? 'unrouted' : 'routed';
            const alert = anAlert({ id: 'alert-1' });
            gateway.kept.alerts.set('alert-1', aRoutedAlert(alert, { routing }));
            for (const [index, state] of states.entries()) {
              const own = { id: `delivery-${index}`, alert_id: 'alert-1', destination_id: `dst_${index}` };
              gateway.kept.deliveries.set(own.id, aDelivery({ ...own, ...state }));
            }
          },
        });
      const ran = await test('--json');
      expect(ran.code).toBe(told.length > 0 ? 0 : 1);
      expect(ran.json()).toMatchObject({ ok: told.length > 0, told, routing: routingOf(states) });
      expect(now).toBeLessThanOrEqual(NOW + 2_000);
      expect((await test()).stdout).toContain(words);
    },
  );

  function routingOf(states: readonly unknown[] | undefined): string {
    if (states === undefined) return 'waiting';
    return states.length === 0 ? 'unrouted' : 'routed';
  }

  it('sends a request of its own each time, and follows no redirect', async () => {
    const gateway = await gatewayWithSource();
    const sent: RequestInit[] = [];
    const redirects = async (_url: string | URL | Request, init: RequestInit = {}) => {
      sent.push(init);
      return Promise.resolve(
        new Response(null, { status: 302, headers: { location: 'https://example.com' } }),
      );
    };
    for (const _time of ['first', 'second']) {
      expect((await run(['source', 'test', 'siem'], { gateway, fetch: redirects })).code).toBe(1);
    }
    expect(sent.map(({ redirect }) => redirect)).toEqual(['manual', 'manual']);
    const keys = sent.map(({ headers }) => new Headers(headers).get('idempotency-key'));
    expect(keys).not.toContain(null);
    expect(new Set(keys).size).toBe(2);
  });

  it('fails when nobody answers, and says which URL', async () => {
    const gateway = await gatewayWithSource();
    const refused = async () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') }));
    const ran = await run(['source', 'test', 'siem'], { gateway, fetch: refused });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/v1\/ingest\/src_.*ECONNREFUSED/);
  });
});
