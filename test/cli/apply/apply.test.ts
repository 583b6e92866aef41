import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Severity } from '../../../functions/core/model/wire/severity.ts';
import { aRoutedAlert } from '../../adapters/records.ts';
import { memoryGateway, type MemoryGateway } from '../memory-gateway.ts';
import { NOW, run } from '../run.ts';

const SLACK = 'https://hooks.slack.com/services/T0/B0/secret';
const ENV = { TOKEN: 'a-token-of-sixteen', SHORT: 'hunter2' };

let folder: string;
let gateway: MemoryGateway;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-apply-'));
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(() => {
  gateway = memoryGateway();
});

async function file(text: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Runs commands that must succeed. */
async function given(...commands: string[][]): Promise<void> {
  for (const argv of commands) {
    const { code, stderr } = await run(argv, { gateway });
    expect(`${code} ${stderr}`).toBe('0 ');
  }
}

async function apply(text: string, ...options: string[]) {
  const path = await file(text, 'tocsin.yml');
  const ran = await run(['apply', path, ...options], { gateway, env: ENV });
  return { ...ran, stderr: ran.stderr.replaceAll(path, 'tocsin.yml') };
}

async function exported(): Promise<Record<string, object>> {
  const { stdout, code, stderr } = await run(['export'], { gateway });
  expect(`${code} ${stderr}`).toBe('0 ');
  return parse(stdout) as Record<string, object>;
}

const WHOLE = `
apiVersion: tocsin/v1
sources:
  ci: {format: github}
  siem:
    auth: bearer
    no_data_alarm: off
destinations:
  oncall: {channel: email, to: [ana@example.com], role: developer, min_severity: high, digests: off}
  hook:
    channel: webhook
    url: https://hooks.example.com/in
    custom_header: {X-Key: {env: TOKEN}}
routes:
  urgent: {to: [oncall, hook], match: ['env!=dev'], source: [ci]}
  default: {to: [hook]}
remediation:
  okta.*: {step: [Lock the account], url: https://wiki.example.com/okta}
`;

const WRONG = `
apiVersion: tocsin/v1
sources:
  ci: {format: githib, nonsense: 1}
  bad name,: {}
  open: {auth: none}
  lit: {auth: bearer, secret: topsecret}
destinations:
  oncall: {channel: email, to: [ana], role: boss, enabled: 1}
  chat: {channel: webhook, format: slack, url: https://hooks.slack.com/services/T/B/x}
  pd: {channel: webhook, format: pagerduty, url: https://events.pagerduty.com/v2/enqueue, secret: {env: NOPE}}
  mail:
    channel: email
    to: ops@example.com
    transport: smtp
    smtp_host: smtp.example.com
    smtp_port: 25
routes:
  r:
    to:
      - oncall
      - nobody
    match: 'env=~"["'
  default: {to: sometimes}
rooutes: {}
`;

describe('apply', () => {
  it('makes what a file says, and then finds no change', async () => {
    const planned = await apply(WHOLE, '--dry-run', '--detailed-exitcode');
    expect(planned.stdout).toMatchInlineSnapshot(`
      "+ source ci
          format: github
          auth: hmac
          header: x-hub-signature-256
          algorithm: sha256
          signed_content: body
          stream: auto
          default_severity: medium
          dedup_window: 1d
          no_data_alarm: 1d
          secret: drawn, and shown once
      + source siem
          format: generic
          auth: bearer
          stream: auto
          default_severity: medium
          dedup_window: 1d
          no_data_alarm: off
          secret: drawn, and shown once
      + destination oncall
          channel: email
          to: [ana@example.com]
          role: developer
          min_severity: high
          digests: off
      + destination hook
          channel: webhook
          url: https://hooks.example.com/in
          profile: tocsin
          format: tocsin
          auth: hmac
          retry: 30s,2m,8m
          custom_header.X-Key: from variable TOKEN
          secret: drawn, and shown once
      + route urgent
          to: [oncall, hook]
          source: [ci]
          match: [env!=dev]
      ~ route default
          to: all -> [hook]
      + remediation okta.*
          step: [Lock the account]
          url: https://wiki.example.com/okta
      Plan: 6 to add, 1 to change, 0 to delete.
      "
    `);
    expect(planned.code).toBe(2);
    expect((await gateway.config.list('source')).readable).toEqual([]);

    const done = await apply(WHOLE);
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('Applied: 6 added, 1 changed, 0 deleted.');
    const [ci] = (await gateway.config.list('source')).readable;
    const { value } = await gateway.secrets.readSource(ci?.id ?? '');
    // Shown once, with what the sender needs beside it.
    expect(done.stdout).toContain(`secret: ${value.current}`);
    expect(done.stdout).toContain(`/v1/ingest/${ci?.id}`);
    expect(done.stdout).not.toContain(ENV.TOKEN);

    const again = await apply(WHOLE, '--dry-run', '--detailed-exitcode');
    expect([again.stdout, again.code]).toEqual(['No changes.\n', 0]);
  });

  it('takes JSON, and several files and documents as one configuration', async () => {
    const json = await file(
      JSON.stringify({ apiVersion: 'tocsin/v1', sources: { ci: {} } }, null, '\t'),
      'a.json',
    );
    const yaml = await file(
      'apiVersion: tocsin/v1\nsources: {b: }\n---\napiVersion: tocsin/v1\nsources: {c: {auth: basic, username: c}}\n',
      'b.yml',
    );
    const { code, stdout } = await run(['apply', json, yaml, '--json'], { gateway });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ applied: 3, counts: { create: 3, update: 0, delete: 0 } });
    expect(Object.keys((await exported()).sources ?? {})).toEqual(['b', 'c', 'ci'].toSorted());
  });

  it('adopts by name what commands made: no id, no secret and no URL is another one', async () => {
    await given(
      ['source', 'create', '--name', 'ci', '--format', 'github'],
      ['destination', 'create', 'webhook', '--name', 'chat', '--format', 'slack', '--url', SLACK],
      ['destination', 'create', 'webhook', '--name', 'hook', '--url', 'https://hooks.example.com/in'],
      ['route', 'create', '--name', 'urgent', '--to', 'chat'],
    );
    const own = structuredClone(gateway.kept.secrets);
    const ids = async () => {
      const [sources, destinations] = [
        await gateway.config.list('source'),
        await gateway.config.list('destination'),
      ];
      return [...sources.readable, ...destinations.readable].map(({ id, name }) => `${name} ${id}`);
    };
    const before = await ids();
    const { stdout, code } = await apply(`
apiVersion: tocsin/v1
sources: {ci: {format: github, default_severity: high, secret: {generate: true}}}
destinations:
  chat: {channel: webhook, format: slack, url: {stored: true}, min_severity: high}
  hook: {channel: webhook, url: https://hooks.example.com/in, secret: {stored: true}}
routes: {urgent: {to: [chat, hook]}}
`);
    expect(stdout).toBe(`~ source ci
    default_severity: medium -> high
~ destination chat
    min_severity: (none) -> high
~ route urgent
    to: [chat] -> [chat, hook]
Applied: 0 added, 3 changed, 0 deleted. It takes effect within five seconds.
`);
    expect(code).toBe(0);
    expect(await ids()).toEqual(before);
    expect(gateway.kept.secrets).toEqual(own);
  });

  it('lets the secret before a dictated one work on for a day, and then knows it', async () => {
    await given(['source', 'create', '--name', 'ci']);
    const [ci] = (await gateway.config.list('source')).readable;
    const { value: old } = await gateway.secrets.readSource(ci?.id ?? '');
    const text = 'apiVersion: tocsin/v1\nsources: {ci: {secret: {env: TOKEN}}}';
    const { stdout } = await apply(text);
    expect(stdout).toContain('secret: stored -> from variable TOKEN');
    const { value } = await gateway.secrets.readSource(ci?.id ?? '');
    expect(value).toEqual({
      current: ENV.TOKEN,
      previous: old.current,
      previousNotAfter: new Date(NOW + 86_400_000).toISOString(),
    });
    expect((await apply(text, '--dry-run')).stdout).toBe('No changes.\n');
  });

  it('leaves alone what no file names, and a destination that the gateway has paused', async () => {
    await given(
      ['source', 'create', '--name', 'other'],
      ['destination', 'create', 'webhook', '--name', 'hook', '--url', 'https://hooks.example.com/in'],
      ['route', 'update', 'default', '--to', 'hook'],
    );
    const [hook] = (await gateway.config.list('destination')).readable;
    if (hook === undefined) throw new Error('expected a destination');
    await gateway.config.update('destination', hook, {
      ...hook,
      isEnabled: false,
      pausedBecause: 'receiver-gone',
    });
    const text =
      'apiVersion: tocsin/v1\ndestinations: {hook: {channel: webhook, url: https://hooks.example.com/in}}';
    expect((await apply(text, '--prune')).stdout).toBe('No changes.\n');
    const { stdout } = await apply(text.replace('}}', ', min_severity: high}}'));
    expect(stdout).toContain('min_severity: (none) -> high');
    expect((await gateway.config.list('destination')).readable[0]).toMatchObject({
      isEnabled: false,
      pausedBecause: 'receiver-gone',
    });
  });

  it('prunes what apply made and no file names, routes before what they name, and nothing that commands made', async () => {
    await given(
      ['source', 'create', '--name', 'by-hand'],
      ['remediation', 'set', 'hand.*', '--step', 'Wait'],
    );
    await apply(WHOLE);
    // Whoever changes it, it stays made by apply.
    await given(['source', 'update', 'ci', '--default-severity', 'low']);
    const { stdout, code } = await apply(
      'apiVersion: tocsin/v1\nsources: {siem: {no_data_alarm: off}}',
      '--prune',
    );
    expect(stdout).toBe(`- remediation okta.*
- route urgent
- route default
    to: [hook] -> all
- destination hook
- destination oncall
- source ci
Applied: 0 added, 0 changed, 6 deleted. It takes effect within five seconds.
`);
    expect(code).toBe(0);
    expect(Object.keys((await exported()).sources ?? {})).toEqual(['by-hand', 'siem']);
    expect([...gateway.kept.secrets.keys()]).toHaveLength(2);
  });

  it('prunes no destination that a route of commands names', async () => {
    await apply(WHOLE);
    await given(['route', 'create', '--name', 'mine', '--to', 'oncall']);
    const { stderr, code } = await apply('apiVersion: tocsin/v1', '--prune');
    expect(stderr).toContain(
      'destinations.oncall: is to be deleted, and the route "mine", which no file names, names it',
    );
    expect(code).toBe(1);
  });

  it('prunes no destination that a route of the files names', async () => {
    await apply(WHOLE);
    const { stderr, code } = await apply(
      'apiVersion: tocsin/v1\nroutes: {urgent: {to: [oncall]}, default: {to: [hook]}}',
      '--prune',
    );
    expect(stderr).toContain('routes.urgent.to[0]: destination "oncall" is to be deleted: with --prune');
    expect(stderr).toContain('routes.default.to[0]: destination "hook" is to be deleted: with --prune');
    expect(code).toBe(1);
  });

  it('shows what was drawn also when a later item fails, as text and as JSON', async () => {
    const text = 'apiVersion: tocsin/v1\nsources: {a: {}, b: {}}';
    const refusing = (): MemoryGateway => {
      const fresh = memoryGateway();
      return {
        ...fresh,
        config: {
          ...fresh.config,
          create: async (kind, item, madeBy) =>
            item.name === 'b' ? 'name-taken' : fresh.config.create(kind, item, madeBy),
        },
      };
    };
    gateway = refusing();
    const ran = await apply(text);
    const [a] = (await gateway.config.list('source')).readable;
    const { value } = await gateway.secrets.readSource(a?.id ?? '');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(value.current);
    expect(ran.stderr).toContain('source "b": a source is called "b" already');
    expect(ran.stderr).toContain('1 of 2 changes were made; run it again to make the rest');
    gateway = refusing();
    const json = JSON.parse((await apply(text, '--json')).stdout) as { secrets: unknown[] };
    expect(json).toMatchObject({ applied: 1, error: { code: 'name-taken' } });
    expect(json.secrets).toHaveLength(2);
  });

  it('refuses --detailed-exitcode without --dry-run, and a file that is not there', async () => {
    expect((await run(['apply', 'x.yml', '--detailed-exitcode'], { gateway })).code).toBe(2);
    expect((await run(['apply', 'nowhere.yml'], { gateway })).code).toBe(1);
    expect((await run(['apply'], { gateway })).code).toBe(2);
  });
});

