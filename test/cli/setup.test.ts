import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PromptsLeft, type Prompts } from '../../cli/prompts.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDelivery } from './records.ts';
import { run } from './run.ts';
import type { MailAccount } from '../../functions/core/operator/ports.ts';
import type { Reached } from '../../functions/core/operator/reachability.ts';

type Answers = { asked: string[]; refused: string[]; prompts: Prompts };
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-setup-'));
});
afterAll(async () => rm(folder, { recursive: true }));

const LEAVE = Symbol('Ctrl-C');

/**
 * A person who gives these answers in this order, one more after each refusal. An answer is a text, what a choice
 * stands for, or yes and no; a question without an answer fails the test.
 */
function person(...answers: (string | boolean | typeof LEAVE)[]): Answers {
  const left = [...answers];
  const asked: string[] = [];
  const refused: string[] = [];
  const next = (message: string): string | boolean => {
    asked.push(message);
    const answer = left.shift();
    if (answer === undefined) throw new Error(`no answer to ${message}`);
    if (answer === LEAVE) throw new PromptsLeft();
    return answer;
  };
  const typed: Prompts['text'] = async ({ message, check }) => {
    for (;;) {
      const answer = String(next(message));
      const problem = await check?.(answer);
      if (problem === undefined) return answer;
      refused.push(problem);
    }
  };
  return {
    asked,
    refused,
    prompts: {
      text: typed,
      secret: typed,
      async choice({ message, choices }) {
        const answer = next(message);
        const found = choices.find(({ value }) => value === answer);
        if (found === undefined) throw new Error(`${String(answer)} is no choice of ${message}`);
        return found.value;
      },
      confirm: async ({ message }) => next(message) === true,
    },
  };
}

const REACHED: Reached = {
  result: 'reached',
  address: '93.184.215.14',
  tlsVersion: 'TLSv1.3',
  tookMs: 12,
  issuer: 'Example CA',
  validUntil: '2027-01-01T00:00:00.000Z',
};
const REFUSED: Reached = { result: 'unreachable', detail: 'it refuses the connection (ECONNREFUSED)' };
const URL = 'https://siem.example.com/hook';

/** A gateway whose deliveries end as told, as soon as somebody waits for them. */
function delivering(gateway: MemoryGateway, outcome: 'delivered' | 'failed' = 'delivered') {
  return async () => {
    for (const { delivery_id: id, created_at: startedAt } of gateway.kept.enqueued) {
      const attempt = {
        number: 1,
        started_at: startedAt,
        duration_ms: 5,
        outcome,
        status: outcome === 'delivered' ? 200 : 503,
        response_excerpt: 'what the receiver said',
        destination_version: 1,
      };
      gateway.kept.deliveries.set(
        id,
        aDelivery({
          id,
          state: outcome === 'delivered' ? 'delivered' : 'dead',
          attempts: [attempt],
        } as never),
      );
    }
  };
}

async function wizard(argv: string[], answers: Answers | undefined, options: Partial<Setting> = {}) {
  const { gateway = memoryGateway(), reached = [REACHED], outcome } = options;
  const left = [...reached];
  const handshakes: unknown[] = [];
  const ran = await run(argv, {
    gateway,
    sleep: delivering(gateway, outcome),
    ...(answers !== undefined && { prompts: answers.prompts }),
    ...(options.stdin !== undefined && { stdin: options.stdin }),
    reachability: {
      handshake: async (receiver) => {
        handshakes.push(receiver);
        return left.shift() ?? REACHED;
      },
    },
  });
  const destinations = [...gateway.kept.config.destination.values()];
  return { ...ran, gateway, handshakes, destinations };
}

type Setting = {
  gateway: MemoryGateway;
  reached: Reached[];
  outcome: 'delivered' | 'failed';
  stdin: string;
};

/** Answers to every question before the handshake. */
const BEFORE_THE_CHECK = ['siem', URL, 'tocsin', 'hmac', 'every', 'none'] as const;
const WEBHOOK = ['setup', '--channel', 'webhook'];
const EMAIL = ['setup', '--channel', 'email'];

