import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-headers-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const file = async (name: string, text: string): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const secretOf = (gateway: ReturnType<typeof memoryGateway>): WebhookSecret | undefined =>
  [...gateway.kept.secrets.values()][0] as WebhookSecret | undefined;

const CHAT = 'https://hooks.slack.com/services/T0/B0/canary-of-the-chat';
const CREATE = ['destination', 'create', 'webhook', '--name', 'chat'];
const SETUP = ['setup', '--channel', 'webhook', '--name', 'chat', '--yes', '--no-test'];
const reachability = {
  handshake: async () => ({ result: 'failed' as const, detail: 'not asked' }),
};

describe.each([
  ['destination create', CREATE],
  ['setup', SETUP],
])('%s', (_name, argv) => {
  const go = async (more: string[], options: Parameters<typeof run>[1] = {}) => {
    const gateway = memoryGateway();
    const ran = await run([...argv, ...more], { gateway, reachability: reachability as never, ...options });
    const secret = secretOf(gateway);
    return { ran, secret };
  };

  it('takes the URL from standard input', async () => {
    const { ran, secret } = await go(['--url-stdin', '--format', 'slack', '--json'], { stdin: `${CHAT}\n` });
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    expect(secret?.url).toBe(CHAT);
    expect(ran.stdout).not.toContain('canary');
  });

  it('takes headers from a file, behind those of the command line', async () => {
    const path = await file('headers', 'X-Key: canary-of-the-file\r\n\nX-Other: no\n');
    const { ran, secret } = await go([
      '--url',
      'https://siem.example.com/in',
      '--custom-header',
      'X-Team: blue',
      '--custom-header-file',
      path,
      '--json',
    ]);
    expect(ran.code).toBe(0);
    expect(secret?.headers).toEqual({ 'X-Team': 'blue', 'X-Key': 'canary-of-the-file', 'X-Other': 'no' });
    expect(ran.stdout).not.toContain('canary');
  });

  it('prints a secret that it drew, and none that it was given', async () => {
    const URL_OPTION = ['--url', 'https://siem.example.com/in', '--auth', 'bearer'];
    const drawn = await go([...URL_OPTION, '--json']);
    expect(drawn.ran.json()).toMatchObject({ secret: drawn.secret?.current });
    const given = await go([...URL_OPTION, '--secret-stdin', '--json'], {
      stdin: 'canary-of-the-receiver\n',
    });
    expect(given.secret?.current).toBe('canary-of-the-receiver');
    expect(given.ran.json()).toMatchObject({ name: 'chat', secret: null });
    expect(given.ran.stdout).not.toContain('canary');
  });

  it.each([
    [['--url-stdin', '--url', CHAT], /--url-stdin: goes without --url/u],
    [['--url-stdin', '--secret-stdin'], /only one of them/u],
  ])('refuses %j', async (more, message) => {
    const { ran } = await go(more, { stdin: CHAT });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
  });

  it('names a file of headers that cannot be read, and one without any', async () => {
    const url = ['--url', 'https://siem.example.com/in'];
    const missing = await go([...url, '--custom-header-file', join(folder, 'missing')]);
    expect(missing.ran.stderr).toMatch(/--custom-header-file.*cannot be read \(ENOENT\)/u);
    const empty = await go([...url, '--custom-header-file', await file('empty', '\n \n')]);
    expect(empty.ran.stderr).toMatch(/--custom-header-file.*holds no header/u);
  });
});

describe('destination update', () => {
  it('takes URL and headers from where nobody sees them', async () => {
    const gateway = memoryGateway();
    await run([...CREATE, '--url', 'https://hooks.slack.com/services/T0/B0/old', '--format', 'slack'], {
      gateway,
    });
    const path = await file('update', 'X-Key: canary-of-the-file\n');
    const ran = await run(
      ['destination', 'update', 'chat', '--url-stdin', '--custom-header-file', path, '--json'],
      { gateway, stdin: CHAT },
    );
    expect(ran.stderr).toBe('');
    const secret = secretOf(gateway);
    expect(secret).toMatchObject({ url: CHAT, headers: { 'X-Key': 'canary-of-the-file' } });
    expect(ran.stdout).not.toContain('canary');
  });
});