describe('every problem', () => {
  it('is told at once, with its place, and nothing is made', async () => {
    const { stderr, code } = await apply(WRONG);
    // Lists grow with the settings.
    expect(stderr.replaceAll(/(known:|expected one of) .*$/gmu, '$1 …')).toMatchInlineSnapshot(`
      "error: tocsin.yml:4:16: sources.ci.format: "githib" is not known; did you mean github? expected one of …
      error: tocsin.yml:4:24: sources.ci.nonsense: unknown field; known: …
      error: tocsin.yml:5:3: sources.bad name,: "bad name," is not a name; expected 1 to 64 letters, digits, spaces or . _ - : / @ ( ) & +, starting with a letter or digit
      error: tocsin.yml:6:16: sources.open.auth: none lets anyone who knows the url post alerts; say so with i_understand_anyone_can_post
      error: tocsin.yml:7:31: sources.lit.secret: a secret does not stand in a file; expected {generate: true}, {env: NAME} or {secrets_manager: NAME}
      error: tocsin.yml:9:33: destinations.oncall.to[0].address: "ana" is no e-mail address; expected one such as ana@example.com
      error: tocsin.yml:9:45: destinations.oncall.role: "boss" is not known; expected one of …
      error: tocsin.yml:9:60: destinations.oncall.enabled: "1" is neither true nor false
      error: tocsin.yml:10:48: destinations.chat.url: is a credential: who knows it can post there; expected {env: NAME} or {secrets_manager: NAME}
      error: tocsin.yml:11:99: destinations.pd.secret: the variable NOPE is not set
      error: tocsin.yml:12:3: destinations.mail.smtp_user: missing; expected the user name at the mail server, often the e-mail address
      error: tocsin.yml:12:3: destinations.mail.from: missing; expected the address that the mails come from
      error: tocsin.yml:17:16: destinations.mail.smtp_port: 25 is for mail servers among themselves, and closed to functions in AWS; expected 587 or 465
      error: tocsin.yml:22:9: routes.r.to[1]: no destination is called "nobody"
      error: tocsin.yml:23:5: routes.r.match[0]: "[" of "env" is no regular expression of RE2: missing closing ]: \`[\`; RE2 has no lookahead, no lookbehind and no back-references
      error: tocsin.yml:24:13: routes.default.to[0]: no destination is called "sometimes"
      error: tocsin.yml:25:1: rooutes: unknown field; did you mean routes? known: …
      "
    `);
    expect(code).toBe(1);
    expect((await gateway.config.list('source')).readable).toEqual([]);
    const json = JSON.parse((await apply(WRONG, '--json')).stderr) as { error: { problems: object[] } };
    expect(json.error.problems).toHaveLength(stderr.trimEnd().split('\n').length);
    expect(json.error.problems[0]).toMatchObject({ line: 4, column: 16, path: 'sources.ci.format' });
  });

  it.each([
    ['', '1:1: is empty'],
    ['sources: {}', '1:1: apiVersion: missing; expected apiVersion: tocsin/v1'],
    ['apiVersion: tocsin/v2', '1:13: apiVersion: "tocsin/v2" is not known'],
    ['apiVersion: tocsin/v1\nsources: [ci]', '2:10: sources: expected a map of names'],
    ['apiVersion: tocsin/v1\nsources:\n  ci: x', '3:7: sources.ci: expected a map of fields'],
    ['apiVersion: tocsin/v1\nsources:\n  ci: {}\n  ci: {}', '4:3: ci is there twice in one map'],
    ['apiVersion: tocsin/v1\nsources:\n  8: {}', '3:3: a name that is no text; put it in quotes'],
    [
      'apiVersion: tocsin/v1\nsources: {ci: {format: }}',
      '2:24: sources.ci.format: has no value; leave it out',
    ],
    ['apiVersion: tocsin/v1\nsources:\n\tci: {}', '3:1: Tabs are not allowed as indentation'],
    ['apiVersion: tocsin/v1\nsources: {a: *no}', '2:14: *no: nothing before it is marked &no'],
    ['apiVersion: tocsin/v1\nsources: &s\n  a: *s', '3:6: *s stands in what is marked &s'],
    [`apiVersion: tocsin/v1\nsources: ${'['.repeat(5_000)}`, 'is nested too deeply'],
    ['apiVersion: tocsin/v1\nsources: {a: !!js/function x}', '2:14: Unresolved tag'],
    ['apiVersion: tocsin/v1\n__proto__: {a: 1}', '2:1: __proto__: unknown field'],
    [
      'apiVersion: tocsin/v1\nsources: {a: &x {format: github}, b: {<<: *x}}',
      '2:39: << merges maps in YAML 1.1 only; write the fields out',
    ],
    ['apiVersion: tocsin/v1\nsources: {"a\\0b": {format: github}}', '2:11: sources.a'],
    [
      'apiVersion: tocsin/v1\nsources: {ci: {auth: basic, username: 7}}',
      '2:39: sources.ci.username: "7" is no text; put it in quotes',
    ],
    [
      'apiVersion: tocsin/v1\nsources: {ci: {strict: yes}}',
      '2:24: sources.ci.strict: "yes" is neither true nor false',
    ],
    [
      'apiVersion: tocsin/v1\nsources: {ci: {schema: [gone.json]}}',
      '2:25: sources.ci.schema[0]: gone.json is not there',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {}}',
      '2:16: destinations.d.channel: missing; expected one of email, webhook',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {channel: email, to: [a@example.com], password: {env: TOKEN}}}',
      'destinations.d.password: goes with transport smtp only',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {channel: webhook, url: https://h.example.com, custom_header: {X-A: value}}}',
      'destinations.d.custom_header.X-A: a secret does not stand in a file',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {channel: webhook, url: https://h.example.com, custom_header: {X-A: {stored: true}}}}',
      'destinations.d.custom_header.X-A: nothing is stored of it',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {channel: webhook, url: {generate: true}}}',
      'destinations.d.url: cannot be drawn here',
    ],
    [
      'apiVersion: tocsin/v1\ndestinations: {d: {channel: webhook, url: "http://h.example.com"}}',
      'destinations.d.url: ',
    ],
    [
      'apiVersion: tocsin/v1\nroutes: {r: {to: [d], source: nobody, match: source=nobody}}',
      'routes.r.match[0]: no source is called "nobody"',
    ],
    [
      'apiVersion: tocsin/v1\nroutes: {default: {to: all, match: [a=b]}}',
      'routes.default.match: the default route takes what no other route takes',
    ],
  ])('%j: %s', async (text, problem) => {
    const { stderr, code } = await apply(text);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
  });

  it('never quotes what may be a secret', async () => {
    const { stderr, stdout } = await apply(`
apiVersion: tocsin/v1
sources: {a: {secret: hunter2hunter2hunter2}}
destinations:
  b: {channel: email, to: [a@example.com], transport: smtp, smtp_host: smtp.example.com, smtp_user: u, from: a@example.com, password: hunter2hunter2}
  c: {channel: webhook, url: {env: SHORT}, secret: {env: SHORT}, auth: bearer, custom_header: {X-A: [hunter2], "X B": {env: SHORT}}}
  d: {channel: webhook, url: "https://hooks.slack.com/services/T0/B0/hunter2", format: slack}
`);
    expect(stdout + stderr).not.toContain('hunter2');
    expect(stderr).toContain('destinations.d.url: is a credential');
  });

  it('of an item that is damaged in the table is that it has to go first', async () => {
    gateway = {
      ...gateway,
      config: {
        ...gateway.config,
        list: async () => ({
          readable: [],
          unreadable: [{ kind: 'source', id: 'src_1', name: 'ci', problem: 'auth is missing' } as never],
        }),
      },
    };
    const { stderr } = await apply('apiVersion: tocsin/v1\nsources:\n  ci: {}');
    expect(stderr).toContain(
      '3:3: sources.ci: is there and cannot be read: auth is missing; delete it first',
    );
    const { code, stderr: warning } = await run(['export'], { gateway });
    expect(warning).toContain('left out: source "ci" cannot be read: auth is missing');
    expect(code).toBe(1);
  });
});