describe('setup --channel webhook', () => {
  it('asks, creates, shows the drawn secret once, and tests with the stored configuration', async () => {
    const answers = person('siem', URL, 'tocsin', 'hmac', 'high', 'persistent', true, true);
    const { code, stdout, stderr, destinations, gateway } = await wizard(WEBHOOK, answers);
    expect({ code, asked: answers.asked.length }).toEqual({ code: 0, asked: 8 });
    expect(destinations).toMatchObject([
      {
        name: 'siem',
        url: URL,
        auth: { type: 'hmac' },
        profile: 'tocsin',
        format: 'tocsin',
        minSeverity: 'high',
      },
    ]);
    const [secret] = [...gateway.kept.secrets.values()] as { current: string }[];
    expect(stdout.split(secret?.current ?? 'none')).toHaveLength(2);
    expect(stderr).toContain('TLSv1.3 with 93.184.215.14');
    expect(gateway.kept.enqueued).toMatchObject([{ is_test: true, destination_id: destinations[0]?.id }]);
    expect(stdout).toContain('siem: ok');
    expect(stdout).toContain('what the receiver said');
  });

  it('refuses an answer as it is typed, under the rules of the creation', async () => {
    const gateway = memoryGateway();
    await run(['destination', 'create', 'email', '--name', 'taken', '--to', 'a@example.com'], { gateway });
    const answers = person(
      'taken',
      'dst_x',
      'siem',
      'http://x.example/',
      'https://10.0.0.7/',
      'https://user@x.example/',
      URL,
      'tocsin',
      'none',
      'every',
      'none',
      true,
      false,
    );
    expect((await wizard(WEBHOOK, answers, { gateway })).code).toBe(0);
    expect(answers.refused).toEqual([
      expect.stringContaining('is called "taken" already'),
      expect.stringContaining('looks like an id'),
      expect.stringContaining('only https:// is accepted'),
      expect.stringContaining('not a public address'),
      expect.stringContaining('user name or password'),
    ]);
  });

  it('looks at the addresses behind a name while it is typed', async () => {
    const answers = person('siem', 'https://inside.example/', LEAVE);
    const ran = await run(WEBHOOK, {
      gateway: memoryGateway(),
      prompts: answers.prompts,
      resolve: async () => ['93.184.215.14', '10.0.0.7'],
    });
    expect(ran.code).toBe(130);
    expect(answers.refused).toEqual([expect.stringContaining('resolves to 10.0.0.7')]);
  });

  it('shows a token of the receiver nowhere', async () => {
    const token = 'canary-token-of-the-receiver';
    const answers = person(
      'siem',
      URL,
      'panguard',
      'bearer',
      'receiver',
      'short',
      token,
      'every',
      'standard',
      true,
      true,
    );
    const { code, stdout, stderr, gateway, destinations } = await wizard(WEBHOOK, answers);
    expect(code).toBe(0);
    expect(destinations).toMatchObject([
      { profile: 'panguard', format: 'panguard', auth: { type: 'bearer' } },
    ]);
    expect([...gateway.kept.secrets.values()]).toEqual([{ current: token }]);
    expect(stdout + stderr).not.toContain('canary');
    expect(answers.refused).toEqual([expect.stringContaining('at least 16')]);
  });

  it('asks a vendor\u2019s receiver for its key only, in the vendor\u2019s words', async () => {
    const answers = person(
      'pager',
      'https://events.pagerduty.com/v2/enqueue',
      'pagerduty',
      'k'.repeat(32),
      'every',
      'none',
      true,
      false,
    );
    const { code, destinations } = await wizard(WEBHOOK, answers);
    expect(code).toBe(0);
    expect(answers.asked[3]).toMatch(/^The integration key/);
    expect(destinations).toMatchObject([
      { format: 'pagerduty', profile: 'tocsin', auth: { type: 'bearer' } },
    ]);
  });

  it('asks for nothing that an option says', async () => {
    const argv = [...WEBHOOK, '--name', 'siem', '--url', URL, '--format', 'ocsf', '--auth', 'hmac'];
    const answers = person();
    const ran = await wizard(
      [...argv, '--min-severity', 'low', '--retry', 'none', '--yes', '--no-test'],
      answers,
    );
    expect({ code: ran.code, asked: answers.asked, sent: ran.gateway.kept.enqueued }).toEqual({
      code: 0,
      asked: [],
      sent: [],
    });
    expect(ran.destinations).toHaveLength(1);
    expect(ran.stdout).toContain('tocsin destination test siem');
  });

  it('refuses a wrong option before the first question', async () => {
    const answers = person();
    const ran = await wizard([...WEBHOOK, '--retry', 'often', '--ca-file', '/nonexistent.pem'], answers);
    expect({ code: ran.code, asked: answers.asked }).toEqual({ code: 2, asked: [] });
    expect(ran.stderr).toMatch(/--retry: .*\n.*--ca-file/);
    expect(ran.stderr).not.toContain('--name');
  });

  it.each([
    ['go-on', 0, 1],
    ['stop', 1, 0],
  ])('leaves it to the person when the receiver cannot be reached: %s', async (choice, code, count) => {
    const answers = person(...BEFORE_THE_CHECK, choice, true, false);
    const ran = await wizard(WEBHOOK, answers, { reached: [REFUSED] });
    expect({ code: ran.code, count: ran.destinations.length }).toEqual({ code, count });
    expect(ran.stderr).toContain('FAILED   it refuses the connection');
    expect(ran.gateway.kept.secrets.size).toBe(count);
  });

  it('takes the certificate of a private authority, and stores it with the secret', async () => {
    const { ca } = tlsAuthority();
    const file = join(folder, 'ca.pem');
    await writeFile(file, ca);
    const untrusted: Reached = { result: 'untrusted', detail: 'no authority that is known here' };
    const answers = person(...BEFORE_THE_CHECK, 'ca', join(folder, 'nothing.pem'), file, true, false);
    const ran = await wizard(WEBHOOK, answers, { reached: [untrusted, REACHED] });
    expect({ code: ran.code, refused: answers.refused }).toEqual({
      code: 0,
      refused: [expect.stringContaining('ENOENT')],
    });
    expect(ran.handshakes).toMatchObject([{ tls: {} }, { tls: { ca } }]);
    expect([...ran.gateway.kept.secrets.values()]).toMatchObject([{ ca }]);
  });

  it('asks for a client certificate and its key, and checks each as it is named', async () => {
    const [own, other] = [tlsAuthority(), tlsAuthority()].map((authority) =>
      authority.issue({
        usage: 'client',
        notBefore: new Date('2026-01-01'),
        notAfter: new Date('2027-01-01'),
      }),
    );
    const [certFile, keyFile, otherKey] = ['cert.pem', 'key.pem', 'other.pem'].map((name) =>
      join(folder, name),
    );
    await writeFile(certFile ?? '', own?.cert ?? '');
    await writeFile(keyFile ?? '', own?.key ?? '');
    await writeFile(otherKey ?? '', other?.key ?? '');
    const files = [keyFile, certFile, otherKey, keyFile].map(String);
    const answers = person('siem', URL, 'tocsin', 'mtls', ...files, 'every', 'none', true, false);
    const { code, destinations, gateway, handshakes } = await wizard(WEBHOOK, answers);
    expect({ code, refused: answers.refused }).toEqual({
      code: 0,
      refused: [
        expect.stringContaining('no PEM certificate'),
        expect.stringContaining('does not belong to the certificate'),
      ],
    });
    expect(destinations).toMatchObject([{ auth: { type: 'mtls', notAfter: '2027-01-01T00:00:00.000Z' } }]);
    expect([...gateway.kept.secrets.values()]).toMatchObject([{ key: own?.key }]);
    expect(handshakes).toMatchObject([{ tls: { key: own?.key } }]);
  });

  it('creates nothing when the last answer is no', async () => {
    const ran = await wizard(WEBHOOK, person(...BEFORE_THE_CHECK, false));
    expect({ code: ran.code, stdout: ran.stdout, count: ran.destinations.length }).toEqual({
      code: 1,
      stdout: '',
      count: 0,
    });
    expect(ran.stderr.endsWith('error: nothing was created\n')).toBe(true);
  });

  it('tries again when asked to', async () => {
    const answers = person(...BEFORE_THE_CHECK, 'again', true, false);
    const ran = await wizard(WEBHOOK, answers, { reached: [REFUSED, REACHED] });
    expect({ code: ran.code, handshakes: ran.handshakes.length }).toEqual({ code: 0, handshakes: 2 });
  });

  it.each([
    ['at the first question', [LEAVE]],
    ['in the middle', ['siem', URL, LEAVE]],
    ['at the last question', [...BEFORE_THE_CHECK, LEAVE]],
  ])('creates nothing when it is left %s', async (_when, given) => {
    const ran = await wizard(WEBHOOK, person(...(given as string[])));
    expect({ code: ran.code, stdout: ran.stdout, destinations: ran.destinations }).toEqual({
      code: 130,
      stdout: '',
      destinations: [],
    });
    expect(ran.stderr.endsWith('error: nothing was created\n')).toBe(true);
    expect(ran.gateway.kept.secrets.size).toBe(0);
  });

  it('keeps and shows what was created when it is left before the test', async () => {
    const ran = await wizard(WEBHOOK, person(...BEFORE_THE_CHECK, true, LEAVE));
    expect({ code: ran.code, count: ran.destinations.length }).toEqual({ code: 0, count: 1 });
    expect(ran.stdout).toContain('whsec_');
    expect(ran.stderr).not.toContain('nothing was created');
  });

  it('ends with 1 when the test alert fails, and keeps the destination', async () => {
    const answers = person(...BEFORE_THE_CHECK, true, true);
    const ran = await wizard(WEBHOOK, answers, { outcome: 'failed' });
    expect({ code: ran.code, count: ran.destinations.length }).toEqual({ code: 1, count: 1 });
    expect(ran.stdout).toContain('tocsin destination update siem');
  });
});

