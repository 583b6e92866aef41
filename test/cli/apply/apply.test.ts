import { describe, expect, it } from 'vitest';
import { memoryGateway, type MemoryGateway } from '../memory-gateway.ts';
import { NOW, run } from '../run.ts';
import { ENV, filesApplied } from './files-applied.ts';

const SLACK = 'https://hooks.slack.com/services/T0/B0/secret';
const world = filesApplied();
const { apply, exported, file, given } = world;

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
    expect((await world.gateway.config.list('source')).readable).toEqual([]);

    const done = await apply(WHOLE);
    expect(done.code).toBe(0);
    expect(done.stdout).toContain('Applied: 6 added, 1 changed, 0 deleted.');
    const [ci] = (await world.gateway.config.list('source')).readable;
    const { value } = await world.gateway.secrets.readSource(ci?.id ?? '');
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
    const { code, stdout } = await run(['apply', json, yaml, '--json'], { gateway: world.gateway });
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
    const own = structuredClone(world.gateway.kept.secrets);
    const ids = async () => {
      const [sources, destinations] = [
        await world.gateway.config.list('source'),
        await world.gateway.config.list('destination'),
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
    expect(world.gateway.kept.secrets).toEqual(own);
  });

  it('lets the secret before a dictated one work on for a day, and then knows it', async () => {
    await given(['source', 'create', '--name', 'ci']);
    const [ci] = (await world.gateway.config.list('source')).readable;
    const { value: old } = await world.gateway.secrets.readSource(ci?.id ?? '');
    const text = 'apiVersion: tocsin/v1\nsources: {ci: {secret: {env: TOKEN}}}';
    const { stdout } = await apply(text);
    expect(stdout).toContain('secret: stored -> from variable TOKEN');
    const { value } = await world.gateway.secrets.readSource(ci?.id ?? '');
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
    const [hook] = (await world.gateway.config.list('destination')).readable;
    if (hook === undefined) throw new Error('expected a destination');
    await world.gateway.config.update('destination', hook, {
      ...hook,
      isEnabled: false,
      pausedBecause: 'receiver-gone',
    });
    const text =
      'apiVersion: tocsin/v1\ndestinations: {hook: {channel: webhook, url: https://hooks.example.com/in}}';
    expect((await apply(text, '--prune')).stdout).toBe('No changes.\n');
    const { stdout } = await apply(text.replace('}}', ', min_severity: high}}'));
    expect(stdout).toContain('min_severity: (none) -> high');
    expect((await world.gateway.config.list('destination')).readable[0]).toMatchObject({
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
    expect([...world.gateway.kept.secrets.keys()]).toHaveLength(2);
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
    world.gateway = refusing();
    const ran = await apply(text);
    const [a] = (await world.gateway.config.list('source')).readable;
    const { value } = await world.gateway.secrets.readSource(a?.id ?? '');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(value.current);
    expect(ran.stderr).toContain('source "b": a source is called "b" already');
    expect(ran.stderr).toContain('1 of 2 changes were made; run it again to make the rest');
    world.gateway = refusing();
    const json = JSON.parse((await apply(text, '--json')).stdout) as { secrets: unknown[] };
    expect(json).toMatchObject({ applied: 1, error: { code: 'name-taken' } });
    expect(json.secrets).toHaveLength(2);
  });

  it('refuses --detailed-exitcode without --dry-run, and a file that is not there', async () => {
    expect((await run(['apply', 'x.yml', '--detailed-exitcode'], { gateway: world.gateway })).code).toBe(2);
    expect((await run(['apply', 'nowhere.yml'], { gateway: world.gateway })).code).toBe(1);
    expect((await run(['apply'], { gateway: world.gateway })).code).toBe(2);
  });
});