describe('--json of a source', () => {
  const GIVEN = 'canary-of-the-sender-2f9c';

  it.each([
    ['bearer', []],
    ['basic', ['--username', 'scanner']],
    ['shared-secret', []],
    ['hmac', ['--header', 'X-Signature']],
    [
      'hmac',
      [
        '--header',
        'X-Signature',
        '--signed-content',
        'id.timestamp.body',
        '--timestamp-header',
        'X-Time',
        '--id-header',
        'X-Id',
      ],
    ],
  ])('never prints a secret that was given, nor a command that holds it: %s', async (auth, more) => {
    const gateway = memoryGateway();
    const create = ['source', 'create', '--name', 'a', '--auth', auth, ...more, '--secret-stdin', '--json'];
    const created = await run(create, { gateway, stdin: GIVEN });
    expect(created.stderr).toBe('');
    expect(created.json()).toMatchObject({ secret: null });
    const rotated = await run(['source', 'rotate', 'a', '--secret-stdin', '--json'], {
      gateway,
      stdin: `${GIVEN}-again`,
    });
    expect(rotated.json()).toMatchObject({ secret: null });
    for (const { stdout } of [created, rotated]) {
      expect(stdout).not.toContain('canary');
      expect(stdout).not.toContain(Buffer.from(GIVEN).toString('hex').slice(0, 16));
    }
    const drawn = await run(['source', 'rotate', 'a', '--json'], { gateway });
    // Standard Webhooks libraries take only a secret that begins so; the signed form is theirs here.
    const shape = more.includes('id.timestamp.body') ? /^whsec_[\w+/]{43}=$/u : /^[\w-]{43}$/u;
    expect(drawn.json()).toMatchObject({ secret: expect.stringMatching(shape) as string });
  });

  it('nor does that of a destination which was rotated', async () => {
    const gateway = memoryGateway();
    await run([...CREATE, '--url', 'https://siem.example.com/in', '--auth', 'bearer'], { gateway });
    const ran = await run(['destination', 'rotate', 'chat', '--secret-stdin', '--json'], {
      gateway,
      stdin: GIVEN,
    });
    expect(ran.json()).toMatchObject({ secret: null });
    expect(ran.stdout).not.toContain('canary');
  });
});

describe('a terminal', () => {
  const HMAC = ['--auth', 'hmac', '--header', 'X-Signature'];
  const SIGNED_LIKE_STANDARD = [
    ...HMAC,
    '--signed-content',
    'id.timestamp.body',
    '--timestamp-header',
    'X-Time',
    '--id-header',
    'X-Id',
  ];
  const key = Buffer.from('canary-of-the-sender-2f9c');
  const SECRETS = {
    text: 'canary-of-the-sender-2f9c',
    standard: `whsec_${key.toString('base64')}`,
  };
  const forms = Object.values(SECRETS).flatMap((secret) => [
    secret,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').replace(/=+$/u, ''),
    key.toString('hex'),
  ]);
  const COMMANDS: [string, string[][], keyof typeof SECRETS][] = [
    ...[
      ['--auth', 'bearer'],
      ['--auth', 'basic', '--username', 'scanner'],
      ['--auth', 'shared-secret'],
      HMAC,
    ].map((auth): [string, string[][], 'text'] => [
      auth.join(' '),
      [
        ['source', 'create', '--name', 'a', ...auth, '--secret-stdin'],
        ['source', 'rotate', 'a', '--secret-stdin'],
      ],
      'text',
    ]),
    [
      'Standard Webhooks',
      [
        ['source', 'create', '--name', 'a', ...SIGNED_LIKE_STANDARD, '--secret-stdin'],
        ['source', 'rotate', 'a', '--secret-stdin'],
      ],
      'standard',
    ],
    [
      'a receiver',
      [
        [...CREATE, '--url', 'https://siem.example.com/in', '--auth', 'bearer', '--secret-stdin'],
        ['destination', 'rotate', 'chat', '--secret-stdin'],
      ],
      'text',
    ],
    [
      'a wizard',
      [[...SETUP, '--url', 'https://siem.example.com/in', '--auth', 'bearer', '--secret-stdin']],
      'text',
    ],
  ];

  it.each(COMMANDS)('shows no secret that was given: %s', async (_name, lines, secret) => {
    for (const more of [[], ['--json']]) {
      const gateway = memoryGateway();
      for (const [index, argv] of lines.entries()) {
        const { code, stdout, stderr } = await run([...argv, ...more], {
          gateway,
          reachability: reachability as never,
          stdin: `${SECRETS[secret]}${index === 0 ? '' : 'AAAA'}`,
        });
        expect(code, stderr).toBe(0);
        for (const form of forms) expect(stdout + stderr).not.toContain(form.slice(0, 16));
        if (more.length === 0) expect(stdout).toContain('as given');
      }
    }
  });

  it.each(['short-canary', 'canary with a\u0007 bell in it', `whsec_canary`])(
    'shows none that is refused: %j',
    async (stdin) => {
      const create = ['source', 'create', '--name', 'a', ...SIGNED_LIKE_STANDARD, '--secret-stdin'];
      const { code, stdout, stderr } = await run(create, { gateway: memoryGateway(), stdin });
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain('canary');
    },
  );
});
