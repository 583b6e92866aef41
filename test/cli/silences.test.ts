import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import { memoryGateway } from './memory-gateway.ts';
import { anAlert, aRoutedAlert } from './records.ts';
import { run } from './run.ts';

let gateway: ReturnType<typeof memoryGateway>;
beforeEach(() => {
  gateway = memoryGateway();
});

const tocsin = async (...argv: string[]) => run(['silence', ...argv], { gateway, columns: 160 });
const stored = () => [...gateway.kept.config.silence.values()] as Silence[];
const WHY = ['--comment', 'load test'];

describe('silence create', () => {
  it('keeps what, until when, why, and who the caller is', async () => {
    const ran = await tocsin(
      'create',
      '--match',
      'env=dev',
      '--match',
      'team=~"a|b"',
      '--match-set',
      'env=test',
      '--for',
      '2h',
      ...WHY,
      '--json',
    );
    expect(ran.json()).toMatchObject({
      state: 'active',
      match: ['env=dev,team=~"a|b"', 'env=test'],
      comment: 'load test',
      author: 'arn:aws:iam::000000000000:user/ana',
    });
    const [silence] = stored();
    expect(Date.parse(silence?.endsAt ?? '') - Date.parse(silence?.startsAt ?? '')).toBe(7_200_000);
  });

  it('says how much of the last day it would have covered: not critical alerts, nor ends', async () => {
    const dev = { labels: { env: 'dev' } };
    const alerts = [
      dev,
      { ...dev, severity: 'critical' },
      { ...dev, status: 'resolved' },
      { labels: {} },
    ] as const;
    for (const [at, given] of alerts.entries()) {
      gateway.kept.alerts.set(`a${at}`, aRoutedAlert(anAlert({ id: `a${at}`, ...given })));
    }
    const argv = ['create', '--match', 'env=dev', '--for', '2h', ...WHY];
    const said = 'Of 3 alerts in the last 24 hours it would have covered 1.';
    expect((await tocsin(...argv, '--dry-run')).stdout).toContain(said);
    expect((await tocsin(...argv)).stdout).toContain(said);
    const id = stored()[0]?.id ?? '';
    expect((await tocsin('update', id, '--match', 'env=nobody')).stdout).toContain('covered 0.');
    expect((await tocsin('update', id, '--for', '1h', '--json')).json()).toMatchObject({
      alerts_24h: 3,
      covered_24h: 0,
    });
  });

  it('says what it would cover in a dry run, and keeps nothing', async () => {
    const argv = [
      'create',
      '--match',
      'env=dev',
      '--match-set',
      'env=test',
      '--for',
      '2h',
      ...WHY,
      '--dry-run',
    ];
    const ran = await tocsin(...argv);
    expect(ran.stdout).toMatch(
      /^Would silence env=dev or env=test from 2026-03-01T12:00:00.000Z until .*14:00/,
    );
    expect((await tocsin(...argv, '--json')).json()).toMatchObject({
      dry_run: true,
      match: ['env=dev', 'env=test'],
    });
    expect(stored()).toEqual([]);
  });

  it.each([
    [['--for', '2h', ...WHY], 'missing; expected what to silence'],
    [['--match', 'env=dev', '--for', '2h'], '--comment: missing; expected why'],
    [['--match', 'env=dev', ...WHY], '--for or --until is missing'],
    [['--match', 'env=dev', '--for', '31d', ...WHY], '--for: "31d" is no duration between 1m and 30d'],
    [['--match', 'env=dev', '--for', '1h', '--until', '2026-01-16', ...WHY], 'exclude each other'],
    [['--match', 'env=dev', '--until', '2099-01-01', ...WHY], 'more than 30 days after the start'],
    [['--match', 'env=dev', '--until', '2020-01-01', '--start', '2019-12-31', ...WHY], 'is over already'],
    [['--match', 'env=dev', '--until', '2020-01-01', ...WHY], 'is not after the start'],
    [['--match', 'env=dev', '--until', 'tomorrow', ...WHY], '"tomorrow" is no time'],
    [['--match', 'dev', '--for', '1h', ...WHY], '"dev" is no matcher; expected name=value'],
    [['--match', 'env=dev', '--until', '2026-03-01T18:00:00', ...WHY], 'is no time with a time zone'],
    [['--match', 'env=dev', '--until', '2026-02-31', ...WHY], '"2026-02-31" is no time'],
    [['--match-set', 'a=~"("', '--for', '1h', ...WHY], '--match-set: "(" of "a" is no regular expression'],
    [['--match', 'b=c', '--match-set', 'a=~"("', '--for', '1h', ...WHY], '--match-set: "("'],
    [['--match', 'a=~"("', '--match-set', 'b=c', '--for', '1h', ...WHY], '--match: "("'],
    [['--match', '{}', '--for', '1h', ...WHY], 'add --yes'],
  ])('is refused, with the flag: %j', async (argv, problem) => {
    const ran = await tocsin('create', ...argv);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(stored()).toEqual([]);
  });

  it('of everything needs --yes and says what it leaves alone', async () => {
    const ran = await tocsin('create', '--match', '{}', '--for', '1h', ...WHY, '--yes');
    expect(ran.stdout).toContain('Critical alerts pass');
    expect(stored()).toMatchObject([{ matcherSets: [[]] }]);
  });
});

