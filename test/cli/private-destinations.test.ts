import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import { aWebhook } from '../adapters/records.ts';
import { LOCAL_MANIFEST, memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDeadLetter } from './records.ts';
import { NOW, run } from './run.ts';

const OPENED: Manifest = { ...LOCAL_MANIFEST, privateLane: { egressAllow: ['10.0.0.0/8', 'fd00::/8'] } };
const { endpoint: _endpoint, ...IN_AWS } = OPENED;
const INSIDE = 'https://siem.internal.example/hook';

let folder: string;
let gateway: MemoryGateway;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-private-'));
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(() => {
  gateway = memoryGateway(OPENED);
});

/** Nobody may be asked for the name of a private receiver. */
const neverAsked = async (): Promise<string[]> => Promise.reject(new Error('the name was looked up'));
const create = async (url: string, ...more: string[]) =>
  run(['destination', 'create', 'webhook', '--name', 'siem', '--url', url, ...more], {
    gateway,
    resolve: neverAsked,
  });
const only = (): WebhookDestination => {
  const [destination, ...more] = gateway.kept.config.destination.values() as Iterable<WebhookDestination>;
  if (destination === undefined || more.length > 0) throw new Error('expected one destination');
  return destination;
};

describe('destination create webhook --private', () => {
  it.each([INSIDE, 'https://10.1.2.3:8088/services/collector', 'https://[fd12::7]/in'])(
    'takes %s, and looks no name up: it may mean nothing here',
    async (url) => {
      const ran = await create(url, '--private', '--json');
      expect(ran.json()).toMatchObject({ name: 'siem' });
      expect(only()).toMatchObject({ url, isPrivate: true });
    },
  );

  it.each([
    [
      'https://172.16.0.1/',
      /--url: 172\.16\.0\.1 is outside of what the deployment opened with egressAllow \(10\.0\.0\.0\/8, fd00::\/8\)/,
    ],
    ['https://127.0.0.1/', /is no address of a private network/],
    ['https://169.254.169.254/', /is no address of a private network/],
    ['https://[fd00:ec2::254]/', /is no address of a private network/],
    ['https://[::ffff:10.0.0.1]/', /is no address of a private network/],
    ['https://8.8.8.8/', /is a public address.*docs\/private-receivers\.md/],
    ['http://siem.internal.example/', /only https/],
  ])('refuses %s', async (url, problem) => {
    const ran = await create(url, '--private');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(problem);
    expect(gateway.kept.config.destination.size).toBe(0);
  });

  it('is judged in a deployment as here: what a local run lets past the guard is public', async () => {
    gateway = memoryGateway(IN_AWS);
    expect((await create(INSIDE, '--private')).code).toBe(0);
    expect((await create('https://127.0.0.1/', '--private')).code).toBe(2);
  });

  it('is refused where the deployment has no private lane, with the page that says what to do', async () => {
    gateway = memoryGateway();
    const ran = await create(INSIDE, '--private');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(
      /--private .*: this deployment has no private lane;.*docs\/private-receivers\.md/,
    );
  });

  it('leaves out, a private address is refused with the same page', async () => {
    gateway = memoryGateway(IN_AWS);
    const ran = await create('https://10.1.2.3/');
    expect(ran.stderr).toMatch(/needs a private destination \(docs\/private-receivers\.md\)/);
  });

  it('of the wizard looks at no receiver, and says so', async () => {
    const ran = await run(
      ['setup', '--channel', 'webhook', '--name', 'siem', '--url', INSIDE, '--private', '--no-test'],
      { gateway, resolve: neverAsked },
    );
    expect(`${ran.stdout}${ran.stderr}`).toMatch(/private network, so only the gateway can see it/);
    expect(only()).toMatchObject({ isPrivate: true });
  });
});