describe('silences in a file', () => {
  const text = `
apiVersion: tocsin/v1
silences:
  load-test: {match: [env=dev, 'host=~"web.*"'], until: "2026-03-01T18:00:00.000Z", comment: load test}
  either: {match_set: [team=web, 'team=db,env!=prod'], start: "2026-03-02T00:00:00.000Z", until: "2026-03-03T00:00:00.000Z", comment: known, author: ana}
`;

  it('are made, adopted and ended, and one that is over is left alone', async () => {
    expect((await apply(text)).stdout).toContain('Applied: 2 added');
    expect((await apply(text, '--dry-run')).stdout).toBe('No changes.\n');
    const { silences } = await exported();
    expect(silences).toMatchObject({
      either: { match_set: ['team=web', 'team=db,env!=prod'], author: 'ana' },
      'load-test': { match: ['env=dev', 'host=~"web.*"'], comment: 'load test' },
    });
    expect((await apply(`apiVersion: tocsin/v1\nsilences: ${JSON.stringify(silences)}`)).stdout).toBe(
      'No changes.\n',
    );
    const { stdout } = await apply('apiVersion: tocsin/v1', '--prune');
    expect(stdout).toContain(
      '- silence load-test\n    until: 2026-03-01T18:00:00.000Z -> 2026-03-01T12:00:00.000Z',
    );
    expect(
      (await gateway.config.list('silence')).readable.every(({ endsAt }) => Date.parse(endsAt) <= NOW),
    ).toBe(true);
    const over = await apply(
      'apiVersion: tocsin/v1\nsilences: {old: {match: a=b, until: "2026-01-01T00:00:00Z", comment: x}}',
    );
    expect(`${over.code} ${over.stdout} ${over.stderr}`).toBe(
      '0 No changes.\n Silence "old" is over since 2026-01-01T00:00:00Z.\n',
    );
  });

  it.each([
    [
      '{until: "2026-03-01T18:00:00Z", comment: x}',
      'silences.s: missing; expected what to silence'.slice(0, 10),
    ],
    ['{match: a=b, comment: x}', 'until'],
    ['{match: a=b, until: "2026-06-01T18:00:00Z", comment: x}', 'is more than 30 days after the start'],
    ['{match: "{}", until: "2026-03-01T18:00:00Z", comment: x}', 'if that is meant, say yes: true'],
    ['{match: "a=~[", until: "2026-03-01T18:00:00Z", comment: x}', 'silences.s.match'],
  ])('refuses %s', async (fields, problem) => {
    const { stderr, code } = await apply(`apiVersion: tocsin/v1\nsilences: {s: ${fields}}`);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
  });
});