describe('setup without a terminal', () => {
  it.each([
    [['setup'], ['--channel: missing']],
    [WEBHOOK, ['--name: missing', '--url: missing']],
    [
      [...WEBHOOK, '--format', 'pagerduty'],
      ['--name: missing', '--url: missing', '--secret-stdin'],
    ],
    [
      [...WEBHOOK, '--auth', 'mtls'],
      ['--name: missing', '--url: missing', '--cert-file', '--key-file'],
    ],
    [EMAIL, ['--name: missing', '--to (recipients): missing']],
    [
      [...EMAIL, '--name', 'x', '--to', 'a@example.com', '--url', URL],
      ['--url: only with --channel webhook'],
    ],
    [[...WEBHOOK, '--name', 'x', '--url', URL, '--digests', 'off'], ['--digests']],
  ])('names all that is missing: %j', async (argv, missing) => {
    const ran = await run(argv, { connect: async () => Promise.reject(new Error('no gateway needed')) });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 2, stdout: '' });
    for (const text of missing) expect(ran.stderr).toContain(text);
    expect(ran.stderr.trimEnd().split('\n')).toHaveLength(missing.length);
  });

  it('answers with one document under --json', async () => {
    const argv = [...WEBHOOK, '--name', 'siem', '--url', URL, '--auth', 'bearer', '--secret-stdin', '--json'];
    const ran = await wizard(argv, person(), { stdin: 'a-token-of-the-receiver\n' });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    expect(ran.json()).toMatchObject({
      name: 'siem',
      checks: [{ result: 'ok' }],
      test: { ok: true, deliveries: [{ status: 200 }] },
    });
  });

  it('creates nothing for a receiver that cannot be reached, unless told to with --yes', async () => {
    const argv = [...WEBHOOK, '--name', 'siem', '--url', URL, '--json'];
    const refused = await wizard(argv, undefined, { reached: [REFUSED] });
    expect({ code: refused.code, count: refused.destinations.length }).toEqual({ code: 1, count: 0 });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'unreachable-receiver' } });
    const created = await wizard([...argv, '--yes'], undefined, { reached: [REFUSED] });
    expect({ code: created.code, count: created.destinations.length }).toEqual({ code: 0, count: 1 });
  });
});

