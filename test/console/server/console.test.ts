import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTool, type Tool } from '../../../cli/tool.ts';
import type { Action, Done, Plan } from '../../../console/api/actions.ts';
import type { AlertListQuery, AlertPage, AlertStory } from '../../../console/api/alerts.ts';
import type {
  DestinationList,
  DestinationStory,
  Explained,
  RouteList,
  SilenceList,
  SourceList,
  SourceStory,
} from '../../../console/api/configuration.ts';
import type {
  DeliveryListQuery,
  DeliveryPage,
  DeliveryStory,
  Preview,
} from '../../../console/api/deliveries.ts';
import type { AuditAnswer, DeadLetters, Overview, SystemState } from '../../../console/api/operations.ts';
import {
  alertPath,
  deliveryPath,
  destinationPath,
  DO_PATH,
  EXPLAIN_PATH,
  mailPagePath,
  PLAN_PATH,
  previewPath,
  READ_PATHS,
  sourcePath,
} from '../../../console/api/paths.ts';
import type { ConsoleSession } from '../../../console/api/session.ts';
import { serveConsole } from '../../../console/server/serve-console.ts';
import { dynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbRequestRecords } from '../../../functions/adapters/dynamodb/requests.ts';
import { dynamodbFloods } from '../../../functions/adapters/dynamodb/digests/floods.ts';
import { closeDigest } from '../../../functions/core/deliver/flood/close-digest.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { sqsRetryQueue } from '../../../functions/adapters/sqs/retry-queue.ts';
import { firstAttempt } from '../../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../../functions/core/model/wire/ids.ts';
import { anAlert, aRoutedAlert } from '../../cli/records.ts';
import { emulatedGateway } from '../../cli/emulated-gateway.ts';
import { LOCAL_KEYS } from '../../cli/memory-gateway.ts';
import { consoleBrowser } from './console-browser.ts';

const HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>';
const ALERTS = 90;
const clock = { now: () => Date.now() };
const uuid = (index: number) => `5d0f3e6a-5e8c-5b58-9d2f-${String(index).padStart(12, '0')}`;

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let served: Awaited<ReturnType<typeof serveConsole>>;
let page: Awaited<ReturnType<typeof consoleBrowser>>;
let tool: Tool;
let webFolder: string;
let hook: { id: string; secret: string };
let oncall: { id: string };

beforeAll(async () => {
  webFolder = mkdtempSync(join(tmpdir(), 'tocsin-web-'));
  mkdirSync(join(webFolder, 'assets'));
  writeFileSync(join(webFolder, 'index.html'), '<!doctype html><title>console</title>');
  writeFileSync(join(webFolder, 'assets/index-a1b2.js'), 'export {};');
  emulated = await emulatedGateway();
  const { gateway, data } = emulated;
  tool = openTool({ env: {}, clock }, { data }, gateway);
  await answered(['source', 'create', '--name', 'ci', '--auth', 'hmac', '--header', 'x-signature']);
  oncall = await answered(['destination', 'create', 'email', '--name', 'oncall', '--to', 'o@example.com']);
  hook = await answered([
    'destination',
    'create',
    'webhook',
    '--name',
    'hook',
    '--url',
    'https://127.0.0.1:9/x',
  ]);
  await storeAlerts();
  // It stands still, so that names that were read stay as fresh as they were.
  const startedMs = clock.now();
  served = await serveConsole(0, {
    gateway,
    tool,
    clock: { now: () => startedMs },
    isReadOnly: false,
    webFolder,
  });
  page = await consoleBrowser(served.url);
});
afterAll(async () => {
  await served.close();
  await emulated.close();
  rmSync(webFolder, { recursive: true });
});

async function answered<T>(argv: string[]): Promise<T> {
  const answer = await tool.answer(argv);
  if ('failure' in answer) throw new Error(answer.failure.message);
  return answer.json as T;
}

