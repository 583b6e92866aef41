import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { SecretNotFoundError } from '../../functions/core/model/config/unreadable-config.ts';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';
import type { Ran } from './run.ts';

type Created = {
  id: string;
  name: string;
  url: string;
  secret: string | null;
  header: string | null;
  curl: string;
};

function createdBy(ran: Ran): Created {
  return ran.json() as Created;
}

describe('source create', () => {
  it('prints id, url, header, secret and curl, and stores the secret apart', async () => {
    const gateway = memoryGateway();
    const ran = await run(['source', 'create', '--name', 'siem', '--json'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const created = createdBy(ran);
    expect(Object.keys(created)).toEqual(['id', 'name', 'url', 'secret', 'header', 'curl']);
    expect(created.id).toMatch(/^src_[A-Za-z0-9]{24}$/);
    expect(created.url).toBe(`http://127.0.0.1:4000/v1/ingest/${created.id}`);
    expect(created.secret).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_-]{42}$/);
    expect(gateway.kept.secrets.get(`source/${created.id}`)).toEqual({ current: created.secret });
    expect(JSON.stringify([...gateway.kept.config.source.values()])).not.toContain(created.secret);
  });

  it('draws another id and secret every time', async () => {
    const gateway = memoryGateway();
    const values = new Set<string | null>();
    for (let index = 0; index < 50; index += 1) {
      const { id, secret } = createdBy(
        await run(['source', 'create', '--name', `s${index}`, '--json'], { gateway }),
      );
      values.add(id).add(secret);
    }
    expect(values.size).toBe(100);
  });

  it("takes GitHub's way of signing with its format", async () => {
    const ran = await run(['source', 'create', '--name', 'ci', '--format', 'github', '--json'], {
      gateway: memoryGateway(),
    });
    expect(createdBy(ran).header).toBe('x-hub-signature-256');
    expect(createdBy(ran).curl).toContain('X-GitHub-Event');
  });

  it('takes a dictated secret, and prints neither it nor another', async () => {
    const gateway = memoryGateway();
    const secret = "It's a Secret to Everybody";
    const ran = await run(
      ['source', 'create', '--name', 'ci', '--format', 'github', '--secret-stdin', '--json'],
      { gateway, stdin: `${secret}\n` },
    );
    // Whoever gave it has it.
    expect(createdBy(ran).secret).toBeNull();
    expect([...gateway.kept.secrets.values()]).toEqual([{ current: secret }]);
  });

  it('tells every problem with the option to change, and does nothing', async () => {
    const gateway = memoryGateway();
    const ran = await run(
      ['source', 'create', '--auth', 'hmac', '--signed-content', 'timestamp.body', '--dedup-window', 'soon'],
      { gateway },
    );
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^error: --name: missing/),
      expect.stringMatching(/^error: --header \(auth\.header\): missing/),
      expect.stringMatching(/^error: --timestamp-header \(auth\.timestampHeader\): missing/),
      expect.stringMatching(/^error: --dedup-window \(dedupWindow\): "soon" is not a duration/),
    ]);
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it.each([
    [
      'a token with Bearer before it',
      ['--auth', 'bearer'],
      'Bearer abcdefghijklmnop',
      /begins with "Bearer "/,
    ],
    ['a short secret', ['--auth', 'hmac', '--header', 'X-Sig'], 'short', /at least 16/],
    ['a line break inside', ['--auth', 'basic', '--username', 'u'], 'abcdefghijklmnop\nq', /line break/],
  ])('refuses %s', async (_what, argv, stdin, message) => {
    const gateway = memoryGateway();
    const ran = await run(['source', 'create', '--name', 'x', '--secret-stdin', ...argv], { gateway, stdin });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toContain('--secret-stdin');
    expect(ran.stderr).not.toContain('abcdefghijklmnop');
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it('lets anyone post only when told so, and then has no secret', async () => {
    const gateway = memoryGateway();
    const argv = ['source', 'create', '--name', 'open', '--auth', 'none', '--json'];
    const refused = await run(argv, { gateway });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--i-understand-anyone-can-post');
    const ran = await run([...argv, '--i-understand-anyone-can-post'], { gateway });
    expect(createdBy(ran)).toMatchObject({ secret: null, header: null });
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it('refuses a name that is taken, and leaves no secret behind', async () => {
    const gateway = memoryGateway();
    await run(['source', 'create', '--name', 'siem'], { gateway });
    const again = await run(['source', 'create', '--name', 'siem'], { gateway });
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('called "siem" already');
    expect(gateway.kept.secrets.size).toBe(1);
  });

  it.each([
    ['the name is taken in the meantime', async () => 'name-taken' as const, /already/],
    ['the table fails', async () => Promise.reject(new Error('table is down')), /table is down/],
  ])('removes the secret again when %s', async (_what, create, message) => {
    const gateway = memoryGateway();
    const ran = await run(['source', 'create', '--name', 'siem'], {
      gateway: { ...gateway, config: { ...gateway.config, create } },
    });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toMatch(message);
    expect(gateway.kept.secrets.size).toBe(0);
  });

  it('names the secret that is left when not even that works', async () => {
    const gateway = memoryGateway();
    const ran = await run(['source', 'create', '--name', 'siem'], {
      gateway: {
        ...gateway,
        config: { ...gateway.config, create: async () => 'name-taken' },
        secrets: { ...gateway.secrets, delete: async () => Promise.reject(new Error('down')) },
      },
    });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/delete the secret Tocsin\/source\/src_\w+/);
  });
});

describe('a source that exists', () => {
  async function withSource() {
    const gateway = memoryGateway();
    const created = createdBy(await run(['source', 'create', '--name', 'siem', '--json'], { gateway }));
    return { gateway, created };
  }

  it('is shown and listed without its secret', async () => {
    const { gateway, created } = await withSource();
    for (const argv of [
      ['source', 'list'],
      ['source', 'show', 'siem'],
      ['source', 'show', created.id],
      ['status'],
    ]) {
      for (const more of [[], ['--json']]) {
        const ran = await run([...argv, ...more], { gateway });
        expect(ran.code).toBe(0);
        expect(ran.stdout).not.toContain(created.secret);
      }
    }
    expect((await run(['source', 'show', 'siem'], { gateway })).stdout).toContain(
      '(not shown; rotate to get a new one)',
    );
    expect((await run(['source', 'show', 'siem', '--json'], { gateway })).json()).toMatchObject({
      id: created.id,
      url: created.url,
      stream_type: 'auto',
      dedup_window_seconds: 86_400,
      rate_limit_per_minute: 6_000,
      created_at: new Date(NOW).toISOString(),
    });
  });

  it('shows where a mapped source looks for what', async () => {
    const gateway = memoryGateway();
    const maps = ['--map', 'title=alert.name | message', '--map', 'severity=/alert/level'];
    const words = ['--severity-scale', 'priority', '--resolved-when', 'closed'];
    await run(['source', 'create', '--name', 'edr', '--format', 'mapping', ...maps, ...words], { gateway });
    const { stdout } = await run(['source', 'show', 'edr'], { gateway });
    for (const line of [
      'title = alert.name | message',
      'severities read as priority',
      'resolved when closed',
    ]) {
      expect(stdout).toContain(line);
    }
  });

  it('lets in as many alerts a minute as it is told', async () => {
    const gateway = memoryGateway();
    const create = async (...rate: string[]) =>
      run(['source', 'create', '--name', 'siem', ...rate, '--json'], { gateway });
    expect(await create('--rate-limit', 'many')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /--rate-limit \(rateLimit\): .*many.* is not a number of alerts/,
      ) as string,
    });
    expect((await create('--rate-limit', '600')).code).toBe(0);
    expect((await run(['source', 'show', 'siem', '--json'], { gateway })).json()).toMatchObject({
      rate_limit_per_minute: 600,
    });
    expect((await run(['source', 'show', 'siem'], { gateway })).stdout).toContain('600 alerts a minute');
  });

  it('gets a new secret while the old one works on for the overlap', async () => {
    const { gateway, created } = await withSource();
    const ran = await run(['source', 'rotate', 'siem', '--overlap', '1h', '--json'], { gateway });
    const rotated = ran.json() as Created & { previous_not_after: string };
    expect(rotated.secret).not.toBe(created.secret);
    expect(rotated.previous_not_after).toBe('2026-03-01T13:00:00.000Z');
    expect(gateway.kept.secrets.get(`source/${created.id}`)).toEqual({
      current: rotated.secret,
      previous: created.secret,
      previousNotAfter: '2026-03-01T13:00:00.000Z',
    });
  });

  it('makes the functions ask for the new secret, and says how soon it counts', async () => {
    const { gateway, created } = await withSource();
    const rotate = async () => run(['source', 'rotate', 'siem', '--json'], { gateway });
    expect((await rotate()).json()).toMatchObject({ usable_within_seconds: 10 });
    await rotate();
    expect(gateway.kept.config.source.get(created.id)).toMatchObject({ secretVersion: 2 });
    gateway.config.noteNewSecret = async () => Promise.reject(new Error('no answer'));
    const ran = await rotate();
    expect(ran.json()).toMatchObject({ usable_within_seconds: 300 });
    expect(gateway.kept.secrets.get(`source/${created.id}`)).toMatchObject({
      current: createdBy(ran).secret,
    });
  });

  it('gets a secret again when somebody deleted it', async () => {
    const { gateway, created } = await withSource();
    gateway.kept.secrets.clear();
    gateway.secrets.readSource = async () => Promise.reject(new SecretNotFoundError('source/x'));
    const ran = await run(['source', 'rotate', 'siem', '--json'], { gateway });
    expect(ran.json()).toMatchObject({ previous_not_after: null });
    expect(gateway.kept.secrets.get(`source/${created.id}`)).toEqual({ current: createdBy(ran).secret });
  });

  it('forgets the old secret at once with an overlap of 0s', async () => {
    const { gateway, created } = await withSource();
    const { secret } = createdBy(
      await run(['source', 'rotate', 'siem', '--overlap', '0s', '--json'], { gateway }),
    );
    expect(gateway.kept.secrets.get(`source/${created.id}`)).toEqual({ current: secret });
  });

  it('says when a rotation ends an overlap early', async () => {
    const { gateway } = await withSource();
    await run(['source', 'rotate', 'siem'], { gateway });
    expect((await run(['source', 'rotate', 'siem'], { gateway })).stdout).toContain(
      'The secret before that one stops working within 10s.',
    );
  });

  it('is deleted with its secret, but not without a yes', async () => {
    const { gateway, created } = await withSource();
    const unsure = await run(['source', 'delete', 'siem'], { gateway });
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain('--yes');
    expect(gateway.kept.secrets.size).toBe(1);
    const ran = await run(['source', 'delete', created.id, '--yes', '--json'], { gateway });
    expect(ran.json()).toMatchObject({ id: created.id, deleted: true });
    expect(gateway.kept.secrets.size).toBe(0);
    expect((await run(['source', 'show', 'siem'], { gateway })).code).toBe(1);
  });

  it.each([
    ['y\n', 0, 0],
    ['Yes\n', 0, 0],
    ['\n', 1, 1],
    ['n\n', 1, 1],
    ['\u0003', 130, 1],
    ['\u0004', 130, 1],
  ])('is deleted at a terminal that answers %j with %i', async (answer, code, secretsLeft) => {
    const { gateway } = await withSource();
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    let asked = '';
    const stderr = new PassThrough({ encoding: 'utf8' }).on('data', (text: string) => {
      const isFirst = !asked.includes('?');
      asked += stripVTControlCharacters(text);
      // The question listens once it is shown.
      if (isFirst && asked.includes('?')) setImmediate(() => stdin.write(answer));
    });
    const ended = await runCli(['source', 'delete', 'siem'], {
      stdout: { write: () => undefined },
      // A terminal does not end.
      stderr: Object.assign(stderr, { end: () => undefined }),
      stdin,
      env: {},
      clock: { now: () => NOW },
      connect: async () => gateway,
    });
    expect(ended).toBe(code);
    expect(asked).toContain('Delete source "siem" and its secret for good? (y/N)');
    expect(gateway.kept.secrets.size).toBe(secretsLeft);
  });

  it.each([[['show']], [['rotate']], [['delete', '--yes']]])('must exist for %j', async (argv) => {
    const [command = '', ...options] = argv;
    const ran = await run(['source', command, 'nope', ...options, '--json'], { gateway: memoryGateway() });
    expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 1, stdout: '' });
    expect(JSON.parse(ran.stderr)).toMatchObject({ error: { code: 'not-found' } });
  });

  it('is told how to be made while there is none', async () => {
    const ran = await run(['source', 'list'], { gateway: memoryGateway() });
    expect(ran.stdout).toContain('tocsin source create');
    expect((await run(['source', 'list', '--json'], { gateway: memoryGateway() })).json()).toEqual({
      sources: [],
      unreadable: [],
    });
  });
});