describe('lookups in a file', () => {
  it('are made, adopted and pruned', async () => {
    const text = `
apiVersion: tocsin/v1
lookups:
  aws-accounts:
    entries:
      "111122223333": {name: prod, owner: ana@example.com}
  teams: {label: team, entries: {web: {owner: ben@example.com}}}
`;
    expect((await apply(text)).stdout).toContain('Applied: 2 added');
    expect((await apply(text, '--dry-run')).stdout).toBe('No changes.\n');
    expect(await exported()).toMatchObject({
      lookups: {
        'aws-accounts': { entries: { '111122223333': { account_name: 'prod', owner: 'ana@example.com' } } },
        teams: { label: 'team', entries: { web: { owner: 'ben@example.com' } } },
      },
    });
    expect((await apply('apiVersion: tocsin/v1', '--prune')).stdout).toContain('2 deleted');
    expect((await gateway.config.list('lookup')).readable).toEqual([]);
  });

  it.each([
    ['{entries: {a: {b: c}}}', 'lookups.t.label: missing'],
    ['{label: team}', 'lookups.t.entries: missing'],
    ['{label: team, entries: {a: b}}', 'lookups.t.entries.a: "b" is no map of labels'],
    ['{label: team, entries: {a: {b: 1}}}', 'lookups.t.entries.a.b: "1" is no text'],
    ['{label: team, entries: {a: {}}}', 'lookups.t.entries.a: no label'],
    ['{label: "1 x", entries: {a: {b: c}}}', 'lookups.t.label: "1 x" is no name of a label'],
    ['{label: team, entries: {111122223333: {b: c}}}', 'a name that is no text; put it in quotes'],
    ['{label: team, entry: {}}', 'lookups.t.entry: unknown field; known: label, entries'],
  ])('refuses %s', async (fields, problem) => {
    const { stderr, code } = await apply(`apiVersion: tocsin/v1\nlookups: {t: ${fields}}`);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
  });
});