/** The first was sent to the hook, which refused it, and is owed to oncall; its letter lies in the dead-letter queue. */
async function storeAlerts(): Promise<void> {
  const { gateway, manifest } = emulated;
  const aws = { region: manifest.region, endpoint: emulated.url, credentials: LOCAL_KEYS };
  const now = clock.now();
  const alerts = Array.from({ length: ALERTS }, (_, index) =>
    anAlert({
      id: uuid(index),
      title: index === 0 ? HOSTILE : `Alert ${String(index)}`,
      severity: index % 2 === 0 ? 'critical' : 'low',
      received_at: new Date(now - index * 10).toISOString(),
      event_time: new Date(now - index * 10 - 5_000).toISOString(),
    }),
  );
  const [first = anAlert()] = alerts;
  const toHook = { id: deliveryId(first.id, hook.id), destination_id: hook.id, channel: 'webhook' as const };
  const recipient = 'o@example.com';
  const toOncall = {
    id: deliveryId(first.id, oncall.id, recipient),
    destination_id: oncall.id,
    channel: 'email' as const,
    recipient,
  };
  for (const alert of alerts) {
    await gateway.records.putAlert(
      aRoutedAlert(alert, {
        authenticated_by: 'hmac',
        ...(alert === first && {
          deliveries: [toHook, toOncall],
          trace: [
            {
              destination_id: hook.id,
              destination_name: 'hook',
              decision: 'deliver',
              because: 'route-matched',
              route: 'nightly',
            },
          ],
        }),
      }),
    );
  }
  const client = dynamodbClient(aws);
  // The watcher runs since long ago, and ran just now.
  await dynamodbRequestRecords({ client, table: manifest.table }).keepLookedAtUntil(
    new Date(now).toISOString(),
    '2020-01-01T00:00:00.000Z',
  );
  const log = dynamodbDeliveryLog({ client, table: manifest.table, clock, retentionDays: 90 });
  const message = firstAttempt(
    first,
    { id: toHook.id, destinationId: hook.id, channel: 'webhook' },
    first.received_at,
  );
  const claim = await log.claim(message, new Date(now + 60_000).toISOString());
  if (claim.claim !== 'granted') throw new Error(claim.claim);
  await log.record(
    claim.delivery,
    {
      number: 1,
      started_at: new Date(now + 10).toISOString(),
      duration_ms: 42,
      outcome: 'failed',
      reason: 'receiver-rejected',
      status: 403,
      destination_version: 1,
      response_excerpt: HOSTILE,
    },
    'dead',
  );
  client.destroy();
  const sqs = sqsClient(aws);
  const letters = sqsRetryQueue({
    client: sqs,
    queueUrls: {
      webhook: {
        retry: manifest.queues.webhookRetry.url,
        deadLetter: manifest.queues.webhook.deadLetterUrl,
      },
    },
  });
  await letters.deadLetter({ ...message, attempt: 2 }, 'receiver-rejected', 'the receiver answered 403');
  await letters.deadLetter(
    { ...message, delivery_id: deliveryId(uuid(1), hook.id), attempt: 2 },
    'receiver-unreachable',
    'nothing answered',
  );
  sqs.destroy();
}

const firstDelivery = () => deliveryId(uuid(0), hook.id);
const asking = (path: string, query: Record<string, string>) =>
  `${path}?${new URLSearchParams(query).toString()}`;
/** What a page costs the table. */
async function tableCalls(path: string): Promise<number> {
  const before = emulated.asked.length;
  await page.read(path);
  return emulated.asked.slice(before).filter((target) => target.startsWith('DynamoDB')).length;
}

