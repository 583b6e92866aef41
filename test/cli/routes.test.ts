import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Route } from '../../functions/core/model/config/route.ts';
import { aMailingList, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { anAlert, aRoutedAlert } from './records.ts';
import { run } from './run.ts';

let gateway: ReturnType<typeof memoryGateway>;

beforeEach(async () => {
  gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem' }));
  await gateway.config.create('destination', aMailingList({ id: 'dst_b', name: 'on-call' }));
  await gateway.config.create('source', aSource({ id: 'src_ci', name: 'ci', format: 'github' }));
  const alerts = [
    { severity: 'critical', source: { id: 'src_ci', name: 'ci', format: 'github' } },
    { severity: 'critical', source: { id: 'src_f', name: 'falco', format: 'falco' } },
    { severity: 'low', labels: { env: 'dev' } },
  ] as const;
  for (const [at, given] of alerts.entries()) {
    gateway.kept.alerts.set(`a${at}`, aRoutedAlert(anAlert({ id: `a${at}`, ...given })));
  }
});

const tocsin = async (...argv: string[]) => run(argv, { gateway, columns: 160 });
const stored = () => [...gateway.kept.config.route.values()] as Route[];

describe('a route', () => {
  it('asks with matchers, stored as they are printed, beside its shorthands', async () => {
    const ran = await tocsin(
      'route',
      'create',
      '--name',
      'x',
      '--to',
      'siem',
      '--min-severity',
      'high',
      '--match',
      '{env != "dev", team=~"a|b"}',
      '--match',
      'source=ci',
      '--json',
    );
    expect(ran.json()).toMatchObject({
      condition: { min_severity: 'high', match: ['env!=dev', 'team=~"a|b"', 'source=ci'] },
      is_enabled: true,
    });
    expect((await tocsin('route', 'show', 'x')).stdout).toMatch(/severity>=high\s+env!=dev\s+team=~"a\|b"/);
  });

  it('is shown with the names of its sources', async () => {
    await tocsin('route', 'create', '--name', 'x', '--to', 'siem', '--source', 'ci');
    expect((await tocsin('route', 'show', 'x')).stdout).toMatch(/when\s+source=ci\n/u);
    expect((await tocsin('route', 'show', 'x', '--json')).json()).toMatchObject({
      matchers: ['source=src_ci'],
    });
  });

  it.each<[string[], number, string]>([
    [['--name', 'default', '--to', 'siem'], 1, 'tocsin route update default --to siem'],
    [['--name', 'Default', '--to', 'siem'], 2, '"Default" looks like the route "default"'],
    [['--name', 'x', '--to', 'none'], 2, 'only the route "default" leads to none'],
    [['--name', 'x', '--to', 'all'], 2, 'only the route "default" leads to all'],
    [['--name', 'taken', '--to', 'siem', '--dry-run'], 1, '"taken"'],
  ])('is refused by its name or its destinations: %j', async (argv, code, problem) => {
    await tocsin('route', 'create', '--name', 'taken', '--to', 'siem');
    const ran = await tocsin('route', 'create', ...argv);
    expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(problem)]);
    expect(stored().map(({ name }) => name)).toEqual(['taken']);
  });

  it.each([
    [
      '--label',
      'env!=dev',
      '"env!=dev" is a matcher and no label; expected name=value, or --match \'env!=dev\'',
    ],
    ['--label', 'team=~"a|b"', `or --match 'team=~"a|b"'`],
    ['--match', 'github', '"github" is no matcher; expected name=value'],
    ['--match', 'team=~"("', '"(" of "team" is no regular expression of RE2: missing closing ): `(`;'],
    ['--match', 'severity>=urgent', 'severity "urgent" is not known'],
    ['--match', '{}', 'matches everything; leave it out'],
  ])('is refused with the right form: %s %s', async (flag, text, problem) => {
    const ran = await tocsin('route', 'create', '--name', 'x', '--to', 'siem', flag, text);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(problem);
    expect(stored()).toEqual([]);
  });

  it('names every problem at once', async () => {
    const ran = await tocsin(
      'route',
      'create',
      '--name',
      'x',
      '--to',
      'siem',
      '--label',
      'a!=b',
      '--match',
      'c',
      '--match',
      'd<e',
    );
    expect(ran.stderr).toMatch(/a!=b[^]*"c" is no matcher[^]*"d" has no order/u);
  });

  it('asks for a source that exists', async () => {
    const ran = await tocsin('route', 'create', '--name', 'x', '--to', 'siem', '--match', 'source=cii');
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('cii');
    expect(stored()).toEqual([]);
  });

  it('says what it changes, counted over the last 24 hours, before it is made and when it is', async () => {
    const argv = [
      'route',
      'create',
      '--name',
      'x',
      '--to',
      'on-call',
      '--match',
      'format=github,severity=critical',
    ];
    const dry = await tocsin(...argv, '--dry-run');
    expect(dry.stdout).toBe(
      'Nothing was changed. Of 3 alerts in the last 24 hours: siem: 3 -> 2; nobody: 0 -> 0\n  siem no longer told: ci critical 1\n',
    );
    expect(stored()).toEqual([]);
    const made = await tocsin(...argv, '--json');
    expect(made.json()).toMatchObject({
      effect: {
        alerts_24h: 3,
        destinations: [
          { name: 'siem', before: 3, after: 2 },
          { name: 'on-call', before: 3, after: 3 },
        ],
        nobody: { before: 0, after: 0 },
      },
    });
  });

  it('is changed field by field, and `any` takes one away', async () => {
    await tocsin(
      'route',
      'create',
      '--name',
      'x',
      '--to',
      'siem',
      '--label',
      'env=dev',
      '--match',
      'team=a',
      '--type',
      't*',
    );
    const dry = await tocsin('route', 'update', 'x', '--label', 'any', '--dry-run', '--json');
    expect(dry.json()).toMatchObject({ dry_run: true, condition: { types: ['t*'], match: ['team=a'] } });
    expect(stored()[0]?.condition.labels).toEqual({ env: 'dev' });
    await tocsin('route', 'update', 'x', '--label', 'any', '--to', 'siem,on-call', '--name', 'y');
    await tocsin('route', 'update', 'y', '--match', 'env=""');
    await tocsin('route', 'update', 'y', '--type', 'any', '--min-severity', 'low');
    expect(stored()).toMatchObject([{ name: 'y', destinationIds: ['dst_a', 'dst_b'] }]);
    expect(stored()[0]?.condition).toEqual({ matchers: ['env=""'], minSeverity: 'low' });
    expect((await tocsin('route', 'update', 'y')).code).toBe(2);
  });

  it('that is disabled does not apply, and what only it matched goes by the default route', async () => {
    await tocsin('route', 'create', '--name', 'x', '--to', 'siem');
    const dry = await tocsin('route', 'disable', 'x', '--dry-run');
    expect(dry.stdout).toContain('on-call: 0 -> 3; nobody: 0 -> 0');
    expect(stored()[0]?.isEnabled).toBeUndefined();
    expect((await tocsin('route', 'disable', 'x')).stdout).toContain('Route x is disabled');
    expect((await tocsin('route', 'list')).stdout).toMatch(/x +disabled: always +siem/u);
    expect((await tocsin('route', 'enable', 'x', '--json')).json()).toMatchObject({ is_enabled: true });
  });

  it('that is deleted says what that changes', async () => {
    await tocsin('route', 'create', '--name', 'x', '--to', 'siem');
    expect((await tocsin('route', 'delete', 'x', '--yes')).stdout).toContain(
      'on-call: 0 -> 3; nobody: 0 -> 0',
    );
    expect(stored()).toEqual([]);
  });
});

