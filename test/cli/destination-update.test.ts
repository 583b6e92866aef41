import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmailDestination, WebhookDestination } from '../../functions/core/model/config/destination.ts';
import { aMailingList, aWebhook } from '../adapters/records.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-update-'));
});
afterAll(async () => rm(folder, { recursive: true }));

const HOOK: WebhookDestination = aWebhook({
  id: 'dst_a',
  name: 'siem',
  url: 'https://siem.example.com/hook',
  format: 'tocsin',
  customHeaderNames: ['X-Team'],
  minSeverity: 'high',
  version: 3,
});
const LIST: EmailDestination = aMailingList({
  id: 'dst_b',
  name: 'oncall',
  recipients: [
    { address: 'ana@example.com', role: 'executive', isLocked: true },
    { address: 'ben@example.com', role: 'developer' },
  ],
});
const SECRET = { current: 'whsec_canary', headers: { 'X-Team': 'blue' }, ca: 'CA' };

async function aGateway(hook: WebhookDestination = HOOK) {
  const gateway = memoryGateway();
  await gateway.config.create('destination', hook);
  await gateway.config.create('destination', LIST);
  gateway.kept.secrets.set('destination/dst_a', SECRET);
  const update = async (...argv: string[]) => run(['destination', 'update', ...argv], { gateway });
  const stored = (id: string) => gateway.kept.config.destination.get(id);
  return { gateway, update, stored, secret: () => gateway.kept.secrets.get('destination/dst_a') };
}

describe('destination update of a webhook', () => {
  it('changes what is named, keeps the rest, and counts a version', async () => {
    const { update, stored, secret } = await aGateway();
    const ran = await update('siem', '--url', 'https://siem2.example.com/in', '--json');
    expect(ran.code).toBe(0);
    expect(stored('dst_a')).toEqual({
      ...HOOK,
      url: 'https://siem2.example.com/in',
      version: 4,
      updatedAt: new Date(NOW).toISOString(),
    });
    expect(secret()).toEqual(SECRET);
    expect(ran.stdout).not.toContain('canary');
  });

  it.each([
    [['--min-severity', 'critical'], { minSeverity: 'critical' }],
    [['--retry', '5s,1m'], { retry: { delaysSeconds: [5, 60] } }],
    [['--retry', 'none'], { retry: { delaysSeconds: [] } }],
    [['--profile', 'panguard', '--format', 'panguard'], { profile: 'panguard', format: 'panguard' }],
    [['--name', 'siem-2'], { name: 'siem-2' }],
  ])('%j', async (argv, changes) => {
    const { update, stored } = await aGateway();
    expect((await update('siem', ...argv)).code).toBe(0);
    expect(stored('dst_a')).toMatchObject({
      ...HOOK,
      ...changes,
      version: 4,
      updatedAt: new Date(NOW).toISOString(),
    });
  });

  it('takes every severity again with any', async () => {
    const { update, stored } = await aGateway();
    await update('siem', '--min-severity', 'any');
    expect(stored('dst_a')).not.toHaveProperty('minSeverity');
  });

  it('replaces the custom headers, and only those, in the secret', async () => {
    const { update, stored, secret } = await aGateway();
    await update('siem', '--custom-header', 'X-Key: canary');
    expect(secret()).toEqual({ ...SECRET, headers: { 'X-Key': 'canary' } });
    expect(stored('dst_a')).toMatchObject({ customHeaderNames: ['X-Key'] });
  });

  it('takes the custom headers away with none', async () => {
    const { update, stored, secret } = await aGateway();
    expect((await update('siem', '--custom-header', 'none')).code).toBe(0);
    expect(stored('dst_a')).toMatchObject({ customHeaderNames: [] });
    expect(secret()).toEqual({ ...SECRET, headers: {} });
    const mixed = await update('siem', '--custom-header', 'none', '--custom-header', 'X-Key: a');
    expect(mixed.code).toBe(2);
  });

  it('replaces the template, or the format together with one', async () => {
    const { update, stored } = await aGateway();
    const file = join(folder, 'template.json');
    await writeFile(file, '{"text":"{{title}}"}');
    expect((await update('siem', '--template-file', file)).stderr).toContain(
      'goes with format template only',
    );
    expect((await update('siem', '--format', 'template', '--template-file', file)).code).toBe(0);
    expect(stored('dst_a')).toMatchObject({ format: 'template', template: '{"text":"{{title}}"}' });
    await writeFile(file, '{"title":"{{title}}"}');
    expect((await update('siem', '--template-file', file)).code).toBe(0);
    expect(stored('dst_a')).toMatchObject({ template: '{"title":"{{title}}"}' });
  });

  it('replaces the client certificate of auth mtls, and says until when it is valid', async () => {
    const { update, stored, secret } = await aGateway({ ...HOOK, auth: { type: 'mtls' } });
    const notAfter = new Date(NOW + 86_400_000);
    const pair = tlsAuthority().issue({ usage: 'client', notBefore: new Date(NOW - 1_000), notAfter });
    await writeFile(join(folder, 'cert.pem'), pair.cert);
    await writeFile(join(folder, 'key.pem'), pair.key);
    const files = ['--cert-file', join(folder, 'cert.pem'), '--key-file', join(folder, 'key.pem')];
    expect((await update('siem', ...files)).code).toBe(0);
    expect(secret()).toEqual({ ...SECRET, certificate: pair.cert, key: pair.key });
    expect(stored('dst_a')).toMatchObject({ auth: { type: 'mtls', notAfter: notAfter.toISOString() } });
  });

  it.each([
    [['--url', 'http://siem.example.com/'], /--url: .*only https/],
    [['--url', 'https://10.0.0.1/'], /--url: .*not a public address/],
    [['--retry', 'often'], /--retry/],
    [['--min-severity', 'huge'], /--min-severity/],
    [['--to', 'ana@example.com'], /--to: does not go with channel webhook/],
    [['--cert-file', 'a', '--key-file', 'b'], /goes with auth mtls only/],
    [[], /say what to change/],
  ])('refuses %j and changes nothing', async (argv, problem) => {
    const { update, stored, secret } = await aGateway();
    const { code, stderr } = await update('siem', ...argv);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(problem) as string });
    expect(stored('dst_a')).toEqual(HOOK);
    expect(secret()).toEqual(SECRET);
  });
});

