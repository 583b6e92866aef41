import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbClient, type DynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { dynamodbSentDeliveries } from '../../functions/adapters/operator/sent-deliveries.ts';
import { raised } from '../../functions/core/system-alerts/raise.ts';
import { sheetKey, deliveryKey, deliveryTimeRow } from '../../functions/adapters/dynamodb/keys.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { alertIdsOf } from '../../functions/core/model/wire/accepted-request.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { deliveryId } from '../../functions/core/model/wire/ids.ts';
import { aMessage } from '../adapters/records.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { LOCAL_KEYS } from './memory-gateway.ts';
import { aDelivery, anAlert } from './records.ts';
import { NOW, run, type Ran } from './run.ts';

const DAY_MS = 86_400_000;
const clock = { now: () => NOW };
const iso = (ms: number) => new Date(ms).toISOString();
const LONG_AGO = NOW - 3_600_000;

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
let client: DynamodbClient;
let hook: string;

beforeAll(async () => {
  emulated = await emulatedGateway(clock);
  client = dynamodbClient({ region: 'eu-central-1', endpoint: emulated.url, credentials: LOCAL_KEYS });
  const created = await tocsin(
    'destination',
    'create',
    'webhook',
    '--name',
    'hook',
    '--url',
    'https://hook.example/',
  );
  hook = (created.json() as { id: string }).id;
});
afterAll(async () => {
  client.destroy();
  await emulated.close();
});

const tocsin = async (...argv: string[]): Promise<Ran> =>
  run(
    [
      ...argv,
      '--data',
      emulated.data,
      ...(argv.includes('--csv') || argv.includes('report') ? [] : ['--json']),
    ],
    {
      clock,
    },
  );

/** Accepts a request of so many alerts, routes them to the hook, and writes the rows. */
async function accept(
  requestId: string,
  count: number,
  { receivedMs = LONG_AGO, row = {} }: { receivedMs?: number; row?: Partial<Delivery> } = {},
): Promise<string[]> {
  const { table } = emulated.manifest;
  const request = {
    requestId,
    sourceId: 'src_a',
    receivedAt: iso(receivedMs),
    indexes: [[0, count - 1]] as [number, number][],
  };
  await dynamodbRequestLedger({ client, table, clock }).claim({
    ...request,
    key: requestId,
    bodySha256: 'ab',
    windowSeconds: 60,
  });
  const ids = alertIdsOf(request);
  const deliveries = ids.map((id) =>
    aDelivery({
      id: deliveryId(id, hook),
      alert_id: id,
      destination_id: hook,
      created_at: iso(receivedMs),
      updated_at: iso(receivedMs),
      ...row,
    }),
  );
  await dynamodbAlertStore({ client, table, clock, retentionDays: 90 }).put(
    ids.map((id, index) => ({
      alert: anAlert({ id, received_at: iso(receivedMs), title: '=cmd|<b>`x`' }),
      request_id: requestId,
      authenticated_by: 'hmac',
      routing: 'routed',
      routed_at: iso(receivedMs),
      deliveries: [{ id: deliveries[index]!.id, destination_id: hook, channel: 'webhook' }],
      trace: [
        { destination_id: hook, destination_name: 'hook', decision: 'deliver', because: 'default-route' },
      ],
    })),
  );
  for (const delivery of deliveries) {
    await client.call('PutItem', {
      TableName: table,
      Item: {
        ...deliveryKey(delivery),
        ...deliveryTimeRow(delivery.id, hook, delivery.created_at),
        ...delivery,
        expires_at: Math.floor((NOW + DAY_MS) / 1_000),
      },
    });
  }
  return ids;
}