describe('destination update', () => {
  const stored = async (given: Partial<WebhookDestination>): Promise<void> => {
    await gateway.config.create(
      'destination',
      aWebhook({ id: 'dst_a', name: 'siem', url: INSIDE, ...given }),
    );
    gateway.kept.secrets.set('destination/dst_a', { current: 'whsec_c2VjcmV0' });
  };
  const update = async (resolve: () => Promise<string[]>, ...argv: string[]) =>
    run(['destination', 'update', 'siem', ...argv], { gateway, resolve });

  it('--private makes it private, --no-private public again, and neither leaves it as it is', async () => {
    await stored({});
    expect((await update(neverAsked, '--private')).code).toBe(0);
    expect(only()).toMatchObject({ isPrivate: true, version: 2 });
    expect((await update(neverAsked, '--min-severity', 'high')).code).toBe(0);
    expect(only()).toMatchObject({ isPrivate: true, minSeverity: 'high' });
    expect((await update(async () => ['93.184.215.14'], '--no-private')).code).toBe(0);
    expect(only()).not.toHaveProperty('isPrivate');
  });

  it('--no-private looks the name up again: outside it may be another address', async () => {
    await stored({ isPrivate: true });
    const ran = await update(async () => ['10.1.2.3'], '--no-private');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/resolves to 10\.1\.2\.3, which is not a public address/);
    expect(only()).toMatchObject({ isPrivate: true });
  });

  it('--private is refused without a lane, and does not go with mails', async () => {
    gateway = memoryGateway();
    await stored({});
    expect((await update(neverAsked, '--private')).stderr).toMatch(
      /--private .*: this deployment has no private lane/,
    );
    await run(['destination', 'create', 'email', '--name', 'soc', '--to', 'soc@example.com'], { gateway });
    const ran = await run(['destination', 'update', 'soc', '--private'], { gateway });
    expect(ran.stderr).toMatch(/--private: does not go with channel email/);
  });
});

describe('a private destination', () => {
  beforeEach(async () => {
    await create(INSIDE, '--private');
  });

  it('is shown as such', async () => {
    expect((await run(['destination', 'show', 'siem'], { gateway })).stdout).toMatch(/network +private/);
    expect((await run(['destination', 'show', 'siem', '--json'], { gateway })).json()).toMatchObject({
      is_private: true,
    });
    expect((await run(['destination', 'list'], { gateway })).stdout).toContain(
      '(private) https://siem.internal.',
    );
  });

  it('is written by export and taken by apply, which then changes nothing', async () => {
    const { stdout } = await run(['export'], { gateway });
    expect(stdout).toMatch(/private: true/);
    const file = join(folder, 'tocsin.yml');
    await writeFile(file, stdout);
    const argv = ['apply', file, '--dry-run', '--detailed-exitcode'];
    expect((await run(argv, { gateway, resolve: neverAsked })).code).toBe(0);
    // In a gateway without a lane the plan says which line is wrong.
    const text = (await readFile(file, 'utf8'))
      .replace('{stored: true}', '{generate: true}')
      .replace(/stored: true/, 'generate: true');
    await writeFile(file, text);
    const ran = await run(['apply', file, '--dry-run'], { gateway: memoryGateway(), resolve: neverAsked });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/private: this deployment has no private lane/);
  });

  it('is taken out of the private network by a file that does not say so any more', async () => {
    const file = join(folder, 'public.yml');
    await writeFile(
      file,
      `apiVersion: tocsin/v1\ndestinations: {siem: {channel: webhook, url: "${INSIDE}", secret: {stored: true}}}`,
    );
    const refused = await run(['apply', file], { gateway, resolve: async () => ['10.1.2.3'] });
    expect(refused.stderr).toMatch(/not a public address/);
    const ran = await run(['apply', file], { gateway, resolve: async () => ['93.184.215.14'] });
    expect(ran.stdout).toMatch(/private/);
    expect(ran.code).toBe(0);
    expect(only()).not.toHaveProperty('isPrivate');
  });

  it('is tried by a test in its own lane', async () => {
    let now = NOW;
    await run(['destination', 'test', 'siem', '--timeout', '1s'], {
      gateway,
      clock: { now: () => now },
      sleep: async (ms) => void (now += ms),
    });
    expect(gateway.kept.enqueued).toMatchObject([{ is_test: true, is_private: true }]);
  });

  it('needs attention where the deployment has lost its lane', async () => {
    const without = memoryGateway();
    await without.config.create('destination', only());
    const { stdout, code } = await run(['status'], { gateway: without });
    expect(code).toBe(1);
    expect(stdout).toMatch(/siem is private, and the deployment has no private lane/);
  });

  it('has dead letters that status counts and a redrive moves', async () => {
    const letter = aDeadLetter({ queue: 'privateWebhook' });
    gateway.kept.letters = [letter];
    expect((await run(['status', '--json'], { gateway })).json()).toMatchObject({ dead_letters: 1 });
    expect((await run(['dead-letters', 'redrive', '--all', '--json'], { gateway })).json()).toMatchObject({
      moved: 1,
      by_queue: { privateWebhook: 1 },
    });
  });
});