describe('who may ask', () => {
  it('has a session with the URL that was printed, which then leaves the address bar', () => {
    expect(served.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    expect(page.opened.status).toBe(303);
    expect(page.opened.headers.get('location')).toBe('/');
    expect(page.opened.headers.get('set-cookie')).toMatch(
      /^tocsin_console_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('has none without it: the page is served, and nothing is told', async () => {
    const plain = await fetch(`${page.origin}/`);
    expect([plain.status, plain.headers.get('set-cookie')]).toEqual([200, null]);
    for (const path of Object.values(READ_PATHS)) {
      const answer = await fetch(page.origin + path, { headers: { cookie: 'tocsin_console_1=x' } });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: 'no-session' } });
    }
    const wrong = await fetch(`${page.origin}/?token=guessed`);
    expect([wrong.status, wrong.headers.get('set-cookie')]).toEqual([401, null]);
  });

  it('is no other site, under whatever name it comes', async () => {
    const rebound = await statusWithHost('rebound.example');
    expect(rebound).toBe(403);
    const headers = { cookie: page.cookie, origin: 'https://evil.example' };
    const read = await fetch(page.origin + READ_PATHS.alerts, { headers });
    expect(read.status).toBe(403);
    expect(read.headers.get('access-control-allow-origin')).toBeNull();
    const forged = await fetch(page.origin + DO_PATH, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'destination-disable', name: 'hook' } satisfies Action),
    });
    expect(forged.status).toBe(403);
    expect((await page.read<DestinationList>(READ_PATHS.destinations)).destinations).toContainEqual(
      expect.objectContaining({ name: 'hook', is_enabled: true }),
    );
  });

  it("gets a page that runs nothing but its own files, in nobody's frame", async () => {
    for (const path of ['/', READ_PATHS.alerts, '/console/assets/index-a1b2.js', '/console/nothing']) {
      const { headers } = await page.get(path);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self'; .*frame-ancestors 'none'$/,
      );
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await page.get('/console/assets/index-a1b2.js')).headers.get('cache-control')).toMatch(
      /immutable/,
    );
    for (const path of [
      '/console/assets/..%2findex.html',
      '/console/assets/%2e%2e/index.html',
      '/console/index.html',
    ]) {
      expect((await page.get(path)).status, path).toBe(404);
    }
  });

  async function statusWithHost(host: string): Promise<number | undefined> {
    const { port } = new URL(page.origin);
    return new Promise((resolve, reject) => {
      request(
        {
          host: '127.0.0.1',
          port,
          path: READ_PATHS.alerts,
          headers: { host: `${host}:${port}`, cookie: page.cookie },
        },
        (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        },
      )
        .on('error', reject)
        .end();
    });
  }
});

