import { describe, expect, it } from 'vitest';
import { run } from '../run.ts';
import { filesApplied } from './files-applied.ts';

const world = filesApplied();
const { apply } = world;

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
    expect((await world.gateway.config.list('source')).readable).toEqual([]);
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
    world.gateway = {
      ...world.gateway,
      config: {
        ...world.gateway.config,
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
    const { code, stderr: warning } = await run(['export'], { gateway: world.gateway });
    expect(warning).toContain('left out: source "ci" cannot be read: auth is missing');
    expect(code).toBe(1);
  });
});