describe('time intervals in a file', () => {
  const FILE = `
apiVersion: tocsin/v1
time_intervals:
  office-hours: {times: "mon-fri 08:00-18:00 Europe/Berlin"}
destinations:
  chat: {channel: webhook, url: "https://siem.example.com/x"}
routes:
  chat: {to: [chat], active: [office-hours], outside: drop}
`;

  it('are made before the routes that name them, adopted, and pruned after them', async () => {
    expect((await apply(FILE)).stdout).toContain('Applied: 3 added');
    expect((await apply(FILE, '--dry-run')).stdout).toBe('No changes.\n');
    const [interval] = (await gateway.config.list('interval')).readable;
    expect((await gateway.config.list('route')).readable).toMatchObject([
      { activeIntervalIds: [interval?.id], outside: 'drop' },
    ]);
    expect(await exported()).toMatchObject({
      time_intervals: { 'office-hours': { times: 'mon-fri 08:00-18:00 Europe/Berlin' } },
      routes: { chat: { active: ['office-hours'], outside: 'drop' } },
    });
    expect((await apply('apiVersion: tocsin/v1', '--prune')).stdout).toContain('3 deleted');
    expect((await gateway.config.list('interval')).readable).toEqual([]);
  });

  it('are read by their former name too, with their places', async () => {
    const former = FILE.replace('time_intervals:', 'intervals:');
    expect((await apply(FILE)).code).toBe(0);
    expect((await apply(former, '--dry-run')).stdout).toBe('No changes.\n');
    expect((await apply(former.replace('mon-fri', 'mon-fry'))).stderr).toContain(
      'tocsin.yml:4:25: time_intervals.office-hours.times: "mon-fry"',
    );
  });

  it('cannot be pruned while a route of the files names them', async () => {
    await apply(FILE);
    const without = FILE.replace(/time_intervals:\n.*\n/u, '');
    const { stderr, code } = await apply(without, '--prune');
    expect(stderr).toContain('interval "office-hours" is to be deleted');
    expect(code).toBe(1);
  });

  it.each([
    ['time_intervals: {n: {}}', 'time_intervals.n.times: missing'],
    ['time_intervals: {n: {times: mon-fry}}', 'time_intervals.n.times: "mon-fry"'],
    [
      'time_intervals: {n: {time: mon}}',
      'time_intervals.n.time: unknown field; did you mean times? known: times',
    ],
    ['routes: {r: {to: [chat], active: [nights]}}', 'routes.r.active[0]: no interval is called "nights"'],
  ])('refuses %s', async (fields, problem) => {
    const { stderr, code } = await apply(`apiVersion: tocsin/v1\n${fields}`);
    expect(stderr).toContain(problem);
    expect(code).toBe(1);
  });
});