describe('what the console tells', () => {
  it('is whose gateway it is, and how the tool is called for it', async () => {
    expect(await page.read<ConsoleSession>(READ_PATHS.session)).toMatchObject({
      mode: 'read-write',
      because: null,
      gateway: { stack: 'Tocsin', is_local: true },
      called_as: `tocsin --data ${emulated.data}`,
    });
  });

  it('is the alerts, newest first, page by page', async () => {
    const first = await page.read<AlertPage>(
      asking(READ_PATHS.alerts, { limit: '40' } satisfies AlertListQuery),
    );
    expect(first.alerts.map(({ id }) => id).slice(0, 2)).toEqual([uuid(0), uuid(1)]);
    expect(first.alerts[0]).toMatchObject({ title: HOSTILE, source_name: 'src_a', severity: 'critical' });
    const rest = await page.read<AlertPage>(`${READ_PATHS.alerts}?limit=200&after=${first.next ?? ''}`);
    expect(new Set([...first.alerts, ...rest.alerts].map(({ id }) => id)).size).toBe(ALERTS);
    const found: string[] = [];
    for (let after: string | null = ''; after !== null;) {
      const few: AlertPage = await page.read(
        `${READ_PATHS.alerts}?severity=high&text=alert+8${after === '' ? '' : `&after=${after}`}`,
      );
      found.push(...few.alerts.map(({ title }) => title));
      after = few.next;
    }
    expect(found).toEqual(['8', '80', '82', '84', '86', '88'].map((number) => `Alert ${number}`));
  });

  it('is the story of one: received, decided, tried, and what comes next', async () => {
    const story = await page.read<AlertStory>(alertPath(uuid(0)));
    expect(story).toMatchObject({
      authenticated_by: 'hmac',
      decisions: [{ destination_name: 'hook', says: 'chosen, a route matched (nightly)' }],
    });
    expect(story.timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['happened', 'received', 'routed', 'attempt', 'dead', 'next-attempt']),
    );
    const times = story.timeline.map(({ at }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(story.timeline.find(({ kind }) => kind === 'attempt')).toMatchObject({
      says: 'hook: attempt 1 failed (receiver-rejected, status 403) in 42 ms',
      tone: 'bad',
      attempt: 1,
    });
    const why = await tool.answer(['why', uuid(0)]);
    expect('text' in why && why.text.split('\n').slice(2)).toEqual(story.why.split('\n').slice(2));
    expect(story.commands.replay).toBe(`tocsin --data ${emulated.data} replay --alert ${uuid(0)}`);
  });

  it('is a delivery, and the deliveries of a destination or an alert', async () => {
    const story = await page.read<DeliveryStory>(deliveryPath(firstDelivery()));
    expect(story).toMatchObject({
      destination_name: 'hook',
      alert_title: HOSTILE,
      says: 'dead: receiver-rejected',
      attempts: [{ response_excerpt: HOSTILE }],
    });
    for (const query of [
      'destination=hook',
      `destination=${hook.id}&state=dead`,
      `alert=${uuid(0)}&destination=hook`,
    ]) {
      const { deliveries } = await page.read<DeliveryPage>(`${READ_PATHS.deliveries}?${query}`);
      expect(
        deliveries.map(({ id }) => id),
        query,
      ).toEqual([firstDelivery()]);
    }
    for (const query of ['destination=hook', 'state=dead']) {
      const { deliveries } = await page.read<DeliveryPage>(`${READ_PATHS.deliveries}?${query}`);
      expect(
        deliveries.map(({ alert_title: title }) => title),
        query,
      ).toEqual([HOSTILE]);
    }
    const of = await page.read<DeliveryPage>(
      asking(READ_PATHS.deliveries, { alert: uuid(0) } satisfies DeliveryListQuery),
    );
    expect(of.deliveries).toHaveLength(2);
  });

  it('is what a webhook is sent, made by what sends it, with no secret in it', async () => {
    const preview = await page.read<Preview>(previewPath(firstDelivery()));
    if (preview.channel !== 'webhook') throw new Error('expected a webhook');
    expect(JSON.parse(preview.body)).toMatchObject({ data: expect.anything() as unknown });
    expect(preview.headers).toContainEqual({
      name: 'Tocsin-Signature',
      value: 'sha256=(HMAC-SHA256, hex)',
      explained: expect.stringMatching(/UTF-8 bytes of the whole printed secret/) as string,
    });
    const shown = JSON.stringify(preview);
    expect(shown).not.toContain(hook.secret);
    expect(shown).not.toMatch(/[0-9a-f]{64}"/);
  });

  it('is the mail as its reader sees it, fenced in', async () => {
    const id = `${uuid(0)}:${deliveryId(uuid(0), oncall.id, 'o@example.com')}`;
    const preview = await page.read<Preview>(previewPath(id));
    if (preview.channel !== 'email') throw new Error('expected a mail');
    expect(preview).toMatchObject({ to: 'o@example.com', html_path: mailPagePath(id) });
    expect(preview.text).toContain('CRITICAL');
    const answer = await page.get(preview.html_path);
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^sandbox; default-src 'none'; .*frame-ancestors 'self'$/,
    );
    const html = await answer.text();
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script');
  });

  it('is the digest that tells of a delivery, open or closed', async () => {
    const { manifest } = emulated;
    const aws = { region: manifest.region, endpoint: emulated.url, credentials: LOCAL_KEYS };
    const client = dynamodbClient(aws);
    const floods = dynamodbFloods({ client, table: manifest.table, clock, retentionDays: 90 });
    const at = new Date(clock.now() - 60_000).toISOString();
    const until = new Date(clock.now() + 300_000).toISOString();
    const recipient = 'o@example.com';
    const digest = { id: uuid(900), kind: 'window', opened_at: at, closes_at: until } as const;
    for (const index of [2, 4]) {
      const alert = anAlert({ id: uuid(index), title: `Alert ${String(index)}`, severity: 'critical' });
      const id = deliveryId(alert.id, oncall.id, recipient);
      const to = { id, destinationId: oncall.id, channel: 'email' as const, recipient };
      await floods.members.join(firstAttempt(alert, to, alert.received_at), digest, 0);
      await floods.digests.add({ digestId: digest.id, page: 0 }, id, {
        alertId: alert.id,
        key: 'the same',
        severity: 'critical',
        title: alert.title,
        sourceName: 'ci',
        count: 1,
        firstAt: alert.received_at,
        lastAt: alert.received_at,
        because: 'flood',
      });
    }
    const id = deliveryId(uuid(2), oncall.id, recipient);
    const open = await page.read<Preview>(previewPath(id));
    if (open.channel !== 'email') throw new Error('expected a mail');
    expect(open.note).toMatch(/^The digest that tells of it\. It is open until /);
    expect(open.subject).toMatch(/2 more/);
    expect(await (await page.get(open.html_path)).text()).toContain('Alert 2');
    await closeDigest(digest.id, floods.digests);
    const closed = await page.read<Preview>(previewPath(id));
    expect(closed).toMatchObject({ channel: 'email', subject: open.subject, to: recipient });
    expect(closed.note).toMatch(/^The digest that tells of it\. Shown without the link/);
    client.destroy();
  });

  it('is the sources, with a curl that holds no secret', async () => {
    const { sources } = await page.read<SourceList>(READ_PATHS.sources);
    expect(sources).toMatchObject([{ name: 'ci', status: { health: 'never-seen', last_accepted_at: null } }]);
    const story = await page.read<SourceStory>(sourcePath('ci'));
    const { value } = await emulated.gateway.secrets.readSource(sources[0]?.id ?? '');
    expect(story.curl).toContain('"$SECRET"');
    expect(JSON.stringify(story)).not.toContain(value.current);
    expect(story.commands.test).toBe(`tocsin --data ${emulated.data} source test ci`);
  });

  it('is the destinations, and the last answers of one', async () => {
    const { destinations } = await page.read<DestinationList>(READ_PATHS.destinations);
    expect(destinations.map(({ name, to }) => [name, to])).toEqual([
      ['hook', 'https://127.0.0.1:9/x'],
      ['oncall', 'o@example.com'],
    ]);
    const story = await page.read<DestinationStory>(destinationPath('hook'));
    expect(story.last_answers).toMatchObject([
      { status: 403, reason: 'receiver-rejected', excerpt: HOSTILE },
    ]);
    expect(JSON.stringify(story)).not.toContain(hook.secret);
  });

  it('is the routes, and who would be told of a payload', async () => {
    expect((await page.read<RouteList>(READ_PATHS.routes)).routes).toMatchObject([
      {
        name: 'default',
        is_enabled: true,
        when: 'no other route matches',
        told: 'every enabled destination',
      },
    ]);
    const explained = await page.send<Explained>(EXPLAIN_PATH, {
      source: 'ci',
      payload: '{"title":"Disk full"}',
    });
    expect(explained.told).toEqual(['hook', 'oncall']);
    expect(explained.says).toContain('Disk full');
    const refused = await page.post(EXPLAIN_PATH, { source: 'ci', payload: '{' });
    expect(refused.status).toBe(500);
    expect(await refused.json()).toMatchObject({ error: { code: 'invalid-json' } });
  });

  it('is what was not delivered, by its reason', async () => {
    const letters = await page.read<DeadLetters>(READ_PATHS.deadLetters);
    expect(letters.groups.map(({ reason, count }) => `${reason} ${String(count)}`).toSorted()).toEqual([
      'receiver-rejected 1',
      'receiver-unreachable 1',
    ]);
  });

  it('is the audit and the system, as the tool has them', async () => {
    const audit = await page.read<AuditAnswer>(`${READ_PATHS.audit}?since=1h`);
    expect(audit).toMatchObject({ command: `tocsin --data ${emulated.data} audit --since 1h` });
    const system = await page.read<SystemState>(READ_PATHS.system);
    expect(system.queues.map(({ name }) => name)).toContain('webhook-dead-letters');
    expect(system).toMatchObject({
      mail: { is_enabled: true },
      certificates: [],
      canary: { state: 'off', flown: [] },
    });
  });

  it('is how all of it is doing', async () => {
    const overview = await page.read<Overview>(READ_PATHS.overview);
    expect(overview).toMatchObject({ verdict: 'needs-attention', latency_ms: null, counted_from: null });
    expect(overview.attention.map(({ kind }) => kind)).toContain('dead-letters');
    expect(overview.attention[0]?.command).toMatch(/^tocsin --data /);
    const counts = overview.alerts_per_hour.map((hour) => hour.counts.critical + hour.counts.low);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(ALERTS);
    expect(overview.alerts_per_hour.length).toBeGreaterThanOrEqual(24);
    expect(overview.destinations).toContainEqual(
      expect.objectContaining({ name: 'hook', failed: 1, delivered: 0 }),
    );
    expect((await page.get(`${READ_PATHS.overview}?since=8d`)).status).toBe(400);
  });

  it.each([
    [READ_PATHS.alerts, 2],
    [`${READ_PATHS.alerts}?severity=critical&type=threat*`, 2],
    [`${READ_PATHS.alerts}?text=nowhere`, 2],
    [`${READ_PATHS.alerts}?status=firing&status=resolved&source=ci&source=other&text=a&text=b`, 2],
    [`${READ_PATHS.deliveries}?destination=hook`, 4],
    [READ_PATHS.deliveries, 5],
    [`${READ_PATHS.deliveries}?state=dead`, 5],
    [READ_PATHS.sources, 2],
    [READ_PATHS.destinations, 2],
    [READ_PATHS.routes, 3],
    [READ_PATHS.silences, 1],
  ])('costs the table as many calls, however much it holds: %s', async (path, calls) => {
    await page.read(READ_PATHS.alerts);
    expect(await tableCalls(path)).toBeLessThanOrEqual(calls);
  });

  it.each([
    [alertPath('nothing-is-called-so'), 404, 'not-found'],
    [alertPath('--help'), 404, 'not-found'],
    [deliveryPath('nothing'), 404, 'not-found'],
    [sourcePath('nothing'), 404, 'not-found'],
    [destinationPath('--yes'), 404, 'not-found'],
    [previewPath('nothing'), 404, 'not-found'],
    [`${READ_PATHS.deliveries}?after=nonsense`, 400, 'wrong-usage'],
    [`${READ_PATHS.deliveries}?after=nonsense&destination=hook`, 400, 'wrong-usage'],
    [`${READ_PATHS.alerts}?after=nonsense`, 400, 'wrong-usage'],
    [`${READ_PATHS.alerts}?since=yesterday`, 400, 'wrong-usage'],
    [`${READ_PATHS.alerts}?severity=bad`, 400, 'wrong-usage'],
    [`${READ_PATHS.alerts}?limit=5000`, 400, 'wrong-usage'],
    [`${READ_PATHS.audit}?since=--csv`, 404, 'not-found'],
    ['/console/api/nothing', 404, 'not-found'],
  ])('is a problem in words where there is nothing to tell: %s', async (path, status, code) => {
    const answer = await page.get(path);
    expect(answer.status).toBe(status);
    const { error } = (await answer.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.message).not.toBe('');
    expect(error.message).not.toMatch(/\u2063|undefined|\[object/u);
  });
});

describe('what the console does', () => {
  const plan = async (action: Action) => page.send<Plan>(PLAN_PATH, action);
  const perform = async (action: Action) => page.send<Done>(DO_PATH, action);

  it('is said before, with the command that does the same, and told after', async () => {
    const silence = {
      action: 'silence-create',
      match: ['env=dev'],
      for: '2h',
      comment: "it's a test",
    } as const;
    const planned = await plan({ ...silence, match: [...silence.match] });
    expect(planned.command).toBe(
      `tocsin --data ${emulated.data} silence create --match 'env=dev' --for 2h --comment 'it'\\''s a test'`,
    );
    expect(planned.says).toMatch(
      /^Tell nobody of these alerts for a while[\s\S]*Would silence env=dev from /,
    );
    expect(planned.says).not.toContain('--dry-run');
    expect((await page.read<SilenceList>(READ_PATHS.silences)).silences).toEqual([]);
    const done = await perform({ ...silence, match: [...silence.match] });
    expect(done).toMatchObject({ ok: true, command: planned.command });
    const [created] = (await page.read<SilenceList>(READ_PATHS.silences)).silences;
    expect(created).toMatchObject({ state: 'active', match: ['env=dev'], comment: "it's a test" });
    await perform({ action: 'silence-expire', id: created?.id ?? '' });
    expect((await page.read<SilenceList>(READ_PATHS.silences)).silences).toMatchObject([{ state: 'ended' }]);
    const again = await page.post(DO_PATH, { action: 'silence-expire', id: created?.id });
    expect([again.status, await again.json()]).toMatchObject([409, { error: { code: 'ended' } }]);
  });

  it('is told without regard to the width of a terminal', async () => {
    const lists = [
      ['alerts', 'show', uuid(0)],
      ['deliveries', 'list', '--alert', uuid(0)],
      ['deliveries', 'show', deliveryId(uuid(0), hook.id)],
      ['replay', '--alert', uuid(0), '--dry-run'],
    ];
    for (const argv of lists) {
      const answer = await tool.answer(argv);
      expect(answer).toMatchObject({ text: expect.not.stringMatching(/No room for|…/u) as string });
    }
  });

  it('is disabling and enabling', async () => {
    expect(await perform({ action: 'destination-disable', name: 'hook' })).toMatchObject({
      ok: true,
      says: 'Destination hook is disabled; what is under way stops within five seconds',
    });
    expect((await page.read<DestinationList>(READ_PATHS.destinations)).destinations[0]?.is_enabled).toBe(
      false,
    );
    await perform({ action: 'destination-enable', name: 'hook' });
    expect((await page.read<DestinationList>(READ_PATHS.destinations)).destinations[0]?.is_enabled).toBe(
      true,
    );
    await answered(['route', 'create', '--name', 'nightly', '--to', 'hook', '--min-severity', 'high']);
    await perform({ action: 'route-disable', name: 'nightly' });
    expect((await page.read<RouteList>(READ_PATHS.routes)).routes[1]).toMatchObject({ is_enabled: false });
    await perform({ action: 'route-enable', name: 'nightly' });
  });

  it('is moving one dead letter back and leaving the others', async () => {
    const { groups } = await page.read<DeadLetters>(READ_PATHS.deadLetters);
    const letter = groups.find(({ reason }) => reason === 'receiver-rejected')?.letters[0];
    const redrive: Action = { action: 'redrive', letters: [letter?.message_id ?? ''] };
    expect(await plan(redrive)).toMatchObject({
      command: `tocsin --data ${emulated.data} dead-letters redrive --letter ${letter?.message_id ?? ''}`,
      found: { would_move: 1 },
    });
    expect(await perform(redrive)).toMatchObject({ ok: true, result: { moved: 1 } });
    const left = await page.read<DeadLetters>(READ_PATHS.deadLetters);
    expect(left.groups.map(({ reason }) => reason)).toEqual(['receiver-unreachable']);
    expect(await perform({ action: 'redrive', reason: 'receiver-unreachable' })).toMatchObject({
      result: { moved: 1 },
    });
    expect(await plan({ action: 'redrive-all' })).toMatchObject({ found: { would_move: 0 } });
  });

  it('is sending a canary, where there are any', async () => {
    expect((await plan({ action: 'canary-run' })).command).toBe(`tocsin --data ${emulated.data} canary run`);
    const answer = await page.post(DO_PATH, { action: 'canary-run' });
    expect(await answer.json()).toMatchObject({ error: { code: 'no-canary' } });
  });

  it('is sending an alert again', async () => {
    const replay: Action = { action: 'replay-alert', alert: uuid(0), destination: 'hook' };
    const planned = await plan(replay);
    expect(planned.found).toMatchObject({ dry_run: true });
    expect(planned.command).toContain(`replay --alert ${uuid(0)} --destination hook`);
    expect((await perform(replay)).ok).toBe(true);
  });

  it.each<[string, unknown]>([
    ['an action that there is not', { action: 'delete-everything' }],
    ['a field that it does not take', { action: 'silence-expire', id: 'sil_1', stack: 'Prod' }],
    ['a name that is an option', { action: 'destination-disable', name: '--stack=Prod' }],
    ['an id that is an option', { action: 'silence-expire', id: '--help' }],
    ['nothing at all', {}],
    ['no object', 'redrive-all'],
  ])('is nothing that was not meant: %s', async (_, action) => {
    for (const path of [PLAN_PATH, DO_PATH]) {
      const answer = await page.post(path, action);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error: { code: 'wrong-usage' } });
    }
  });

  it('takes a value for a value, even one that looks like an option', async () => {
    const planned = await plan({ action: 'silence-create', match: ['env=dev'], for: '1h', comment: '--yes' });
    expect(planned.found).toMatchObject({ comment: '--yes' });
    expect(planned.command).toContain("'--comment=--yes'");
  });

  it('is nothing where the console only looks', async () => {
    const { gateway } = emulated;
    const looking = await serveConsole(0, { gateway, tool, clock, isReadOnly: true, webFolder });
    const reader = await consoleBrowser(looking.url);
    expect(await reader.read(READ_PATHS.session)).toMatchObject({ mode: 'read-only' });
    const disable: Action = { action: 'destination-disable', name: 'hook' };
    expect(await reader.send<Plan>(PLAN_PATH, disable)).toMatchObject({ found: null });
    const refused = await reader.post(DO_PATH, disable);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: 'read-only' } }]);
    await looking.close();
  });

  it('is nothing where the identity may not write, which is found out when it starts', async () => {
    const { gateway } = emulated;
    const denied = Object.assign(new Error('not authorized to perform: dynamodb:UpdateItem'), {
      name: 'AccessDeniedException',
    });
    const auditor = {
      ...gateway,
      config: { ...gateway.config, release: async () => Promise.reject(denied) },
    };
    const looking = await serveConsole(0, {
      gateway: auditor,
      tool,
      clock,
      isReadOnly: false,
      webFolder: undefined,
    });
    expect(looking.readOnlyBecause).toMatch(/your identity may not write .*UpdateItem/);
    await looking.close();
  });
});

it('says that its page is being built, looks again by itself, and then shows it', async () => {
  const { gateway } = emulated;
  let built: (folder: string) => void = () => undefined;
  const building = new Promise<string>((resolve) => (built = resolve));
  const early = await serveConsole(0, { gateway, tool, clock, isReadOnly: true, webFolder: building });
  const reader = await consoleBrowser(early.url);
  const before = await (await reader.get('/')).text();
  expect(before).toContain('not built yet');
  expect(before).toContain('<meta http-equiv="refresh"');
  expect(before).not.toContain('<script');
  built(webFolder);
  await vi.waitFor(async () =>
    expect(await (await reader.get('/')).text()).toContain('<title>console</title>'),
  );
  await early.close();
});
