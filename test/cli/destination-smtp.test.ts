import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';
import type { Prompts } from '../../cli/prompts.ts';
import type { SmtpAnswer, SmtpServer } from '../../functions/core/deliver/email/smtp/smtp-client.ts';

const PASSWORD = 'canary-mail-password';
const authority = tlsAuthority();
let folder: string;
let caFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-smtp-'));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.ca);
});
afterAll(async () => rm(folder, { recursive: true }));

const BASE = ['--name', 'oncall', '--to', 'ana@example.com'];
const SMTP = ['--transport', 'smtp', '--smtp-host', 'smtp.gmail.com', '--smtp-user', 'me@gmail.com'];
const CREATE = [
  'destination',
  'create',
  'email',
  ...BASE,
  ...SMTP,
  '--from',
  'me@gmail.com',
  '--password-stdin',
];
const TRANSPORT = {
  type: 'smtp',
  host: 'smtp.gmail.com',
  port: 587,
  security: 'starttls',
  user: 'me@gmail.com',
  from: 'me@gmail.com',
};

async function created(stdin = `${PASSWORD}\n`, ...argv: string[]) {
  const gateway = memoryGateway();
  const ran = await run([...CREATE, ...argv], { gateway, stdin });
  return { ...ran, ...keptIn(gateway), gateway };
}

function keptIn(gateway: MemoryGateway) {
  const destinations = [...gateway.kept.config.destination.values()];
  return { destinations, secrets: [...gateway.kept.secrets] };
}