describe('destination update of a mail destination', () => {
  it('replaces the addresses; one that stays keeps its role and its lock', async () => {
    const { update, stored } = await aGateway();
    expect((await update('oncall', '--to', 'ana@example.com,eve@example.com')).code).toBe(0);
    expect(stored('dst_b')).toMatchObject({
      version: 2,
      recipients: [
        { address: 'ana@example.com', role: 'executive', isLocked: true },
        { address: 'eve@example.com', role: 'it_admin' },
      ],
    });
  });

  it('gives every address another role', async () => {
    const { update, stored } = await aGateway();
    await update('oncall', '--role', 'developer');
    expect(stored('dst_b')).toMatchObject({ recipients: [{ role: 'developer' }, { role: 'developer' }] });
  });

  it.each([
    [['--url', 'https://a.example/', '--retry', 'none'], /--url, --retry: does not go with channel email/],
    [['--ca-file', 'x'], /--ca-file: only with --transport smtp/],
    [['--to', 'nobody'], /--to/],
    [['--role', 'king'], /--role/],
  ])('refuses %j', async (argv, problem) => {
    const { update, stored } = await aGateway();
    const { code, stderr } = await update('oncall', ...argv);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(problem) as string });
    expect(stored('dst_b')).toEqual(LIST);
  });
});

it('tells a destination that nobody knows, and a paused one that stays paused', async () => {
  const { update, stored } = await aGateway({ ...HOOK, isEnabled: false, pausedBecause: 'receiver-gone' });
  expect((await update('nope', '--retry', 'none')).code).toBe(1);
  const { stdout } = await update('siem', '--url', 'https://new.example.com/');
  expect(stdout).toContain('tocsin destination enable siem');
  expect(stored('dst_a')).toMatchObject({ isEnabled: false, pausedBecause: 'receiver-gone' });
});

describe('the locks of recipients', () => {
  const locks = async (...argv: string[]) => {
    const gateway = memoryGateway();
    gateway.kept.config.destination.set(LIST.id, LIST);
    const ran = await run(['destination', 'update', 'oncall', ...argv], { gateway });
    const { recipients } = gateway.kept.config.destination.get(LIST.id) as EmailDestination;
    return { ran, recipients };
  };
  const locked = ({ recipients }: EmailDestination) =>
    recipients.flatMap(({ address, isLocked }) => (isLocked === true ? [address] : []));
  const other = LIST.recipients.find(({ address }) => address !== 'ana@example.com')?.address ?? '';

  it('are set and taken away by address, in any case, and the rest stays', async () => {
    const { ran, recipients } = await locks('--locked', other.toUpperCase(), '--unlocked', 'Ana@example.com');
    expect(ran.code).toBe(0);
    expect(locked({ ...LIST, recipients })).toEqual([other]);
    expect(recipients.map(({ address, role }) => ({ address, role }))).toEqual(
      LIST.recipients.map(({ address, role }) => ({ address, role })),
    );
  });

  it('go with new addresses, too', async () => {
    const { recipients } = await locks(
      '--to',
      'ana@example.com,new@example.com',
      '--locked',
      'new@example.com',
    );
    expect(locked({ ...LIST, recipients })).toEqual(['ana@example.com', 'new@example.com']);
  });

  it.each([
    [['--locked', 'nobody@example.com'], '"nobody@example.com" is no recipient of the destination'],
    [['--unlocked', 'nobody@example.com'], '--unlocked: "nobody@example.com" is no recipient'],
    [
      ['--locked', 'ana@example.com', '--unlocked', 'ana@example.com'],
      '"ana@example.com" is in --unlocked, too',
    ],
  ])('refuse %j and change nothing', async (argv, words) => {
    const { ran, recipients } = await locks(...argv);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(words);
    expect(recipients).toEqual(LIST.recipients);
  });
});