describe('the default route', () => {
  it('is listed first, before and after it is pointed elsewhere', async () => {
    await tocsin('route', 'create', '--name', 'a', '--to', 'siem', '--match', 'env=dev');
    expect((await tocsin('route', 'list')).stdout).toMatch(
      /^NAME[^\n]*\ndefault +no other route matches +every enabled destination[^\n]*\na /u,
    );
    await tocsin('route', 'update', 'default', '--to', 'on-call');
    expect((await tocsin('route', 'list')).stdout).toMatch(
      /\ndefault +no other route matches +on-call[^\n]*\na /u,
    );
    expect((await tocsin('route', 'list', '--json')).json()).toMatchObject({
      routes: [
        { name: 'default', is_default: true, to: 'listed', destination_ids: ['dst_b'] },
        { name: 'a' },
      ],
    });
  });

  it('is pointed to some, to nobody by name, and to everybody again', async () => {
    expect((await tocsin('route', 'update', 'default', '--to', 'siem')).stdout).toContain(
      'on-call: 3 -> 0; nobody: 0 -> 0',
    );
    const none = await tocsin('route', 'update', 'default', '--to', 'none');
    expect(none.stdout).toContain(
      'nobody: 0 -> 3\n  siem no longer told: ci critical 1, falco critical 1, siem low 1\nMore alerts than before reach nobody.',
    );
    expect((await tocsin('route', 'show', 'default')).stdout).toMatch(/to +nobody/u);
    expect(stored()).toMatchObject([{ id: 'rte_default', destinationIds: [] }]);
    expect((await tocsin('route', 'update', 'rte_default', '--to', 'all', '--dry-run')).stdout).toContain(
      'nobody: 3 -> 0',
    );
    expect(stored()).toHaveLength(1);
    await tocsin('route', 'update', 'default', '--to', 'all');
    expect(stored()).toEqual([]);
    expect((await tocsin('route', 'show', 'default', '--json')).json()).toMatchObject({ to: 'all' });
  });

  it.each([
    [['route', 'create', '--name', 'default', '--to', 'siem'], 1, 'always exists'],
    [['route', 'delete', 'default', '--yes'], 1, 'cannot be deleted'],
    [['route', 'disable', 'default'], 1, 'always applies'],
    [['route', 'update', 'default', '--min-severity', 'high'], 2, 'has only --to'],
    [['route', 'update', 'default', '--to', 'nope'], 1, 'nope'],
    [['route', 'update', 'default', '--to', 'siem,none'], 1, 'none'],
  ])('refuses %j', async (argv, code, words) => {
    const ran = await tocsin(...argv);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(words);
    expect(stored()).toEqual([]);
  });
});

it('the commands of the page on who is told do what it says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
  const commands = page
    .split('\n')
    .filter((line) => line.startsWith('npx tocsin route ') && !line.includes(' explain '))
    // Those of intervals and of the team of six are run with all that they need by test/docs/who-is-told.test.ts.
    .filter((line) => !/ (?:team|costs|archive) |--to on-call,leads/u.test(line))
    .map((line) => (line.match(/'[^']*'|\S+/gu) ?? []).slice(2).map((word) => word.replaceAll("'", '')));
  expect(commands.length).toBeGreaterThan(4);
  for (const command of commands) {
    const ran = await tocsin(...command);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain('Of 3 alerts in the last 24 hours');
  }
});
