import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { webhookHeaders } from '../../functions/core/deliver/webhook/sign.ts';
import { tocsin } from '../../functions/core/deliver/webhook/formats/tocsin.ts';
import { firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import type { Profile } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { GOLDEN_ALERT, GOLDEN_CONTEXT } from '../core/deliver/webhook/formats/golden.ts';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

const SAMPLES = new URL('../../docs/receivers/', import.meta.url).pathname;
const SECRET = 'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';
const OTHER = 'whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=';
const BODY = tocsin.render({ ...GOLDEN_ALERT, title: 'Überfall 🚨 "auf" \u2028' }, GOLDEN_CONTEXT);

/** A request as it leaves the gateway at this instant. */
function signed(
  now: number,
  options: { secret?: WebhookSecret; profile?: Profile } = {},
): Record<string, string> {
  const message = firstAttempt(
    GOLDEN_ALERT,
    { id: GOLDEN_CONTEXT.deliveryId, destinationId: GOLDEN_CONTEXT.destination.id, channel: 'webhook' },
    GOLDEN_CONTEXT.createdAt,
  );
  const destination = { ...GOLDEN_CONTEXT.destination, profile: options.profile ?? 'tocsin' };
  const secret = options.secret ?? { current: SECRET };
  const format = { contentType: 'application/json' };
  return webhookHeaders({ message, destination, secret, body: BODY, format }, now);
}

type Case = {
  scheme?: 'standard' | 'simple';
  prefix?: string;
  headers?: Record<string, string>;
  /** Signed so long before it is verified, however long the tests before it took. */
  agoMs?: number;
  without?: string;
  body?: string;
  secrets?: string;
};
const now = Date.now();
const seconds = Math.floor(now / 1_000);
const plain = signed(now);
const rotating = signed(now, {
  secret: { current: OTHER, previous: SECRET, previousNotAfter: new Date(now + 60_000).toISOString() },
});
const signature = plain['webhook-signature'] ?? '';
const hex = plain['Tocsin-Signature'] ?? '';

const ACCEPTED: [string, Case][] = [
  ['a request of now', {}],
  ['one of four minutes ago', { agoMs: 240_000 }],
  ['one whose secret is being rotated, by the old secret', { headers: rotating }],
  ['one whose secret is being rotated, by the new secret', { headers: rotating, secrets: OTHER }],
  ['one signed with either of two secrets', { secrets: `${OTHER} ${SECRET}` }],
  [
    'a signature of another version beside ours',
    { headers: { ...plain, 'webhook-signature': `v1a,AAAA ${signature}` } },
  ],
  [
    'header names in any case',
    {
      headers: Object.fromEntries(Object.entries(plain).map(([name, value]) => [name.toUpperCase(), value])),
    },
  ],
  ['Tocsin-Signature', { scheme: 'simple' }],
  [
    'X-Panguard-Signature',
    { scheme: 'simple', prefix: 'X-Panguard', headers: signed(now, { profile: 'panguard' }) },
  ],
  [
    'LinuxGuard-Signature',
    { scheme: 'simple', prefix: 'LinuxGuard', headers: signed(now, { profile: 'linuxguard' }) },
  ],
];

const REFUSED: [string, Case][] = [
  ['a changed body', { body: `${BODY} ` }],
  ['an empty body', { body: '' }],
  ['another secret', { secrets: OTHER }],
  ['a request of seven minutes ago', { agoMs: 420_000 }],
  ['a request from seven minutes ahead', { agoMs: -420_000 }],
  [
    'an old signature under a new timestamp',
    { headers: { ...signed(now - 420_000), 'webhook-timestamp': String(seconds) } },
  ],
  ['another id', { headers: { ...plain, 'webhook-id': 'another' } }],
  ['no id', { without: 'webhook-id' }],
  ['no timestamp', { without: 'webhook-timestamp' }],
  ['no signature', { without: 'webhook-signature' }],
  ...['', `${seconds}abc`, `+${seconds}`, '-1', '1e20', '9'.repeat(30), `${seconds}.0`].map(
    (timestamp): [string, Case] => [
      `the timestamp ${JSON.stringify(timestamp)}`,
      { headers: { ...plain, 'webhook-timestamp': timestamp } },
    ],
  ),
  ...[
    'v1,',
    'v1',
    signature.slice(3),
    signature.slice(0, -1),
    `${signature}x`,
    `v2,${signature.slice(3)}`,
  ].map((text): [string, Case] => [
    `the signature ${text.replace(signature.slice(3), '…')}`,
    { headers: { ...plain, 'webhook-signature': text } },
  ]),
  ['a changed body under Tocsin-Signature', { scheme: 'simple', body: `${BODY} ` }],
  ['another secret for Tocsin-Signature', { scheme: 'simple', secrets: OTHER }],
  ['no Tocsin-Signature', { scheme: 'simple', without: 'Tocsin-Signature' }],
  ...['sha256=', hex.slice(7), hex.slice(0, -1), `${hex}0`, hex.toUpperCase(), `sha1=${hex.slice(7)}`].map(
    (text, index): [string, Case] => [
      `a bent Tocsin-Signature (${index})`,
      { scheme: 'simple', headers: { ...plain, 'Tocsin-Signature': text } },
    ],
  ),
];

/** Go's first build on a machine compiles its whole standard library. */
const FIRST_BUILD_MS = 300_000;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-receivers-'));
  if (isInstalled('go', 'version')) {
    execFileSync('go', ['build', '-o', join(folder, 'verify'), `${SAMPLES}verify.go`]);
  }
}, FIRST_BUILD_MS);
afterAll(() => rmSync(folder, { recursive: true }));