describe('tocsin audit', () => {
  let ids: string[];

  it('adds up what was accepted, from the 202 on', async () => {
    ids = await accept('11111111-1111-4111-8111-111111111111', 120);
    const ran = await tocsin('audit');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.json()).toMatchObject({
      adds_up: true,
      requests: 1,
      alerts: { accepted: 120, routed: 120, waiting: 0 },
      destinations: [{ name: 'hook', accepted: 120, delivered: 120, pending: 0, dead: 0 }],
      findings: [],
    });
  });

  it('names a row that was deleted, a message that was stolen and a digest without its mail, and fails', async () => {
    const [deleted = '', stolen = ''] = ids;
    const { table } = emulated.manifest;
    await client.call('DeleteItem', {
      TableName: table,
      Key: deliveryKey({ id: deliveryId(deleted, hook) }),
    });
    // Whoever steals the message of a request keeps it from every router: nothing of it is stored.
    await client.call('DeleteItem', { TableName: table, Key: sheetKey(stolen) });
    const [digested = ''] = await accept('22222222-2222-4222-8222-222222222222', 1, {
      row: { state: 'digested', digest_id: 'no-such-digest', due_at: iso(LONG_AGO) },
    });
    const ran = await tocsin('audit');
    expect(ran.code).toBe(1);
    const { findings, adds_up } = ran.json() as {
      adds_up: boolean;
      findings: { alert_id: string; problem: string }[];
    };
    expect(adds_up).toBe(false);
    expect(new Map(findings.map(({ alert_id, problem }) => [alert_id, problem]))).toEqual(
      new Map([
        [deleted, 'no-record'],
        [stolen, 'not-routed'],
        [digested, 'digest-without-mail'],
      ]),
    );
  });

  it('asks of one destination and one time', async () => {
    expect((await tocsin('audit', '--since', '30m')).json()).toMatchObject({
      alerts: { accepted: 0 },
      adds_up: true,
    });
    expect((await tocsin('audit', '--destination', 'nobody')).code).toBe(1);
    const one = await tocsin('audit', '--destination', 'hook');
    expect(one.json()).toMatchObject({ destinations: [{ id: hook, accepted: 120 }] });
  });

  it('writes a line for each alert and destination as CSV, none of which is a formula', async () => {
    const ran = await tocsin('audit', '--csv');
    expect(ran.code).toBe(1);
    const lines = ran.stdout.split('\r\n');
    expect(lines[0]).toMatch(/^alert_id,request_id,.*,problem,kind$/u);
    expect(lines).toHaveLength(1 + 121 + 1);
    expect(ran.stdout).toContain(',hook,');
    expect(ran.stderr).toContain('3 do not add up');
    expect((await run(['audit', '--csv', '--json', '--data', emulated.data], { clock })).code).toBe(2);
  });

  it('of one destination writes what it is owed as CSV, and what nobody has decided yet', async () => {
    await run(
      [
        'destination',
        'create',
        'webhook',
        '--name',
        'quiet',
        '--url',
        'https://quiet.example.com/',
        '--data',
        emulated.data,
      ],
      { clock },
    );
    const lines = (await tocsin('audit', '--csv', '--destination', 'quiet')).stdout.trim().split('\r\n');
    expect(lines.map((line) => line.split(',')[4])).toEqual(['alert', 'waiting']);
  });

  it('refuses a window that has not begun, and says which it is', async () => {
    const ran = await tocsin('audit', '--since', '2099-01-01T00:00:00Z');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--since is in the future');
  });

  it('tells a person the sum, what is wrong, and what to ask next', async () => {
    const ran = await run(['audit', '--data', emulated.data], { clock });
    expect(ran.stdout).toMatch(/121 alerts accepted in 2 requests/u);
    expect(ran.stdout).toMatch(/hook +120 +118 +1 +0 +1 +0/u);
    expect(ran.stdout).toContain(`tocsin --data ${emulated.data} why ${ids[0]!}`);
    expect(ran.stdout).toContain(`tocsin --data ${emulated.data} deliveries list --digest no-such-digest`);
  });

  it('tells of a mail that came back, where it is counted as delivered', async () => {
    const create = ['destination', 'create', 'email', '--name', 'desk', '--to', 'ana@example.com', '--json'];
    const desk = (await run([...create, '--data', emulated.data], { clock })).json() as { id: string };
    const at = iso(LONG_AGO);
    await accept('44444444-4444-4444-8444-444444444444', 2, {
      row: {
        destination_id: desk.id,
        channel: 'email',
        recipient: 'ana@example.com',
        mail_events: [{ id: 'event-1', type: 'bounce', at, message_id: 'mail-1', is_permanent: true }],
      },
    });
    const { destinations } = (await tocsin('audit')).json() as { destinations: object[] };
    expect(destinations).toContainEqual(
      expect.objectContaining({ name: 'desk', delivered: 2, delivered_came_back: 2 }),
    );
    expect((await run(['audit', '--data', emulated.data], { clock })).stdout).toMatch(
      /desk +2 +2 \(2 came back\)/u,
    );
    expect((await tocsin('audit', '--csv')).stdout).toMatch(
      /,desk,ana@example\.com,[^,]+,delivered,bounced,/u,
    );
  });
});

