import { execFileSync, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signedFetch } from '../local/signed-fetch.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { startReceiver, type ReceivedPost, type Receiver } from './receiver.ts';
import {
  runGateway,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
} from './running-gateway.ts';

const PATIENCE = { timeout: 30_000, interval: 200 };
/** For what sends an alert each time: a chat takes sixty messages an hour. */
const SPARING = { timeout: 25_000, interval: 1_000 };
const SAMPLES = new URL('../../docs/receivers/', import.meta.url).pathname;
const TITLE = 'Überfall 🚨 "auf" <b>';

const isInstalled = (...[command, ...args]: [string, ...string[]]) => spawnSync(command, args).status === 0;
const HAS_GO = isInstalled('go', 'version');

let alerts = 0;
let folder: string;
let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;
const destinations = new Map<string, CreatedDestination>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-verify-'));
  if (HAS_GO) execFileSync('go', ['build', '-o', join(folder, 'verify'), `${SAMPLES}verify.go`]);
  gateway = await runGateway();
  receiver = await startReceiver();
  source = await gateway.tocsin<CreatedSource>(
    ...'source create --name edr --format generic --auth bearer'.split(' '),
  );
  const ca = gateway.file('ca.pem', receiver.ca);
  for (const [name, path, ...more] of [
    ['tocsin', 'tocsin'],
    ['panguard', 'panguard', '--profile', 'panguard'],
    ['linuxguard', 'linuxguard', '--profile', 'linuxguard'],
    ['chat', 'services/T0/B0/canary-of-the-chat', '--format', 'slack'],
  ] as [string, string, ...string[]][]) {
    const url = receiver.url.replace('/hook', `/${path}`);
    const argv = ['destination', 'create', 'webhook', '--name', name, '--url', url, '--ca-file', ca, ...more];
    destinations.set(name, await gateway.tocsin<CreatedDestination>(...argv));
  }
}, 120_000);