/** The interpreter itself: what stands in PATH may be a slow wrapper around it. */
const python =
  spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim() ??
  '';

function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}

const LANGUAGES: [string, boolean, () => [command: string, ...args: string[]]][] = [
  ['verify.mjs', true, () => [process.execPath, `${SAMPLES}verify.mjs`]],
  ['verify.py', python !== '', () => [python, '-B', `${SAMPLES}verify.py`]],
  ['verify.go', isInstalled('go', 'version'), () => [join(folder, 'verify')]],
];

/** Runs a sample on one request; answers its exit status. */
function verify(
  [command, ...args]: [string, ...string[]],
  request: Case,
): { status: number | null; output: string } {
  const signedAgo = request.agoMs === undefined ? plain : signed(Date.now() - request.agoMs);
  const headers = Object.entries(request.headers ?? signedAgo).filter(([name]) => name !== request.without);
  writeFileSync(
    join(folder, 'headers.txt'),
    headers.map(([name, value]) => `${name}: ${value}\r\n`).join(''),
  );
  writeFileSync(join(folder, 'body.json'), request.body ?? BODY);
  const files = [join(folder, 'headers.txt'), join(folder, 'body.json')];
  const prefix = request.prefix === undefined ? [] : [request.prefix];
  const ran = spawnSync(command, [...args, request.scheme ?? 'standard', ...files, ...prefix], {
    env: { ...NODE_ENVIRONMENT, TOCSIN_SECRET: request.secrets ?? SECRET },
    encoding: 'utf8',
  });
  return { status: ran.status, output: ran.stdout + ran.stderr };
}

describe.each(LANGUAGES)('the sample %s', (file, isThere, commandOf) => {
  if (!isThere) console.warn(`${file} is not tested: its language is not installed`);

  it.skipIf(!isThere).each(ACCEPTED)('accepts %s', (_what, request) => {
    expect(verify(commandOf(), request)).toEqual({ status: 0, output: 'verified\n' });
  });

  it.skipIf(!isThere).each(REFUSED)('refuses %s', (_what, request) => {
    const { status, output } = verify(commandOf(), request);
    expect({ status, output }).toEqual({
      status: 1,
      output: expect.stringMatching(/^refused: [^\n]+\n$/) as string,
    });
    expect(output).not.toContain(SECRET.slice(8, 20));
  });

  it.skipIf(!isThere)('says how it is called', () => {
    expect(verify(commandOf(), { secrets: '' })).toMatchObject({ status: 2 });
  });
});

it('the receiver to try with says in one line that its port is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-receiver-'));
  const argv = [join(SAMPLES, 'receiver.mjs'), '--port', String(port), '--folder', folder];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  other.close();
  rmSync(folder, { recursive: true, force: true });
  // `npm run demo` reads this line.
  expect(said).toBe(`port ${port} is in use; give it another one with --port\n`);
  expect(code).toBe(1);
});