describe('beside what senders were told is accepted', () => {
  it('system alerts, tests and replays have a line each, in words, in JSON and as CSV', async () => {
    const { table } = emulated.manifest;
    const parts = { client, table, clock, retentionDays: 90 };
    const own = (id: string, type: string) =>
      anAlert({
        id,
        type,
        received_at: iso(LONG_AGO),
        source: { id: 'tocsin', name: 'Tocsin', format: 'system' },
      });
    await dynamodbAlertStore(parts).put([
      {
        alert: own('own-system', 'tocsin.unrouted'),
        routing: 'routed',
        routed_at: iso(LONG_AGO),
        deliveries: [{ id: 'own-delivery', destination_id: hook, channel: 'webhook' }],
        trace: [],
      },
    ]);
    await watchedAlertQueue({ enqueue: async () => {} }, parts).enqueue(
      raised([own('own-raised', 'tocsin.dead-letter')]),
    );
    await dynamodbSentDeliveries(parts).note(
      [
        aMessage({
          alert: anAlert({ id: 'replayed' }),
          alert_id: 'replayed',
          delivery_id: 'replayed-delivery',
          destination_id: hook,
        }),
      ],
      iso(NOW),
    );
    const ran = await run(['audit', '--data', emulated.data], { clock });
    expect(ran.stdout).toMatch(/BESIDE THEM +OWED/u);
    expect(ran.stdout).toMatch(/system alerts +1 +0 +0 +0 +1 +0/u);
    expect(ran.stdout).toMatch(/replays beyond the plan +1 +0 +0 +0 +1 +0/u);
    expect(ran.stdout).toContain('of the system alerts: 1 waiting to be routed');
    expect(ran.stdout).toMatch(/own-raised, raised by Tocsin 60m ago: no router/u);
    const json = (await tocsin('audit')).json() as Record<string, unknown>;
    expect(json).toMatchObject({
      system_alerts: {
        alerts: { accepted: 2, routed: 1, waiting: 1 },
        deliveries: { accepted: 1, pending: 1 },
      },
      tests: { alerts: { accepted: 0 } },
      replays: { deliveries: { accepted: 1, pending: 1 } },
    });
    const csv = (await tocsin('audit', '--csv')).stdout;
    expect(csv).toMatch(/^own-system,,tocsin,.*,no-record,system-alert$/mu);
    expect(csv).toMatch(/^replayed,,.*,replay$/mu);
  });
});

describe('tocsin audit report', () => {
  it('is one page in which no text of others means anything', async () => {
    const [id = ''] = await accept('33333333-3333-4333-8333-333333333333', 1, {
      row: {
        body_sha256: 'c'.repeat(64),
        attempts: [
          {
            number: 1,
            started_at: iso(LONG_AGO),
            duration_ms: 42,
            outcome: 'delivered',
            destination_version: 1,
            status: 200,
            address: '203.0.113.7',
            tls_version: 'TLSv1.3',
            detail: '| <script> |',
          },
        ],
      },
    });
    const { stdout, code } = await tocsin('audit', 'report', id);
    expect(code).toBe(0);
    expect(stdout).toContain(String.raw`# Audit report: =cmd\|\<b\>\`x\``);
    expect(stdout).toContain('| Authenticated by | hmac |');
    expect(stdout).toContain(`| Body, SHA-256 | ${'0'.repeat(64)} |`);
    expect(stdout).toContain(`| Sent body, SHA-256 | ${'c'.repeat(64)} |`);
    expect(stdout).toContain(
      String.raw`| 1 | ${iso(LONG_AGO)} | 42 ms | delivered | 200 | 203.0.113.7 TLSv1.3 | 1 | \| \<script\> \| |`,
    );
    expect(stdout).toContain('| Signature | hmac (configuration 1) |');
    const json = await run(['audit', 'report', id, '--data', emulated.data, '--json'], { clock });
    const { sha256 } = json.json() as { sha256: string };
    expect(stdout).toContain(sha256);
  });

  it('says what it does not know', async () => {
    const ran = await tocsin('audit', 'report', 'no-such-id');
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain('no-such-id');
  });
});