describe('setup --channel email', () => {
  function withAccount(account: Partial<MailAccount>): MemoryGateway {
    const gateway = memoryGateway();
    return { ...gateway, mailAccount: { ...gateway.mailAccount, ...account } };
  }
  const verified =
    (...identities: string[]): MailAccount['verification'] =>
    async (asked) =>
      new Map(asked.filter((name) => identities.includes(name)).map((name) => [name, 'Success']));

  it('asks, creates and sends each recipient a test mail', async () => {
    const answers = person(
      'oncall',
      'ana@example.com, nobody',
      'ana@example.com, ben@example.org',
      'executive',
      'critical',
      'ses',
      true,
      true,
    );
    const { code, destinations, gateway, stdout } = await wizard(EMAIL, answers);
    expect(code).toBe(0);
    expect(answers.refused).toEqual([expect.stringContaining('"nobody" is no e-mail address')]);
    expect(destinations).toMatchObject([
      {
        minSeverity: 'critical',
        recipients: [
          { address: 'ana@example.com', role: 'executive' },
          { address: 'ben@example.org', role: 'executive' },
        ],
      },
    ]);
    expect(gateway.kept.enqueued.map(({ recipient }) => recipient)).toEqual([
      'ana@example.com',
      'ben@example.org',
    ]);
    expect(stdout).toContain('oncall: ok');
  });

  const TO = 'ana@example.org,bounce@simulator.amazonses.com';
  const FLAGS = [...EMAIL, '--name', 'oncall', '--to', TO, '--no-test'];
  const SANDBOX = { isEnabled: true, perDay: 200, sentLastDay: 3 };

  it.each<[string, Partial<MailAccount>, 'ok' | 'warning' | 'failed', RegExp]>([
    [
      'a verified domain',
      { verification: verified('example.com') },
      'ok',
      /verified by its domain example\.com/,
    ],
    [
      'a sender that nobody verified',
      { verification: verified() },
      'failed',
      /alerts@example\.com: unknown to SES/,
    ],
    ['a missing DKIM signature', { dkim: async () => 'Pending' }, 'warning', /no DKIM signature .*Pending/],
    ['the sandbox', { sending: async () => SANDBOX }, 'warning', /LOOKS LIKE THE SES SANDBOX/],
    [
      'a recipient that the sandbox leaves out',
      { sending: async () => SANDBOX, verification: verified('alerts@example.com') },
      'failed',
      /the sandbox sends them nothing: ana@example\.org;/,
    ],
    ['no limit', { sending: async () => ({ ...SANDBOX, perDay: -1 }) }, 'ok', /without a limit/],
    [
      'a paused account',
      { sending: async () => ({ ...SANDBOX, isEnabled: false }) },
      'failed',
      /switched off/,
    ],
    [
      'an operator who may not ask SES',
      {
        sending: async () => {
          throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
        },
      },
      'warning',
      /could not be asked: AWS refused/,
    ],
  ])('tells of %s', async (_what, account, result, text) => {
    const ran = await wizard([...FLAGS, '--yes', '--json'], undefined, { gateway: withAccount(account) });
    expect(ran.code).toBe(0);
    const { checks } = ran.json() as { checks: { result: string; text: string }[] };
    expect(checks).toContainEqual({ result, text: expect.stringMatching(text) as string });
  });

  it('creates nothing without a terminal when no mail would arrive', async () => {
    const gateway = withAccount({ verification: verified() });
    const ran = await wizard(FLAGS, undefined, { gateway });
    expect({ code: ran.code, count: ran.destinations.length }).toEqual({ code: 1, count: 0 });
    expect(ran.stderr).toContain('nothing was created: the sender is not verified');
  });
});