describe('destination create email --transport smtp', () => {
  it('keeps the password in the secret of the destination, and nowhere else', async () => {
    const { code, destinations, secrets, stdout, stderr } = await created(
      `${PASSWORD}\n`,
      '--ca-file',
      caFile,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [destination] = destinations;
    expect(destination).toMatchObject({ channel: 'email', transport: TRANSPORT });
    expect(secrets).toEqual([
      [
        `destination/${destination!.id}`,
        { current: PASSWORD, ca: expect.stringContaining('BEGIN CERT') as string },
      ],
    ]);
    expect(stdout).toContain('smtp.gmail.com:587 (STARTTLS), as me@gmail.com');
    expect(JSON.stringify(destinations) + stdout + stderr).not.toContain('canary');
  });

  it('takes an App Password with the spaces that Google shows it with', async () => {
    const { secrets } = await created('abcd efgh ijkl mnop\n');
    expect(secrets.map(([, secret]) => secret)).toEqual([{ current: 'abcdefghijklmnop' }]);
  });

  it('names everything that is missing, with the options, and exits with 2', async () => {
    const { code, stderr } = await run(['destination', 'create', 'email', ...BASE, '--transport', 'smtp'], {
      gateway: memoryGateway(),
    });
    expect(code).toBe(2);
    for (const flag of ['--smtp-host', '--smtp-user', '--from']) expect(stderr).toContain(`${flag} (`);
  });

  it.each([
    [[...BASE, ...SMTP, '--from', 'me@gmail.com'], '', /--password-stdin \(password\): missing/],
    [[...BASE, '--smtp-host', 'smtp.example.com'], '', /--smtp-host: only with --transport smtp/],
    [[...BASE, '--transport', 'ses', '--from', 'a@example.com'], '', /--from: only with --transport smtp/],
    [[...BASE, '--transport', 'pigeon'], '', /--transport \(transport.type\): "pigeon" is not known/],
    [[...BASE, ...SMTP, '--from', 'x', '--smtp-port', '25'], 'pw', /--smtp-port.*25 is for mail servers/],
  ])('refuses %j', async (argv, stdin, problem) => {
    const gateway = memoryGateway();
    const ran = await run(['destination', 'create', 'email', ...argv], { gateway, stdin });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringMatching(problem) as string });
    expect(keptIn(gateway)).toEqual({ destinations: [], secrets: [] });
  });

  it('refuses a mail server inside a private network', async () => {
    const gateway = memoryGateway();
    const ran = await run(CREATE, { gateway, stdin: PASSWORD, resolve: async () => ['10.0.0.7'] });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(
      '--smtp-host (transport.host): "smtp.gmail.com" resolves to 10.0.0.7, which is not a public address',
    );
    expect(keptIn(gateway)).toEqual({ destinations: [], secrets: [] });
  });

  it('reads no password from a terminal, which would show it', async () => {
    let stderr = '';
    const code = await runCli(CREATE, {
      stdout: { write: () => undefined },
      stderr: { write: (text) => void (stderr += text) },
      stdin: Object.assign(Readable.from([]), { isTTY: true }),
      env: {},
      clock: { now: () => NOW },
      connect: async () => memoryGateway(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('--password-stdin: a terminal would show it');
  });
});

describe('a destination with a mail server', () => {
  it('is shown and listed with its way, never with its password', async () => {
    const { gateway } = await created();
    const shown = await run(['destination', 'show', 'oncall'], { gateway });
    expect(shown.stdout).toContain('smtp.gmail.com:587 (STARTTLS), as me@gmail.com');
    const json = await run(['destination', 'show', 'oncall', '--json'], { gateway });
    expect(json.json()).toMatchObject({ transport: TRANSPORT });
    const listed = await run(['destination', 'list', '--json'], { gateway });
    expect(shown.stdout + json.stdout + listed.stdout).not.toContain('canary');
  });

  it('is updated in part; the port says how TLS begins', async () => {
    const { gateway, destinations } = await created();
    const update = ['destination', 'update', 'oncall'];
    expect((await run([...update, '--smtp-port', '465', '--from', 'b@gmail.com'], { gateway })).code).toBe(0);
    const [after] = keptIn(gateway).destinations;
    expect(after).toMatchObject({
      version: 2,
      transport: { ...TRANSPORT, port: 465, security: 'tls', from: 'b@gmail.com' },
    });
    expect(keptIn(gateway).secrets).toEqual([[`destination/${destinations[0]!.id}`, { current: PASSWORD }]]);
    expect((await run([...update, '--min-severity', 'high'], { gateway })).code).toBe(0);
    expect(keptIn(gateway).destinations).toMatchObject([{ transport: { port: 465, security: 'tls' } }]);
  });

  it('goes back to SES, and its password with it; and to a mail server again', async () => {
    const { gateway } = await created();
    const update = ['destination', 'update', 'oncall'];
    expect((await run([...update, '--transport', 'ses'], { gateway })).code).toBe(0);
    expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([{}]);
    expect(keptIn(gateway).destinations[0]).not.toHaveProperty('transport');
    const again = await run([...update, ...SMTP, '--from', 'me@gmail.com', '--password-stdin'], {
      gateway,
      stdin: 'other',
    });
    expect(again.code).toBe(0);
    expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([{ current: 'other' }]);
  });

  it('moves to another mail server with a password for that one only: the old one is not sent there', async () => {
    const { gateway, destinations } = await created();
    const move = ['destination', 'update', 'oncall', '--smtp-host', 'x.example'];
    const without = await run(move, { gateway });
    expect({ code: without.code, stderr: without.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('--password-stdin (password): missing') as string,
    });
    expect(keptIn(gateway).destinations).toEqual(destinations);
    const same = await run(['destination', 'update', 'oncall', '--smtp-host', 'smtp.gmail.com'], { gateway });
    expect(same.code).toBe(0);
    expect((await run([...move, '--password-stdin'], { gateway, stdin: 'canary-x\n' })).code).toBe(0);
    expect(keptIn(gateway).destinations).toMatchObject([{ transport: { host: 'x.example' } }]);
    expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([{ current: 'canary-x' }]);
  });

  it('of a taken name leaves nothing behind, by create and by update', async () => {
    const { gateway, secrets } = await created();
    const again = await run(CREATE, { gateway, stdin: 'canary-other' });
    expect(again.stderr).toContain('is called "oncall" already');
    const other = ['destination', 'create', 'email', '--name', 'other', '--to', 'b@example.com'];
    expect((await run(other, { gateway })).code).toBe(0);
    const update = ['destination', 'update', 'other', '--name', 'oncall', ...SMTP, '--from', 'me@gmail.com'];
    const renamed = await run([...update, '--password-stdin'], { gateway, stdin: 'canary-other' });
    expect(renamed.stderr).toContain('is called "oncall" already');
    expect(keptIn(gateway).secrets).toEqual(secrets);
    // And the next try is not hindered by what the first left.
    update[4] = 'third';
    expect((await run([...update, '--password-stdin'], { gateway, stdin: 'canary-third' })).code).toBe(0);
  });

  it('gets a new password with rotate, and the version by which the functions notice', async () => {
    const { gateway } = await created(`${PASSWORD}\n`, '--ca-file', caFile);
    const rotated = await run(['destination', 'rotate', 'oncall', '--password-stdin'], {
      gateway,
      stdin: 'canary-new\n',
    });
    expect(rotated.code).toBe(0);
    expect(rotated.stdout).toContain(
      'tocsin dead-letters redrive --destination oncall --reason mail-login-refused',
    );
    expect(rotated.stdout).not.toContain('canary');
    expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([
      { current: 'canary-new', ca: expect.any(String) as string },
    ]);
    expect(keptIn(gateway).destinations).toMatchObject([{ version: 2 }]);
  });

  it.each([
    [['--overlap', '1h', '--password-stdin'], /--overlap: does not go with a mail server/],
    [['--secret-stdin'], /--secret-stdin: does not go with a mail server/],
    [[], /--password-stdin \(password\): missing/],
  ])('refuses rotate %j', async (argv, problem) => {
    const { gateway } = await created();
    const { code, stderr } = await run(['destination', 'rotate', 'oncall', ...argv], { gateway, stdin: 'x' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(problem) as string });
  });

  it('is deleted with its password', async () => {
    const { gateway } = await created();
    expect((await run(['destination', 'delete', 'oncall', '--yes'], { gateway })).code).toBe(0);
    expect(keptIn(gateway)).toEqual({ destinations: [], secrets: [] });
  });
});

const TAKEN: SmtpAnswer = {
  answer: 'done',
  stage: 'login',
  code: 235,
  reply: '235 ok',
  address: '93.184.215.14',
  tlsVersion: 'TLSv1.3',
  phasesMs: {},
};
const REFUSED: SmtpAnswer = {
  ...TAKEN,
  answer: 'refused',
  code: 534,
  reply: '534-5.7.9 Application-specific password required.',
};
const UNTRUSTED: SmtpAnswer = {
  answer: 'tls-failed',
  stage: 'tls',
  detail:
    'the mail server has a certificate of an authority that is not known here; give that with --ca-file (SELF_SIGNED_CERT_IN_CHAIN)',
  phasesMs: {},
};

/** The wizard with these answers, and a mail server that answers like this, login by login. */
async function wizard(
  answers: (string | boolean)[] | undefined,
  replies: SmtpAnswer[],
  argv: string[] = [],
  stdin?: string,
) {
  const gateway = memoryGateway();
  const left = [...(answers ?? [])];
  const asked: string[] = [];
  const refused: string[] = [];
  const logins: SmtpServer[] = [];
  const next = (message: string) => {
    asked.push(message);
    if (left.length === 0) throw new Error(`no answer to ${message}`);
    return left.shift();
  };
  const typed: Prompts['text'] = async ({ message, check }) => {
    for (;;) {
      const answer = String(next(message));
      const problem = await check?.(answer);
      if (problem === undefined) return answer;
      refused.push(problem);
    }
  };
  const prompts: Prompts = {
    text: typed,
    secret: typed,
    choice: async ({ message, choices }) => {
      const answer = next(message);
      const found = choices.find(({ value }) => value === answer);
      if (found === undefined) throw new Error(`${String(answer)} is no choice of ${message}`);
      return found.value;
    },
    confirm: async ({ message }) => next(message) === true,
  };
  const ran = await run(['setup', '--channel', 'email', '--no-test', ...argv], {
    gateway,
    ...(answers !== undefined && { prompts }),
    ...(stdin !== undefined && { stdin }),
    mailServers: {
      login: async (server) => {
        logins.push(server);
        return replies.shift() ?? TAKEN;
      },
    },
  });
  return { ...ran, ...keptIn(gateway), asked, refused, logins };
}

const ANSWERS = [
  'oncall',
  'ana@example.com',
  'it_admin',
  'every',
  'smtp',
  'smtp.gmail.com',
  '587',
  'me@gmail.com',
  'me@gmail.com',
];

describe('a password that the mail server does not take', () => {
  const asking = (answer: SmtpAnswer) => {
    const logins: SmtpServer[] = [];
    const login = async (server: SmtpServer) => {
      logins.push(server);
      return answer;
    };
    return { logins, mailServers: { login } };
  };
  const UPDATE = ['destination', 'update', 'oncall', '--smtp-host', 'x.example', '--password-stdin'];
  const ROTATE = ['destination', 'rotate', 'oncall', '--password-stdin'];

  it.each([
    ['create', CREATE],
    ['update', UPDATE],
    ['rotate', ROTATE],
  ])('is refused by %s, which changes nothing; --no-check does not ask', async (name, argv) => {
    const gateway = name === 'create' ? memoryGateway() : (await created()).gateway;
    const before = keptIn(gateway);
    const server = asking(REFUSED);
    const stdin = 'canary-wrong\n';
    const ran = await run(argv, { gateway, stdin, mailServers: server.mailServers });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/nothing was changed: .*it does not take the user and password \(534\)/);
    expect(ran.stderr).not.toContain('canary');
    expect(server.logins).toMatchObject([{ password: 'canary-wrong' }]);
    expect(keptIn(gateway)).toEqual(before);
    const forced = await run([...argv, '--no-check'], { gateway, stdin, mailServers: server.mailServers });
    expect({ code: forced.code, logins: server.logins.length }).toEqual({ code: 0, logins: 1 });
    expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([{ current: 'canary-wrong' }]);
  });

  it.each([
    ['create', CREATE],
    ['update', UPDATE],
    ['rotate', ROTATE],
  ])(
    'cannot be known by %s where the server is out of reach: that is said, and it is done',
    async (name, argv) => {
      const gateway = name === 'create' ? memoryGateway() : (await created()).gateway;
      const server = asking({ answer: 'timeout', stage: 'connect', detail: 'no connection', phasesMs: {} });
      const ran = await run(argv, { gateway, stdin: 'canary-new', mailServers: server.mailServers });
      expect(ran.code).toBe(0);
      expect(ran.stdout + ran.stderr).toMatch(
        /The password could not be tried from here: .*:587: no connection\./,
      );
      expect(keptIn(gateway).secrets.map(([, secret]) => secret)).toEqual([{ current: 'canary-new' }]);
    },
  );
});

describe('setup --channel email, with a mail server', () => {
  it('asks for it, logs in, and only then creates', async () => {
    const ran = await wizard([...ANSWERS, PASSWORD, true], [TAKEN]);
    expect({ code: ran.code, asked: ran.asked.length }).toEqual({ code: 0, asked: 11 });
    expect(ran.destinations).toMatchObject([{ transport: TRANSPORT }]);
    expect(ran.secrets.map(([, secret]) => secret)).toEqual([{ current: PASSWORD }]);
    expect(ran.logins).toMatchObject([{ host: 'smtp.gmail.com', password: PASSWORD }]);
    expect(ran.stderr).toContain('it takes the user and password');
    expect(ran.stdout + ran.stderr).not.toContain('canary');
  });

  it('says that Google wants an App Password, and asks for it once more', async () => {
    const ran = await wizard(
      [...ANSWERS, PASSWORD, 'password', 'abcd efgh ijkl mnop', true],
      [REFUSED, TAKEN],
    );
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('it wants an App Password, not the password of the account');
    expect(ran.secrets.map(([, secret]) => secret)).toEqual([{ current: 'abcdefghijklmnop' }]);
  });

  it('asks for a private authority when the certificate wants one', async () => {
    const ran = await wizard([...ANSWERS, PASSWORD, 'ca', caFile, true], [UNTRUSTED, TAKEN]);
    expect(ran.code).toBe(0);
    expect(ran.logins[1]?.ca).toContain('BEGIN CERTIFICATE');
  });

  it('asks how TLS begins where the port does not tell, and again for what is wrong', async () => {
    const ran = await wizard(
      [
        ...ANSWERS.slice(0, 5),
        'smtp://mail.example.com',
        'mail.example.com',
        '25',
        '2465',
        'tls',
        'alerts',
        'alerts',
        'alerts@example.com',
        PASSWORD,
        true,
      ],
      [TAKEN],
    );
    expect(ran.refused).toEqual([
      expect.stringContaining('is more than a name'),
      expect.stringContaining('25 is for mail servers among themselves'),
      expect.stringContaining('"alerts" is no e-mail address'),
    ]);
    expect(ran.destinations).toMatchObject([{ transport: { port: 2465, security: 'tls', user: 'alerts' } }]);
  });

  it('creates nothing when told to stop', async () => {
    const ran = await wizard([...ANSWERS, PASSWORD, 'stop'], [REFUSED]);
    expect(ran).toMatchObject({ code: 1, destinations: [], secrets: [] });
  });

  const FLAGS = [...BASE, ...SMTP, '--from', 'me@gmail.com', '--password-stdin'];

  it('runs without a terminal, and then a refused login ends it with nothing created', async () => {
    const good = await wizard(undefined, [TAKEN], FLAGS, PASSWORD);
    expect(good).toMatchObject({ code: 0, destinations: [{ transport: TRANSPORT }] });
    const bad = await wizard(undefined, [REFUSED], FLAGS, PASSWORD);
    expect(bad).toMatchObject({ code: 1, destinations: [], secrets: [] });
    expect(bad.stderr).toMatch(
      /nothing was created: smtp\.gmail\.com:587: it does not take the user and password \(534\)/,
    );
    const forced = await wizard(undefined, [REFUSED], [...FLAGS, '--yes'], PASSWORD);
    expect(forced).toMatchObject({ code: 0, destinations: [{ name: 'oncall' }] });
  });

  it('without a terminal names what is missing and exits with 2', async () => {
    const ran = await wizard(undefined, [], [...BASE, '--transport', 'smtp']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--smtp-host (transport.host): missing');
    expect(ran.logins).toEqual([]);
  });
});
