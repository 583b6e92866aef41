import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  gateway = await runGateway();
});
afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

type Line = {
  event: string;
  lambdaRequestId?: string;
  apiRequestId?: string;
  result?: string;
  deliveries?: number;
  deliveryIds?: string[];
  alertIds?: string[];
  latencyMs?: number[];
  Delivered?: number;
  DeliveryLatency?: number[];
};

/** What a function logged, whole lines of JSON. */
function linesOf(name: string): Line[] {
  const folder = join(gateway.dataDir, 'logs');
  const file = readdirSync(folder).find((one) => one.startsWith(`Tocsin-${name}.`));
  if (file === undefined) return [];
  return readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

it('every line that a function logs names its invocation, and the request behind it as the sender knows it', async () => {
  const source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    's',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const ca = gateway.file('ca.pem', receiver.ca);
  const hook = ['--name', 'hook', '--url', receiver.url, '--ca-file', ca];
  await gateway.tocsin('destination', 'create', 'webhook', ...hook);
  const send = async (authorization: string): Promise<Response> =>
    fetch(source.url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'x', severity: 'critical' }),
    });

  const accepted = await send(`Bearer ${source.secret}`);
  const refused = await send('Bearer wrong');
  const problem = (await refused.json()) as { request_id: string };
  expect([accepted.status, refused.status]).toEqual([202, 401]);

  const names = ['ingest', 'route', 'deliver-email', 'deliver-webhook', 'record-email-feedback'];
  await vi.waitFor(() => {
    for (const name of names) expect(linesOf(name), name).not.toEqual([]);
    expect(linesOf('ingest').map(({ event }) => event)).toContain('alert.rejected');
  }, PATIENCE);
  for (const line of names.flatMap(linesOf)) {
    expect(line).toMatchObject({ lambdaRequestId: expect.stringMatching(UUID) as unknown });
  }
  const ofRequests = linesOf('ingest').map(({ event, apiRequestId }) => [event, apiRequestId]);
  expect(ofRequests).toContainEqual(['alert.accepted', accepted.headers.get('apigw-requestid')]);
  expect(ofRequests).toContainEqual(['alert.rejected', problem.request_id]);
  expect(refused.headers.get('apigw-requestid')).toBe(problem.request_id);
}, 60_000);

it('deliveries that went alike share lines, each of which a search for an id finds', async () => {
  const made = ['--name', 'many', '--format', 'generic', '--auth', 'bearer'];
  const source = await gateway.tocsin<CreatedSource>('source', 'create', ...made);
  const earlier = receiver.posts.length;
  const alerts = Array.from({ length: 20 }, (_, index) => ({ title: `one of many ${String(index)}` }));
  const answer = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/x-ndjson' },
    body: alerts.map((alert) => JSON.stringify({ ...alert, severity: 'low' })).join('\n'),
  });
  expect(answer.status).toBe(202);
  await vi.waitFor(() => expect(receiver.posts).toHaveLength(earlier + 20), PATIENCE);
  const posted = receiver.posts.slice(earlier).map(({ headers }) => String(headers['webhook-id']));

  const linesWith = (id: string) =>
    linesOf('deliver-webhook').filter((line) => JSON.stringify(line).includes(`"${id}"`));
  await vi.waitFor(() => {
    for (const id of posted) expect(linesWith(id), id).toHaveLength(1);
  }, PATIENCE);
  const lines = [...new Map(posted.flatMap(linesWith).map((line) => [JSON.stringify(line), line])).values()];
  expect(lines.length).toBeLessThan(20);
  for (const line of lines) {
    const { deliveries, deliveryIds, alertIds, latencyMs, Delivered, DeliveryLatency } = line;
    expect(line).toMatchObject({ event: 'delivery.attempted', result: 'delivered', deliveries: Delivered });
    expect([deliveryIds?.length, alertIds?.length, DeliveryLatency?.length]).toEqual(
      Array.from({ length: 3 }, () => deliveries),
    );
    expect(DeliveryLatency).toEqual(latencyMs);
  }
  expect(lines.flatMap(({ deliveryIds = [] }) => deliveryIds).toSorted()).toEqual(posted.toSorted());
}, 60_000);

/** What senders, receivers and operators give. Each is a word of its own, so that a failure names its way in. */
const GIVEN = [
  'title',
  'description',
  'type',
  'resource',
  'actor',
  'observable',
  'detail',
  'label',
  'link',
  'step',
  'key',
  'header',
  'query',
  'wrong-secret',
  'not-json',
  'recipient',
  'source-name',
  'destination-name',
].map((field) => `canary-of-${field}`);
const canary = (field: string) => `canary-of-${field}`;

it('no line holds what senders and operators give: neither the content of an alert nor a person', async () => {
  const created = ['--name', canary('source-name'), '--format', 'generic', '--auth', 'bearer'];
  const source = await gateway.tocsin<CreatedSource>('source', 'create', ...created);
  const mail = ['--name', canary('destination-name'), '--to', `${canary('recipient')}@example.com`];
  await gateway.tocsin('destination', 'create', 'email', ...mail);
  const post = async (body: string, secret = source.secret): Promise<number> => {
    const answer = await fetch(`${source.url}?q=${canary('query')}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'user-agent': canary('header'),
        'x-person': canary('header'),
      },
      body,
    });
    return answer.status;
  };
  const whole = {
    title: canary('title'),
    description: canary('description'),
    type: canary('type'),
    severity: 'critical',
    resources: [{ type: 'host', id: canary('resource'), name: canary('resource') }],
    actors: [{ type: 'user', id: canary('actor'), name: `${canary('actor')}@example.com` }],
    observables: [{ type: 'ip', value: canary('observable') }],
    labels: { [canary('label')]: canary('label') },
    links: [{ rel: canary('link'), url: `https://a.example/${canary('link')}` }],
    remediation: { steps: [canary('step')] },
    dedup_key: canary('key'),
    details: { [canary('detail')]: canary('detail') },
  };
  expect(await post(JSON.stringify(whole))).toBe(202);
  expect(await post(JSON.stringify(whole), canary('wrong-secret'))).toBe(401);
  expect(await post(`{"${canary('not-json')}`)).toBe(400);
  expect(await post(JSON.stringify({ [canary('not-json')]: 1 }))).toBe(400);

  await vi.waitFor(async () => {
    const mails = (await gateway.local.mails()).map(({ subject }) => subject);
    expect(mails.join()).toContain(canary('title'));
    expect(receiver.posts.map(({ body }) => body).join()).toContain(canary('detail'));
    const answered = linesOf('ingest').filter(({ event }) => event === 'alert.rejected');
    expect(answered.length).toBeGreaterThanOrEqual(4);
  }, PATIENCE);
  const folder = join(gateway.dataDir, 'logs');
  const logged = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  const everything = [...logged, ...gateway.errors].join('\n');
  // What it should find is there, so what it does not find is not.
  expect(everything).toContain(source.id.slice(0, 10));
  expect(everything).toContain('delivery.attempted');
  expect(GIVEN.filter((one) => everything.includes(one))).toEqual([]);
}, 60_000);