describe('a silence', () => {
  const id = () => stored()[0]?.id ?? '';

  it('is listed by author and comment, shown, changed and ended', async () => {
    await tocsin('create', '--match', 'env=dev', '--for', '2h', ...WHY);
    await tocsin('create', '--match', 'env=x', '--for', '1h', '--comment', 'other', '--author', 'bob');
    expect((await tocsin('list', '--author', 'ana')).stdout).toMatch(/env=dev/u);
    expect((await tocsin('list', '--author', 'ana')).stdout).not.toContain('env=x');
    expect((await tocsin('list', '--comment', 'OTHER', '--json')).json()).toMatchObject({
      silences: [{ author: 'bob' }],
    });
    expect((await tocsin('show', id())).stdout).toMatch(/covers\s+env=dev[^]*load test/u);
    await tocsin('update', id(), '--for', '4h');
    expect(stored()[0]).toMatchObject({
      comment: 'load test',
      author: expect.stringContaining('ana') as string,
    });
    expect((await tocsin('expire', id())).stdout).toContain('Ended silence');
    expect((await tocsin('list', '--author', 'ana')).stdout).toContain('Nothing is silenced');
    expect((await tocsin('list', '--author', 'ana', '--all', '--json')).json()).toMatchObject({
      silences: [{ state: 'ended' }],
    });
    expect((await tocsin('expire', id())).stderr).toContain('already');
    expect((await tocsin('update', id(), '--for', '1h')).stderr).toContain('create another one');
  });

  it('that cannot be read is named by the list, with the command that deletes it', async () => {
    await tocsin('create', '--match', 'env=dev', '--for', '2h', ...WHY);
    const unreadable = { kind: 'silence' as const, id: id(), problem: 'schema_version is 9' };
    const broken = {
      ...gateway,
      config: {
        ...gateway.config,
        list: async () => ({ readable: [], unreadable: [unreadable] }),
      } as unknown as typeof gateway.config,
    };
    const ran = await run(['silence', 'list'], { gateway: broken, columns: 160 });
    expect(ran.stderr).toContain(`silence expire ${id()}`);
    expect((await run(['silence', 'expire', id()], { gateway: broken })).stdout).toContain(
      'could not be read',
    );
    expect(stored()).toEqual([]);
  });

  it('that nobody knows is said', async () => {
    expect((await tocsin('show', 'sil_x')).stderr).toContain('no silence is called "sil_x"');
  });
});

it('the commands of the page on who is told do what it says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
  const commands = page
    .split('\n')
    .filter((line) => line.startsWith('npx tocsin silence '))
    .map((line) => (line.match(/'[^']*'|\S+/gu) ?? []).slice(3).map((word) => word.replaceAll("'", '')));
  expect(commands.length).toBeGreaterThan(2);
  for (const command of commands) expect(await tocsin(...command)).toMatchObject({ code: 0, stderr: '' });
});