describe('test --channel', () => {
  async function withDestinations(...more: string[][]): Promise<MemoryGateway> {
    const gateway = memoryGateway();
    const create = ['destination', 'create'];
    await run([...create, 'webhook', '--name', 'one', '--url', URL], { gateway });
    await run([...create, 'webhook', '--name', 'two', '--url', URL], { gateway });
    await run([...create, 'email', '--name', 'mail', '--to', 'a@example.com'], { gateway });
    for (const argv of more) await run(argv, { gateway });
    return gateway;
  }
  const TEST = ['test', '--channel', 'webhook'];

  it('tests every enabled destination of the channel', async () => {
    const gateway = await withDestinations(['destination', 'disable', 'two']);
    const ran = await run([...TEST, '--json'], { gateway, sleep: delivering(gateway) });
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      ok: true,
      channel: 'webhook',
      destinations: [
        { ok: true, destination: { name: 'one' }, deliveries: [{ status: 200, latency_ms: 5 }] },
      ],
    });
    expect(gateway.kept.enqueued).toMatchObject([{ channel: 'webhook', is_test: true }]);
  });

  it('ends with 1 when one fails, and tells of all', async () => {
    const gateway = await withDestinations();
    const ran = await run(TEST, { gateway, sleep: delivering(gateway, 'failed') });
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/one: FAILED[\s\S]*503[\s\S]*what the receiver said[\s\S]*two: FAILED/);
    expect(ran.stdout).toContain('2 of 2 FAILED');
  });

  it('tells of each when nothing comes back in time', async () => {
    const gateway = await withDestinations();
    let now = 0;
    const ran = await run([...TEST, '--json'], {
      gateway,
      clock: { now: () => now },
      sleep: async (ms) => void (now += ms),
    });
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      ok: false,
      destinations: [{ error: { code: 'timeout' } }, { error: { code: 'timeout' } }],
    });
  });

  it.each([
    [[...TEST, 'mail'], 1, /of channel email; try: tocsin test --channel email mail/],
    [[...TEST, 'nobody'], 1, /no destination is called "nobody"/],
    [['test'], 2, /--channel: missing/],
    [['test', '--channel', 'fax'], 2, /--channel: "fax" is not known/],
  ])('refuses %j', async (argv, code, message) => {
    const ran = await run(argv, { gateway: await withDestinations() });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: '' });
    expect(ran.stderr).toMatch(message);
  });

  it('says so when there is nothing to test', async () => {
    const none = await run(TEST, { gateway: memoryGateway() });
    expect({ code: none.code, stderr: none.stderr }).toEqual({
      code: 1,
      stderr: 'error: there is no webhook destination yet; make one with: tocsin setup --channel webhook\n',
    });
    const gateway = await withDestinations(['destination', 'disable', 'mail']);
    const disabled = await run(['test', '--channel', 'email'], { gateway });
    expect(disabled.stderr).toContain('no email destination is enabled (disabled: mail)');
  });
});