describe('what a plan changes for those who are told', () => {
  const alert = (id: string, severity: Severity) =>
    aRoutedAlert({ id, severity, received_at: new Date(NOW - 3_600_000).toISOString() });
  const FILE = `
apiVersion: tocsin/v1
destinations:
  siem: {channel: webhook, url: https://siem.example.com/in}
  oncall: {channel: email, to: ops@example.com}
routes:
  urgent: {to: [oncall], match: [severity>=high]}
  default: {to: none}
`;

  beforeEach(() => {
    for (const one of [alert('1', 'high'), alert('2', 'high'), alert('3', 'low')]) {
      gateway.kept.alerts.set(one.alert.id, one);
    }
  });

  it('is counted over the last 24 hours, for the whole of the files', async () => {
    await given([
      'destination',
      'create',
      'webhook',
      '--name',
      'siem',
      '--url',
      'https://siem.example.com/in',
    ]);
    const { stdout, stderr } = await apply(FILE, '--dry-run');
    expect(stderr).toBe('');
    expect(stdout).toContain(
      [
        'Of 3 alerts in the last 24 hours: siem: 3 -> 0; oncall: 0 -> 2; nobody: 0 -> 1',
        '  siem no longer told: one high 2, one low 1',
        '  oncall newly told: one high 2',
        'More alerts than before reach nobody.',
      ].join('\n'),
    );
    const { effect } = (await apply(FILE, '--dry-run', '--json')).json() as { effect: object };
    expect(effect).toMatchObject({
      alerts_24h: 3,
      destinations: [
        {
          name: 'siem',
          before: 3,
          after: 0,
          no_longer_told: [{ severity: 'high', alerts: 2 }, { alerts: 1 }],
        },
        { name: 'oncall', before: 0, after: 2, newly_told: [{ source: 'one', severity: 'high', alerts: 2 }] },
      ],
      nobody: { before: 0, after: 1 },
    });
    const applied = await apply(FILE);
    expect(applied.stdout).toContain('oncall: 0 -> 2');
    expect((await apply(FILE, '--dry-run')).stdout).toBe('No changes.\n');
  });

  it('is what the router then does, also of what is pruned, disabled or out of its hours', async () => {
    await apply(FILE);
    const next = `
apiVersion: tocsin/v1
intervals: {never: {times: 'mon 00:00-00:01 UTC'}}
destinations: {siem: {channel: webhook, url: https://siem.example.com/in, enabled: true}}
`;
    const { stdout } = await apply(next, '--prune', '--dry-run');
    expect(stdout).toContain('siem: 0 -> 3; oncall: 2 -> 0; nobody: 1 -> 0');
    await apply(next, '--prune');
    expect((await apply(FILE, '--dry-run')).stdout).toContain('siem: 3 -> 0; oncall: 0 -> 2; nobody: 0 -> 1');
    const off = next.replace('enabled: true', 'enabled: false');
    expect((await apply(off, '--dry-run')).stdout).toContain('siem: 3 -> 0; nobody: 0 -> 3');
    const closed = `${next}routes: {all: {to: [siem], active: [never], outside: drop}}`;
    expect((await apply(closed, '--dry-run')).stdout).toContain('siem: 3 -> 0; nobody: 0 -> 3');
  });

  it('is not counted where nothing of it changes', async () => {
    await apply(FILE);
    const more = `${FILE}sources: {ci: {format: github, secret: {env: TOKEN}}}\n`;
    const { stdout } = await apply(more, '--dry-run');
    expect(stdout).toContain('+ source ci');
    expect(stdout).not.toContain('24 hours');
    expect((await apply(more, '--dry-run', '--json')).json()).not.toHaveProperty('effect');
  });
});