afterAll(async () => {
  await gateway.close();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

/** Another one every time: what repeats is a duplicate. */
async function sendAlert(): Promise<void> {
  alerts += 1;
  await fetch(source.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${source.secret}` },
    body: JSON.stringify({
      title: TITLE,
      description: `number ${alerts}, \u2028`,
      severity: 'high',
      // A finding of its own, since chats are told of each once.
      dedup_key: String(alerts),
    }),
  });
}

/** Sends an alert, and answers what every receiver was posted because of it. */
async function postsOfAnAlert(): Promise<Map<string, ReceivedPost>> {
  const before = receiver.posts.length;
  await sendAlert();
  await vi.waitFor(() => {
    expect(receiver.posts).toHaveLength(before + destinations.size);
  }, PATIENCE);
  return new Map(
    receiver.posts.slice(before).map((post) => [post.path.replace(/^\/(\w+).*$/, '$1'), post] as const),
  );
}

/** What the documented Node receiver does, the comparison included, which is not in constant time. */
function verifySignature(payload: string, signature: unknown, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(payload).digest('hex');
  return `sha256=${expected}` === signature;
}

const secretOf = (name: string) => destinations.get(name)?.secret ?? '';

const LANGUAGES: [string, boolean, () => [command: string, ...args: string[]]][] = [
  ['verify.mjs', true, () => [process.execPath, `${SAMPLES}verify.mjs`]],
  ['verify.py', isInstalled('python3', '--version'), () => ['python3', '-B', `${SAMPLES}verify.py`]],
  ['verify.go', HAS_GO, () => [join(folder, 'verify')]],
];

/** Whether a sample accepts a request as it arrived, or changed by the test. */
function verified(
  [command, ...args]: [string, ...string[]],
  post: ReceivedPost,
  secret: string,
  ...[scheme = 'standard', ...prefix]: string[]
): string {
  const headers = Object.entries(post.headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  writeFileSync(join(folder, 'headers.txt'), headers.join(''));
  writeFileSync(join(folder, 'body.json'), post.body);
  const ran = spawnSync(
    command,
    [...args, scheme, join(folder, 'headers.txt'), join(folder, 'body.json'), ...prefix],
    { env: { ...process.env, TOCSIN_SECRET: secret }, encoding: 'utf8' },
  );
  return ran.status === 0 ? 'verified' : `${String(ran.status)} ${ran.stderr.trim()}`;
}

const changed = (post: ReceivedPost, headers: Record<string, string>, body = post.body): ReceivedPost => ({
  ...post,
  body,
  headers: { ...post.headers, ...headers },
});

describe('a delivery as it arrives', () => {
  let posts: Map<string, ReceivedPost>;
  const post = (name: string): ReceivedPost => {
    const found = posts.get(name);
    if (found === undefined) throw new Error(`nothing arrived at ${name}`);
    return found;
  };
  beforeAll(async () => {
    posts = await postsOfAnAlert();
  }, 60_000);

  describe.each(LANGUAGES)('is judged by %s', (file, isThere, commandOf) => {
    if (!isThere) console.warn(`${file} is not tested: its language is not installed`);

    it.skipIf(!isThere)('as ours, and as not ours when anything was changed', () => {
      const command = commandOf();
      const ours = post('tocsin');
      const secret = secretOf('tocsin');
      const seconds = Number(ours.headers['webhook-timestamp']);
      expect({
        standard: verified(command, ours, secret),
        simple: verified(command, ours, secret, 'simple'),
        panguard: verified(command, post('panguard'), secretOf('panguard'), 'simple', 'X-Panguard'),
        linuxguard: verified(command, post('linuxguard'), secretOf('linuxguard'), 'simple', 'LinuxGuard'),
        tampered: verified(command, changed(ours, {}, ours.body.replace('auf', 'AUF')), secret),
        tamperedSimple: verified(command, changed(ours, {}, `${ours.body} `), secret, 'simple'),
        old: verified(command, changed(ours, { 'webhook-timestamp': String(seconds - 400) }), secret),
        resigned: verified(command, changed(ours, { 'webhook-timestamp': String(seconds - 10) }), secret),
        foreign: verified(command, ours, secretOf('panguard')),
      }).toEqual({
        standard: 'verified',
        simple: 'verified',
        panguard: 'verified',
        linuxguard: 'verified',
        tampered: '1 refused: webhook-signature does not match',
        tamperedSimple: expect.stringMatching(/^1 refused: tocsin-signature does not match$/i) as string,
        old: '1 refused: webhook-timestamp is more than 5 minutes away from now',
        resigned: '1 refused: webhook-signature does not match',
        foreign: '1 refused: webhook-signature does not match',
      });
    });
  });

  it('is accepted by the receiver that the reference of each profile prints', () => {
    for (const [name, header] of [
      ['panguard', 'x-panguard-signature'],
      ['linuxguard', 'linuxguard-signature'],
      ['tocsin', 'tocsin-signature'],
    ] as const) {
      const { body, headers } = post(name);
      expect(verifySignature(body, headers[header], secretOf(name))).toBe(true);
      expect(headers['content-type']).toBe('application/json');
    }
    expect(JSON.parse(post('panguard').body)).toMatchObject({ title: TITLE, severity: 'high' });
    expect(JSON.parse(post('linuxguard').body)).toMatchObject({
      event_type: 'signal_created',
      version: 'v1',
      data: { severity: 4 },
    });
  });

  it('goes to the whole URL of a chat, which stands in no table, row or log', async () => {
    expect(post('services').path).toBe('/services/T0/B0/canary-of-the-chat');
    const told: unknown[] = [];
    for (const argv of [
      ['destination', 'list'],
      ['destination', 'show', 'chat'],
      ['deliveries', 'list', '--destination', 'chat'],
      ['alerts', 'list'],
      ['status'],
    ]) {
      told.push(await gateway.tocsin(...argv));
    }
    const { deliveries } = told[2] as { deliveries: { id: string }[] };
    told.push(await gateway.tocsin('deliveries', 'show', deliveries[0]?.id ?? ''));
    expect(JSON.stringify([told, gateway.errors])).not.toContain('canary-of-the-chat');
    expect(told[1]).toMatchObject({ url: expect.stringMatching(/^https:\/\/localhost:\d+\/…$/) as string });
  });

  it('goes to the new URL of a chat at once when that is changed', async () => {
    const next = receiver.url.replace('/hook', '/services/T0/B0/second');
    await gateway.tocsin('destination', 'update', 'chat', '--url', next);
    await vi.waitFor(async () => {
      // The configuration is remembered for seconds; the secret, by itself, would be for minutes.
      const again = await postsOfAnAlert();
      expect(again.get('services')?.path).toBe('/services/T0/B0/second');
    }, SPARING);
  });

  it('carries both signatures while a secret is rotated, and every verifier takes either', async () => {
    const { secret } = await gateway.tocsin<{ secret: string }>('destination', 'rotate', 'tocsin');
    const rotating = await vi.waitFor(async () => {
      const found = (await postsOfAnAlert()).get('tocsin');
      expect(String(found?.headers['webhook-signature']).split(' ')).toHaveLength(2);
      return found;
    }, SPARING);
    if (rotating === undefined) throw new Error('nothing arrived');
    for (const [, isThere, commandOf] of LANGUAGES) {
      if (!isThere) continue;
      expect(verified(commandOf(), rotating, secretOf('tocsin'))).toBe('verified');
      expect(verified(commandOf(), rotating, secret)).toBe('verified');
      expect(verified(commandOf(), rotating, secret, 'simple')).toBe('verified');
    }
  });
});

describe('a receiver that repeats all that it is told, and refuses', () => {
  const TOKEN = 'canary-of-the-token-0123456789';
  const HEADER = 'canary-of-the-header-0123456789';
  const QUERY = 'canary-of-the-query-0123456789';
  const authority = tlsAuthority('Echo Authority');
  const echo = createServer(authority.issue(), (request, response) => {
    response.writeHead(400).end(`${request.url ?? ''}\n${request.rawHeaders.join('\n')}`);
  });
  afterAll(() => void echo.close());

  /** All that a gateway keeps outside of its secret store, in the clear: rows, messages, mails, logs. */
  async function kept(): Promise<string> {
    // Not the operator's keys, which scan nothing.
    const { credentials: keys, endpoint = '', table } = gateway.local.manifest;
    if (keys === undefined) throw new Error('the manifest holds no keys');
    const rows = await signedFetch(endpoint, {
      service: 'dynamodb',
      keys,
      headers: { 'x-amz-target': 'DynamoDB_20120810.Scan' },
      body: JSON.stringify({ TableName: table }),
    });
    expect(rows.status).toBe(200);
    const logs = join(gateway.dataDir, 'logs');
    const state = new DatabaseSync(join(gateway.dataDir, 'state.db'), { readOnly: true });
    const messages = state.prepare('SELECT * FROM message').all();
    const mails = state.prepare('SELECT * FROM mail').all();
    state.close();
    return [
      await rows.text(),
      JSON.stringify([messages, mails]),
      ...readdirSync(logs).map((file) => readFileSync(join(logs, file), 'utf8')),
      ...gateway.errors,
    ].join('\n');
  }

  it('leaves no secret in a row, a message, a mail or a log', async () => {
    await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
    const { port } = echo.address() as AddressInfo;
    const { code, stderr } = await gateway.tryTocsin(
      [
        ...'destination create webhook --name echo --auth bearer --secret-stdin'.split(' '),
        '--url',
        `https://localhost:${String(port)}/in?key=${QUERY}`,
        '--custom-header',
        `X-Api-Key: ${HEADER}`,
        '--ca-file',
        gateway.file('echo-ca.pem', authority.ca),
      ],
      { stdin: Readable.from([TOKEN]) },
    );
    expect(code, stderr).toBe(0);
    const tested = await gateway.tryTocsin(['destination', 'test', 'echo']);
    expect(tested.code).toBe(1);
    expect(tested.stdout).toContain('/in***');
    await vi.waitFor(async () => {
      await sendAlert();
      const { dead_letters: letters } = await gateway.tocsin<{ dead_letters: unknown[] }>(
        'dead-letters',
        'list',
      );
      expect(letters).not.toEqual([]);
    }, PATIENCE);
    const everything = `${tested.stdout}${tested.stderr}${await kept()}`;
    // What it should find is there, so what it does not find is not.
    expect(everything).toContain(TITLE.slice(0, 8));
    expect(everything).toContain('delivery.dead-lettered');
    for (const canary of [TOKEN, HEADER, QUERY, 'canary', source.secret, secretOf('tocsin'), 'whsec_']) {
      expect(everything.includes(canary), canary).toBe(false);
    }
  });
});
