import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tlsAuthority } from '../tls-authority.ts';
import { LOCAL_MANIFEST, memoryGateway } from './memory-gateway.ts';
import { aDelivery } from './records.ts';
import { NOW, run } from './run.ts';
import type { Ran } from './run.ts';

type Created = { id: string; name: string; secret: string };
const createdBy = (ran: Ran): Created => ran.json() as Created;
const WEBHOOK = [
  'destination',
  'create',
  'webhook',
  '--name',
  'siem',
  '--url',
  'https://siem.example.com/hook',
  '--json',
];
const AWS_MANIFEST = (() => {
  const { endpoint: _endpoint, ...manifest } = LOCAL_MANIFEST;
  return manifest;
})();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-ca-'));
});
afterAll(async () => rm(folder, { recursive: true }));

describe('destination create webhook', () => {
  it('draws a Standard Webhooks secret of 256 bits and keeps values out of the configuration', async () => {
    const gateway = memoryGateway();
    const ran = await run([...WEBHOOK, '--custom-header', 'X-Key: canary-value', '--retry', '30s,2m'], {
      gateway,
    });
    const created = createdBy(ran);
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(gateway.kept.secrets.get(`destination/${created.id}`)).toEqual({
      current: created.secret,
      headers: { 'X-Key': 'canary-value' },
    });
    const config = [...gateway.kept.config.destination.values()];
    expect(config).toMatchObject([
      { customHeaderNames: ['X-Key'], retry: { delaysSeconds: [30, 120] }, isEnabled: true, version: 1 },
    ]);
    for (const argv of [['destination', 'list'], ['destination', 'show', 'siem'], ['status']]) {
      for (const more of [[], ['--json']]) {
        const { stdout } = await run([...argv, ...more], { gateway });
        expect(stdout).not.toContain('canary-value');
        expect(stdout).not.toContain(created.secret);
      }
    }
  });

  it('takes a dictated token for bearer, and for nothing else', async () => {
    const gateway = memoryGateway();
    const stdin = 'a-token-of-the-receiver\n';
    const ran = await run([...WEBHOOK, '--auth', 'bearer', '--secret-stdin'], { gateway, stdin });
    expect(createdBy(ran).secret).toBeNull();
    expect([...gateway.kept.secrets.values()]).toEqual([{ current: 'a-token-of-the-receiver' }]);
    const refused = await run([...WEBHOOK, '--secret-stdin'], { gateway: memoryGateway(), stdin });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--auth bearer only');
  });

  const formatted = (format: string, ...more: string[]): string[] => [
    ...WEBHOOK,
    '--format',
    format,
    ...more,
  ];
  const KEY = '0123456789abcdef0123456789abcdef';

  it.each([
    ['pagerduty', 'bearer', KEY],
    ['opsgenie', 'bearer', KEY],
    ['splunk-hec', 'bearer', KEY],
    ['slack', 'none', null],
    ['microsoft-teams', 'none', null],
    ['discord', 'none', null],
    ['cloudevents', 'hmac', expect.stringMatching(/^whsec_/) as string],
  ])('knows that %s authenticates with %s', async (format, type, secret) => {
    const gateway = memoryGateway();
    const stdin = `${KEY}\n`;
    const ran = await run(formatted(format, ...(type === 'bearer' ? ['--secret-stdin'] : [])), {
      gateway,
      stdin,
    });
    // A key that was given is kept, and not repeated.
    const isGiven = type === 'bearer';
    expect(ran.json()).toMatchObject({ secret: isGiven ? null : secret });
    if (isGiven) expect([...gateway.kept.secrets.values()]).toMatchObject([{ current: secret }]);
    expect([...gateway.kept.config.destination.values()]).toMatchObject([{ format, auth: { type } }]);
  });

  it.each([
    ['tocsin', 'tocsin'],
    ['panguard', 'panguard'],
    ['linuxguard', 'linuxguard'],
  ])('gives profile %s the format %s', async (profile, format) => {
    const gateway = memoryGateway();
    await run([...WEBHOOK, '--profile', profile], { gateway });
    expect([...gateway.kept.config.destination.values()]).toMatchObject([{ profile, format }]);
  });

  it.each([
    ['pagerduty without its key', formatted('pagerduty'), /--secret-stdin .*integration key \(routing key\)/],
    ['opsgenie without its key', formatted('opsgenie'), /--secret-stdin .*API key/],
    [
      'splunk-hec without its token',
      formatted('splunk-hec'),
      /--secret-stdin .*token of the HTTP Event Collector/,
    ],
    [
      'pagerduty with a signature',
      formatted('pagerduty', '--auth', 'hmac', '--secret-stdin'),
      /"hmac" does not go with format pagerduty/,
    ],
    ['a format that is none', formatted('carrier-pigeon'), /--format: "carrier-pigeon"/],
    ['format template without a template', formatted('template'), /--template-file .*missing/],
    [
      'a template file that is not there',
      formatted('template', '--template-file', '/nonexistent.json'),
      /--template-file .*ENOENT/,
    ],
  ])('refuses %s', async (_what, argv, message) => {
    const ran = await run(
      argv.filter((arg) => arg !== '--json'),
      { gateway: memoryGateway(), stdin: KEY },
    );
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
  });

  it('keeps a template that gives JSON, and refuses any other with what is wrong in it', async () => {
    const file = join(folder, 'template.json');
    const argv = formatted('template', '--template-file', file);
    await writeFile(file, '{"text": "{{title}}", "all": {{json details}}}');
    const gateway = memoryGateway();
    expect((await run(argv, { gateway })).code).toBe(0);
    expect([...gateway.kept.config.destination.values()]).toMatchObject([
      { template: '{"text": "{{title}}", "all": {{json details}}}' },
    ]);
    for (const [text, message] of [
      ['{"text": {{title}}}', /\{\{title\}\} outside of a string/],
      ['{"text": "{{titel}}"}', /no field \\?"titel/],
      ['text', /is not JSON/],
    ] as const) {
      await writeFile(file, text);
      const refused = await run(argv, { gateway: memoryGateway() });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(message);
    }
    const misplaced = await run([...WEBHOOK, '--template-file', file], { gateway: memoryGateway() });
    expect(misplaced.stderr).toMatch(/goes with format template only/);
  });

  it('takes no drawn token for a vendor that dictates its own', async () => {
    const gateway = memoryGateway();
    await run(formatted('pagerduty', '--secret-stdin'), { gateway, stdin: KEY });
    const refused = await run(['destination', 'rotate', 'siem'], { gateway });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/--secret-stdin: missing; format pagerduty/);
    const rotated = await run(['destination', 'rotate', 'siem', '--secret-stdin'], {
      gateway,
      stdin: `${KEY}-2`,
    });
    expect(rotated.code).toBe(0);
  });

  it.each<[string, string[], Parameters<typeof run>[1], RegExp]>([
    ['http', ['--url', 'http://siem.example.com'], {}, /--url: .*only https/],
    ['credentials in the url', ['--url', 'https://a:b@siem.example.com'], {}, /--url: .*user name/],
    [
      'a name that does not resolve',
      [],
      { resolve: async () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })) },
      /--url: .*siem\.example\.com.*does not resolve/,
    ],
    ['a name without addresses', [], { resolve: async () => [] }, /--url: .*does not resolve/],
    [
      'a name with one private address among public ones',
      [],
      { resolve: async () => ['93.184.215.14', '10.0.0.7'] },
      /--url: .*10\.0\.0\.7/,
    ],
    [
      'a name that is the metadata service',
      [],
      { resolve: async () => ['fd00:ec2::254'] },
      /--url: .*fd00:ec2::254/,
    ],
    ['a reserved header', ['--custom-header', 'Host: evil'], {}, /--custom-header .*Host/],
    ['a header with a line break', ['--custom-header', 'X-A: b\r\nX-Evil: 1'], {}, /line break/],
    ['a schedule that is none', ['--retry', 'often'], {}, /--retry: "often"/],
    ['a file that is not there', ['--ca-file', '/nonexistent.pem'], {}, /--ca-file .*ENOENT/],
    [
      'a second authorization',
      ['--auth', 'bearer', '--custom-header', 'Authorization: x'],
      {},
      /--custom-header .*auth bearer/,
    ],
  ])('refuses %s, with the option to change', async (_what, argv, io, message) => {
    const gateway = memoryGateway();
    const ran = await run([...WEBHOOK.filter((arg) => arg !== '--json'), ...argv], { gateway, ...io });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(message);
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it.each([
    ['a local run allows loopback', LOCAL_MANIFEST, {}, 0],
    ['TOCSIN_EGRESS_ALLOW decides in a local run', LOCAL_MANIFEST, { TOCSIN_EGRESS_ALLOW: '10.0.0.0/8' }, 2],
    [
      'a stack in AWS allows no private address, whatever the environment',
      AWS_MANIFEST,
      { TOCSIN_EGRESS_ALLOW: '127.0.0.0/8' },
      2,
    ],
  ])('%s', async (_what, manifest, env, code) => {
    const url = ['--url', 'https://127.0.0.1:8443/hook'];
    expect((await run([...WEBHOOK, ...url], { gateway: memoryGateway(manifest), env })).code).toBe(code);
    const resolve = async () => ['127.0.0.1'];
    expect(
      (
        await run([...WEBHOOK, '--url', 'https://receiver.test/'], {
          gateway: memoryGateway(manifest),
          env,
          resolve,
        })
      ).code,
    ).toBe(code);
  });

  it('keeps the certificates of a CA file, and refuses what is none', async () => {
    const authority = tlsAuthority();
    const file = join(folder, 'ca.pem');
    await writeFile(file, `a comment\n${authority.ca}`);
    const gateway = memoryGateway();
    const ran = await run([...WEBHOOK, '--ca-file', file], { gateway });
    expect(gateway.kept.secrets.get(`destination/${createdBy(ran).id}`)).toMatchObject({
      ca: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) as string,
    });
    for (const [text, message] of [
      ['no pem', /no PEM certificate/],
      ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /cannot be read/],
      ['-----BEGIN PRIVATE KEY-----', /private key/],
    ] as const) {
      await writeFile(file, text);
      const refused = await run([...WEBHOOK, '--ca-file', file], { gateway });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(message);
    }
  });

  it('tells what is wrong without a gateway, and everything at once', async () => {
    const connect = async () => Promise.reject(new Error('no gateway needed'));
    const argv = [
      'destination',
      'create',
      'webhook',
      '--url',
      'http://x.example',
      '--retry',
      'x',
      '--custom-header',
      'X',
    ];
    const ran = await run(argv, { connect });
    expect(ran.code).toBe(2);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(4);
  });
});

