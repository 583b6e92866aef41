import { describe, expect, it } from 'vitest';
import { NOW } from '../run.ts';
import { filesApplied } from './files-applied.ts';

const world = filesApplied();
const { apply, exported } = world;

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
      (await world.gateway.config.list('silence')).readable.every(({ endsAt }) => Date.parse(endsAt) <= NOW),
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
    expect((await world.gateway.config.list('lookup')).readable).toEqual([]);
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
    const [interval] = (await world.gateway.config.list('interval')).readable;
    expect((await world.gateway.config.list('route')).readable).toMatchObject([
      { activeIntervalIds: [interval?.id], outside: 'drop' },
    ]);
    expect(await exported()).toMatchObject({
      time_intervals: { 'office-hours': { times: 'mon-fri 08:00-18:00 Europe/Berlin' } },
      routes: { chat: { active: ['office-hours'], outside: 'drop' } },
    });
    expect((await apply('apiVersion: tocsin/v1', '--prune')).stdout).toContain('3 deleted');
    expect((await world.gateway.config.list('interval')).readable).toEqual([]);
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
