import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpsSender } from '../../functions/adapters/https/sender.ts';
import { preparePost } from '../../functions/core/deliver/webhook/prepare-post.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { receivers } from '../adapters/hostile-receivers.ts';
import { aMessage } from '../adapters/records.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { LOCAL_MANIFEST, memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const DAY_MS = 86_400_000;
const authority = tlsAuthority();
const inForce = { notBefore: new Date(NOW - DAY_MS), notAfter: new Date(NOW + 30 * DAY_MS) };
const client = authority.issue({ usage: 'client', commonName: 'tocsin', ...inForce });
const open = receivers();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-mtls-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await open.closeAll();
});

let files = 0;
async function file(text: string): Promise<string> {
  files += 1;
  const path = join(folder, `${files}.pem`);
  await writeFile(path, text);
  return path;
}

const create = async (
  options: string[],
  gateway: MemoryGateway = memoryGateway(),
  url = 'https://siem.example.com/hook',
) =>
  run(['destination', 'create', 'webhook', '--name', 'siem', '--url', url, '--json', ...options], {
    gateway,
  });

const withPair = async (certificate: string, key: string) => [
  '--auth',
  'mtls',
  '--cert-file',
  await file(certificate),
  '--key-file',
  await file(key),
];

/** Posts as the function does, with what the tool stored. */
async function post(gateway: MemoryGateway) {
  const destination = [...gateway.kept.config.destination.values()][0] as WebhookDestination;
  const clock = { now: () => Date.now() };
  const prepared = await preparePost(aMessage(), destination, {
    secrets: {
      webhookSecret: async () => gateway.kept.secrets.get(`destination/${destination.id}`) as WebhookSecret,
    },
    http: httpsSender({ clock, isAllowedAddress: () => true }),
    clock,
    addresses: publicTier(['127.0.0.0/8']),
  });
  if ('suppressed' in prepared) throw new Error('suppressed');
  return prepared.send();
}

describe('destination create webhook --auth mtls', () => {
  it('is known by its certificate to a receiver that demands one', async () => {
    const seen: { subject: string; headers: string[] }[] = [];
    const { port } = await open.https(
      { ...authority.issue(), ca: authority.ca, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        seen.push({ subject: String(subject.CN), headers: Object.keys(request.headers) });
        response.end('welcome');
      },
    );
    const gateway = memoryGateway({ ...LOCAL_MANIFEST });
    // The receiver judges by the clock of this machine.
    const ours = authority.issue({ usage: 'client', commonName: 'tocsin' });
    const pair = await withPair(ours.cert, ours.key);
    const argv = `destination create webhook --name siem --url https://127.0.0.1:${port}/hook --json`;
    const created = await run([...argv.split(' '), ...pair, '--ca-file', await file(authority.ca)], {
      gateway,
      env: { TOCSIN_EGRESS_ALLOW: '127.0.0.0/8' },
      clock: { now: () => Date.now() },
    });
    expect(created.stderr).toBe('');
    expect(created.json()).toMatchObject({ name: 'siem', secret: null });
    expect(await post(gateway)).toMatchObject({ verdict: 'delivered', facts: { status: 200 } });
    expect(seen).toMatchObject([{ subject: 'tocsin' }]);
    expect(seen[0]?.headers.filter((name) => /signature|authorization/.test(name))).toEqual([]);
  });

  it('keeps the pair in the secret, and of it only the end in the configuration', async () => {
    const gateway = memoryGateway();
    const { code } = await create(await withPair(`${client.cert}${authority.ca}`, client.key), gateway);
    expect(code).toBe(0);
    const [destination] = gateway.kept.config.destination.values();
    expect(destination).toMatchObject({ auth: { type: 'mtls', notAfter: inForce.notAfter.toISOString() } });
    const [secret] = gateway.kept.secrets.values() as Iterable<WebhookSecret>;
    expect(secret).toEqual({ certificate: `${client.cert}${authority.ca}`, key: client.key });
    for (const argv of [
      ['show', 'siem'],
      ['show', 'siem', '--json'],
      ['list', '--json'],
    ]) {
      expect((await run(['destination', ...argv], { gateway })).stdout).not.toContain('BEGIN');
    }
    expect((await run(['destination', 'show', 'siem'], { gateway })).stdout).toContain(
      'valid until 2026-03-31',
    );
  });

  const others = {
    expired: authority.issue({
      usage: 'client',
      notBefore: new Date(NOW - 2 * DAY_MS),
      notAfter: new Date(NOW),
    }),
    early: authority.issue({ usage: 'client', notBefore: new Date(NOW + 1_000), notAfter: inForce.notAfter }),
    server: authority.issue({ usage: 'server', ...inForce }),
  };
  it.each([
    [
      'the key of another certificate',
      client.cert,
      others.early.key,
      /--key-file .*does not belong to the certificate/,
    ],
    [
      'an expired certificate',
      others.expired.cert,
      others.expired.key,
      /--cert-file .*expired at 2026-03-01T12:00:00/,
    ],
    ['a certificate of tomorrow', others.early.cert, others.early.key, /--cert-file .*is valid from/],
    ["a server's certificate", others.server.cert, others.server.key, /--cert-file .*lacks clientAuth/],
    ['no certificate', 'canary', client.key, /--cert-file .*is no PEM certificate/],
    ['a key in place of the certificate', client.key, client.key, /--cert-file .*is no PEM certificate/],
    ['no key', client.cert, 'canary', /--key-file .*is no PEM private key/],
    ['a certificate in place of the key', client.cert, client.cert, /--key-file .*is no PEM private key/],
    [
      'a damaged certificate',
      client.cert.replace(/\n.{20}/, '\nAAAA'),
      client.key,
      /--cert-file .*cannot be read/,
    ],
    ['a damaged key', client.cert, client.key.replace(/\n.{20}/, '\nAAAA'), /--key-file .*cannot be read/],
    [
      'an encrypted key',
      client.cert,
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n',
      /--key-file .*is encrypted; decrypt it first/,
    ],
    ['two keys', client.cert, `${client.key}${client.key}`, /--key-file .*holds several keys/],
    [
      'a file without end',
      `${client.cert}${'x'.repeat(20_000)}`,
      client.key,
      /--cert-file .*expected at most/,
    ],
  ])('refuses %s, and stores nothing', async (_, certificate, key, problem) => {
    const gateway = memoryGateway();
    const { code, stdout, stderr } = await create(await withPair(certificate, key), gateway);
    expect({ code, told: `${stdout}${stderr}` }).toMatchObject({
      code: 2,
      told: expect.stringMatching(problem) as string,
    });
    expect(`${stdout}${stderr}`).not.toContain('canary');
    expect(`${stdout}${stderr}`).not.toContain(client.key.split('\n')[1]);
    expect([gateway.kept.secrets.size, gateway.kept.config.destination.size]).toEqual([0, 0]);
  });

  it.each([
    [['--auth', 'mtls'], /--cert-file .*missing[\s\S]*--key-file .*missing/],
    [['--auth', 'mtls', '--cert-file', '/nonexistent.pem', '--key-file', '/nonexistent.pem'], /ENOENT/],
    [['--cert-file', 'a.pem'], /--cert-file .*goes with --auth mtls only/],
    [['--auth', 'bearer', '--key-file', 'a.pem'], /--key-file .*goes with --auth mtls only/],
  ])('refuses %j', async (options, problem) => {
    const { code, stdout, stderr } = await create(options);
    expect({ code, told: `${stdout}${stderr}` }).toMatchObject({
      code: 2,
      told: expect.stringMatching(problem) as string,
    });
  });
});