describe('destination create email', () => {
  it('takes several addresses with one role', async () => {
    const gateway = memoryGateway();
    const argv = [
      'destination',
      'create',
      'email',
      '--name',
      'board',
      '--to',
      'ana@example.com, ben@example.com',
      '--role',
      'executive',
      '--json',
    ];
    expect((await run(argv, { gateway })).json()).toMatchObject({ name: 'board', secret: null });
    expect([...gateway.kept.config.destination.values()]).toMatchObject([
      {
        recipients: [
          { address: 'ana@example.com', role: 'executive' },
          { address: 'ben@example.com', role: 'executive' },
        ],
      },
    ]);
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it.each([
    [['--to', 'Ana <ana@example.com>'], /--to .*display name/],
    [['--to', 'ana@example.com\r\nBcc: eve@example.com'], /--to .*line break/],
    [['--to', 'ana@example.com,'], /--to .*empty/],
    [['--to', 'a@example.com,b@example.com', '--role', 'cook'], /^error: --role .*"cook"[^\n]*\n$/],
    [[], /--to .*missing/],
  ])('refuses %j', async (argv, message) => {
    const ran = await run(['destination', 'create', 'email', '--name', 'x', ...argv], {
      gateway: memoryGateway(),
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
  });
});

describe('a destination that exists', () => {
  async function withWebhook() {
    const gateway = memoryGateway();
    return { gateway, created: createdBy(await run(WEBHOOK, { gateway })) };
  }

  it('gets a new secret and keeps its headers', async () => {
    const { gateway, created } = await withWebhook();
    const path = `destination/${created.id}`;
    gateway.kept.secrets.set(path, { current: created.secret, headers: { 'X-Key': 'v' }, ca: 'pem' });
    const rotated = createdBy(
      await run(['destination', 'rotate', 'siem', '--overlap', '1h', '--json'], { gateway }),
    );
    expect(gateway.kept.secrets.get(path)).toEqual({
      current: rotated.secret,
      previous: created.secret,
      previousNotAfter: new Date(NOW + 3_600_000).toISOString(),
      headers: { 'X-Key': 'v' },
      ca: 'pem',
    });
  });

  it('goes on with the old secret in Tocsin-Signature when told to, and says until when', async () => {
    const { gateway, created } = await withWebhook();
    const ran = await run(['destination', 'rotate', 'siem', '--switch-after', '1h'], { gateway });
    const switchAt = new Date(NOW + 3_600_000).toISOString();
    expect(gateway.kept.secrets.get(`destination/${created.id}`)).toMatchObject({
      previous: created.secret,
      currentFrom: switchAt,
      previousNotAfter: new Date(NOW + 86_400_000).toISOString(),
    });
    expect(ran.stdout).toContain(`Tocsin-Signature is made with the old one until ${switchAt}`);
    const again = await run(['destination', 'rotate', 'siem'], { gateway });
    expect(again.stdout).toContain('webhook-signature carries both until then, Tocsin-Signature the new one');
    expect(gateway.kept.secrets.get(`destination/${created.id}`)).not.toHaveProperty('currentFrom');
    const refused = await run(['destination', 'rotate', 'siem', '--overlap', '30m', '--switch-after', '1h'], {
      gateway,
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--switch-after: 1h is longer than the overlap of 30m');
  });

  it('sends a dictated token alone, the old one until the switch', async () => {
    const gateway = memoryGateway();
    const created = createdBy(
      await run([...WEBHOOK, '--auth', 'bearer', '--secret-stdin'], { gateway, stdin: 'token-number-one' }),
    );
    const path = `destination/${created.id}`;
    const rotate = async (stdin: string, ...more: string[]) =>
      run(['destination', 'rotate', 'siem', '--secret-stdin', ...more], { gateway, stdin });
    const atOnce = await rotate('token-number-two');
    expect(gateway.kept.secrets.get(path)).toEqual({ current: 'token-number-two' });
    expect(atOnce.stdout).toContain('The new secret is used within five seconds.');
    const later = await rotate('token-number-three', '--switch-after', '2h');
    const until = new Date(NOW + 7_200_000).toISOString();
    expect(gateway.kept.secrets.get(path)).toEqual({
      current: 'token-number-three',
      currentFrom: until,
      previous: 'token-number-two',
      previousNotAfter: until,
    });
    expect(later.stdout).toContain(`Requests carry the old token until ${until}, then the new one.`);
  });

  it('counts a version with its new secret, so that functions ask for it; and shows it even if that fails', async () => {
    const { gateway, created } = await withWebhook();
    await run(['destination', 'rotate', 'siem'], { gateway });
    expect(gateway.kept.config.destination.get(created.id)).toMatchObject({ version: 2 });
    gateway.config.noteNewSecret = async () => {
      throw new Error('throttled');
    };
    const { code, stdout } = await run(['destination', 'rotate', 'siem'], { gateway });
    expect(code).toBe(0);
    expect(stdout).toMatch(/whsec_/);
    expect(stdout).toContain('The new secret is used five minutes from now at the latest.');
  });

  it('says when a change counts for what is under way', async () => {
    const { gateway } = await withWebhook();
    const said = async (...words: string[]) => (await run(['destination', ...words], { gateway })).stdout;
    expect(await said('disable', 'siem')).toContain('stops within five seconds');
    // The functions read again what they find disabled in memory.
    expect(await said('enable', 'siem')).not.toContain('seconds');
    expect(await said('update', 'siem', '--min-severity', 'high')).toContain(
      'It takes effect within five seconds.',
    );
    expect(await said('rotate', 'siem')).toContain('The new secret is used within five seconds.');
    expect(await said('delete', 'siem', '--yes')).toContain('stops within five seconds');
  });

  it('is disabled and enabled, each a new version', async () => {
    const { gateway } = await withWebhook();
    for (const [command, isEnabled, version] of [
      ['disable', false, 2],
      ['disable', false, 2],
      ['enable', true, 3],
    ] as const) {
      expect((await run(['destination', command, 'siem', '--json'], { gateway })).json()).toMatchObject({
        is_enabled: isEnabled,
        version,
      });
    }
  });

  it('is not deleted while a route names it', async () => {
    const { gateway } = await withWebhook();
    await run(['route', 'create', '--name', 'all', '--to', 'siem'], { gateway });
    const refused = await run(['destination', 'delete', 'siem', '--yes'], { gateway });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('named by routes (all)');
    await run(['route', 'delete', 'all', '--yes'], { gateway });
    expect((await run(['destination', 'delete', 'siem', '--yes'], { gateway })).code).toBe(0);
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it('is tested with one message per recipient, marked as a test', async () => {
    const gateway = memoryGateway();
    await run(
      ['destination', 'create', 'email', '--name', 'oncall', '--to', 'ana@example.com,ben@example.com'],
      { gateway },
    );
    const sleep = async () => {
      for (const message of gateway.kept.enqueued) {
        const attempt = {
          number: 1,
          started_at: message.created_at,
          duration_ms: 5,
          outcome: 'delivered' as const,
          destination_version: 1,
        };
        gateway.kept.deliveries.set(
          message.delivery_id,
          aDelivery({ id: message.delivery_id, attempts: [attempt] }),
        );
      }
    };
    const ran = await run(['destination', 'test', 'oncall', '--json'], { gateway, sleep });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    expect(ran.json()).toMatchObject({
      ok: true,
      deliveries: [{ recipient: 'ana@example.com' }, { recipient: 'ben@example.com' }],
    });
    expect(gateway.kept.enqueued).toMatchObject([
      {
        is_test: true,
        attempt: 1,
        recipient: 'ana@example.com',
        alert: { title: 'Tocsin test alert', type: 'tocsin.test' },
      },
      { is_test: true, attempt: 1, recipient: 'ben@example.com' },
    ]);
    expect(gateway.kept.alerts.size).toBe(1);
  });

  it.each<[string, 'bounce' | 'delivery' | undefined, boolean]>([
    ['fails when the mail bounces afterwards', 'bounce', false],
    ['is ok when the mail arrives', 'delivery', true],
    ['is ok when SES has told nothing more in time, and says so', undefined, true],
  ])('%s', async (_what, type, ok) => {
    const gateway = memoryGateway();
    await run(['destination', 'create', 'email', '--name', 'oncall', '--to', 'ana@example.com'], { gateway });
    let now = NOW;
    const sleep = async (ms: number) => {
      now += ms;
      const [message] = gateway.kept.enqueued;
      const known = gateway.kept.deliveries.get(message?.delivery_id ?? '');
      gateway.kept.deliveries.set(
        message?.delivery_id ?? '',
        aDelivery({
          id: message?.delivery_id ?? '',
          channel: 'email',
          attempts: [
            {
              number: 1,
              started_at: message?.created_at ?? '',
              duration_ms: 5,
              outcome: 'delivered',
              destination_version: 1,
              message_id: 'mail-1',
            },
          ],
          // The word of SES comes after the mail was taken.
          ...(known !== undefined &&
            type !== undefined && {
              mail_events: [
                { id: 'e', type, at: message?.created_at ?? '', message_id: 'mail-1', is_permanent: true },
              ],
            }),
        }),
      );
    };
    const clock = { now: () => now };
    const ran = await run(['destination', 'test', 'oncall', '--json'], { gateway, sleep, clock });
    expect(ran.code).toBe(ok ? 0 : 1);
    expect(ran.json()).toMatchObject({
      ok,
      deliveries: [
        {
          state: 'delivered',
          mail_state: { bounce: 'bounced', delivery: 'arrived', none: 'accepted' }[type ?? 'none'],
        },
      ],
    });
  });

  it('says with a failed test what SES said and what to do about it', async () => {
    const gateway = memoryGateway();
    await run(['destination', 'create', 'email', '--name', 'oncall', '--to', 'ana@example.com'], { gateway });
    const sleep = async () => {
      for (const message of gateway.kept.enqueued) {
        const attempt = {
          number: 1,
          started_at: message.created_at,
          duration_ms: 5,
          outcome: 'failed' as const,
          reason: 'mail-not-permitted' as const,
          detail: 'MessageRejected: Email address is not verified.',
          destination_version: 1,
        };
        const state = { state: 'dead', reason: attempt.reason } as const;
        gateway.kept.deliveries.set(
          message.delivery_id,
          aDelivery({ id: message.delivery_id, attempts: [attempt], ...state }),
        );
      }
    };
    const ran = await run(['destination', 'test', 'oncall'], { gateway, sleep });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('dead: mail-not-permitted');
    expect(ran.stdout).toContain('MessageRejected: Email address is not verified.');
    expect(ran.stdout).toContain('verify the sender in the SES console');
    const json = await run(['destination', 'test', 'oncall', '--json'], { gateway, sleep });
    expect(json.json()).toMatchObject({
      deliveries: [{ remedy: expect.stringContaining('SES sandbox') as unknown }],
    });
  });

  it('fails its test when nothing comes back in time', async () => {
    const { gateway } = await withWebhook();
    let now = NOW;
    const ran = await run(['destination', 'test', 'siem', '--timeout', '10s', '--json'], {
      gateway,
      clock: { now: () => now },
      sleep: async (ms) => void (now += ms),
    });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'timeout' } });
    expect(now).toBe(NOW + 10_000);
  });
});
