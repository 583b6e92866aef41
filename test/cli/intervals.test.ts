import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Route } from '../../functions/core/model/config/route.ts';
import { aMailingList, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let gateway: ReturnType<typeof memoryGateway>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-intervals-'));
});
afterAll(async () => rm(folder, { recursive: true }));
beforeEach(async () => {
  gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'chat', format: 'slack' }));
  await gateway.config.create('destination', aMailingList({ id: 'dst_b', name: 'on-call' }));
  await gateway.config.create('source', aSource({ id: 'src_a', name: 'ci', format: 'generic' }));
});

const tocsin = async (...argv: string[]) => run(argv, { gateway, columns: 200 });
const OFFICE = ['interval', 'set', 'office-hours', 'mon-fri 08:00-18:00 Europe/Berlin'];
const intervals = () => [...gateway.kept.config.interval.values()] as Interval[];
const routes = () => [...gateway.kept.config.route.values()] as Route[];
const toChat = async (...more: string[]) =>
  tocsin('route', 'create', '--name', 'chat', '--to', 'chat', '--active', 'office-hours', ...more);

describe('interval', () => {
  it('is set, shown with how it stands, and set again under the same id', async () => {
    // A Sunday.
    const ran = await tocsin(...OFFICE);
    expect(ran.stdout).toContain('Created interval office-hours: mon-fri 08:00-18:00 Europe/Berlin');
    expect(ran.stdout).toContain('closed until 2026-03-02T07:00:00.000Z');
    expect(ran.stdout).not.toContain('held');
    const [{ id } = { id: '' }] = intervals();
    const dates = ['--dates', '2026-03-01:2026-03-08'];
    const changed = await tocsin('interval', 'set', 'office-hours', 'sun Europe/Berlin', ...dates);
    expect(changed.stdout).toContain('What is held is judged by it within a minute');
    expect(intervals()).toMatchObject([{ id, times: 'sun dates=2026-03-01:2026-03-08 Europe/Berlin' }]);
    expect((await tocsin('interval', 'list')).stdout).toMatch(
      /office-hours\s+sun .* open until 2026-03-01T23/u,
    );
    expect((await tocsin('interval', 'show', 'office-hours')).stdout).toMatch(/routes\s+none/u);
  });

  it.each([
    ['mon-fry 08:00-18:00', '"mon-fry" is no'],
    ['08:00-25:00 UTC', '"08:00-25:00"'],
    ['mon Europe/Berln', '"Europe/Berln" is not a time zone'],
    ['', 'is no time interval'],
  ])('refuses %j', async (times, problem) => {
    const ran = await tocsin('interval', 'set', 'x', times);
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(problem)]);
    expect(intervals()).toEqual([]);
  });

  it('cannot be deleted while a route names it, and the route is named', async () => {
    await tocsin(...OFFICE);
    await toChat();
    const refused = await tocsin('interval', 'delete', 'office-hours');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('is named by "chat"')]);
    expect((await tocsin('interval', 'list')).stdout).toMatch(/office-hours.* chat/u);
    await tocsin('route', 'update', 'chat', '--active', 'any');
    expect((await tocsin('interval', 'delete', 'office-hours')).code).toBe(0);
    expect(intervals()).toEqual([]);
  });
});

describe('a route with time intervals', () => {
  it('says so where it is shown, and keeps them under a change of something else', async () => {
    await tocsin(...OFFICE);
    await tocsin('interval', 'set', 'holidays', 'dates=2026-12-24:2026-12-26 Europe/Berlin');
    await toChat('--muted', 'holidays', '--outside', 'drop', '--hold-critical', 'on');
    const shown = (await tocsin('route', 'show', 'chat')).stdout;
    expect(shown).toMatch(/active\s+office-hours/u);
    expect(shown).toMatch(/muted\s+holidays/u);
    expect(shown).toMatch(/outside\s+dropped, critical alerts too/u);
    await tocsin('route', 'update', 'chat', '--min-severity', 'high');
    expect(routes()).toMatchObject([
      { outside: 'drop', holdsCritical: true, condition: { minSeverity: 'high' } },
    ]);
    expect(routes()[0]?.mutedIntervalIds).toHaveLength(1);
    await tocsin('route', 'update', 'chat', '--active', 'any', '--muted', 'any');
    for (const field of ['activeIntervalIds', 'mutedIntervalIds', 'outside', 'holdsCritical']) {
      expect(routes()[0]).not.toHaveProperty(field);
    }
  });

  it.each([
    [['--active', 'nights'], 'no interval is called "nights"'],
    [['--outside', 'drop'], 'means nothing without a time interval'],
    [['--hold-critical', 'on'], 'means nothing without a time interval'],
    [['--outside', 'keep'], 'expected one of hold, drop'],
  ])('refuses %j', async (more, problem) => {
    const ran = await tocsin('route', 'create', '--name', 'chat', '--to', 'chat', ...more);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toContain(problem);
    expect(routes()).toEqual([]);
  });

  it.each([
    ['2026-03-02T09:00:00Z', 'high', /chat: chosen, a route matched \(chat\)/u],
    ['2026-03-01T09:00:00Z', 'high', /chat: held until 2026-03-02T07:00:00.000Z, outside of office-hours/u],
    ['2026-03-01T09:00:00Z', 'critical', /chat: chosen, a route matched \(chat\)/u],
  ])('is explained: at %s, %s', async (at, severity, words) => {
    await tocsin(...OFFICE);
    await toChat();
    const file = join(folder, 'alert.json');
    await writeFile(file, JSON.stringify({ type: 'x', title: 'Disk full', severity }));
    const ran = await tocsin('route', 'explain', file, '--source', 'ci', '--at', at, '--expect', 'chat');
    expect(ran.stdout).toMatch(words);
    expect(ran.code).toBe(0);
  });

  it('that drops tells nobody of it', async () => {
    await tocsin(...OFFICE);
    await toChat('--outside', 'drop');
    const file = join(folder, 'alert.json');
    await writeFile(file, JSON.stringify({ type: 'x', title: 'Disk full', severity: 'high' }));
    const explain = ['route', 'explain', file, '--source', 'ci', '--at', '2026-03-01T09:00:00Z'];
    const ran = await tocsin(...explain, '--expect', 'none');
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringContaining('chat: dropped, outside of office-hours'),
    ]);
  });
});

describe('the default route', () => {
  const byDefault = async (...more: string[]) => tocsin('route', 'update', 'default', ...more);
  beforeEach(async () => void (await tocsin(...OFFICE)));

  it('takes intervals, keeps whom it tells, and loses them again', async () => {
    await byDefault('--active', 'office-hours', '--hold-critical', 'on');
    expect(routes()).toMatchObject([{ id: 'rte_default', destinationIds: ['all'], holdsCritical: true }]);
    expect((await tocsin('route', 'show', 'default')).stdout).toMatch(
      /to +every enabled destination\nactive +office-hours\noutside +held until they open, critical alerts too/u,
    );
    expect((await tocsin('route', 'list')).stdout).toMatch(
      /default +no other route matches; in office-hours +every enabled/u,
    );
    await byDefault('--to', 'chat');
    const [{ id } = { id: '' }] = intervals();
    expect(routes()).toMatchObject([{ destinationIds: ['dst_a'], activeIntervalIds: [id] }]);
    expect((await tocsin('interval', 'delete', 'office-hours')).stderr).toContain('named by "default"');
    await byDefault('--to', 'all');
    expect(routes()).toMatchObject([{ destinationIds: ['all'], activeIntervalIds: [id] }]);
    await byDefault('--active', 'any');
    expect(routes()).toEqual([]);
  });

  it('has no hours where it leads to nobody', async () => {
    await byDefault('--active', 'office-hours');
    await byDefault('--to', 'none');
    expect(routes().map(({ activeIntervalIds }) => activeIntervalIds)).toEqual([undefined]);
    const refused = await byDefault('--active', 'office-hours');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('tells nobody')]);
    expect(routes()).toMatchObject([{ destinationIds: [] }]);
  });

  it.each([
    [['--outside', 'drop'], 'means nothing without a time interval'],
    [['--active', 'nope'], 'nope'],
    [['--match', 'a=b', '--active', 'office-hours'], 'has only --to'],
  ])('refuses %j', async (argv, problem) => {
    expect((await byDefault(...argv)).stderr).toContain(problem);
    expect(routes()).toEqual([]);
  });

  it('with intervals is exported, and applied again changes nothing', async () => {
    await byDefault('--active', 'office-hours', '--outside', 'drop');
    // The chat's URL is not in the memory of this test.
    const [routesAlone = ''] = /^routes:\n(?: .*\n)*/mu.exec((await tocsin('export')).stdout) ?? [];
    const stdout = `apiVersion: tocsin/v1\n${routesAlone}`;
    expect(stdout).toMatch(/default:\n +to: all\n +active:\n +- office-hours\n +outside: drop\n/u);
    const file = join(folder, 'default.yml');
    await writeFile(file, stdout);
    expect((await tocsin('apply', file)).stdout).toBe('No changes.\n');
    await writeFile(file, stdout.replace('to: all', 'to: [chat]').replace('outside: drop', 'outside: hold'));
    expect((await tocsin('apply', file)).stdout).toContain('outside: drop -> hold');
    expect(routes()).toMatchObject([{ destinationIds: ['dst_a'], outside: 'hold' }]);
    await writeFile(file, 'apiVersion: tocsin/v1\nroutes: {default: {to: all}}');
    expect((await tocsin('apply', file)).stdout).toContain('active: [office-hours] -> (none)');
    expect(routes()).toEqual([]);
  });

  it.each([
    ['{to: none, active: [office-hours]}', 'routes.default.active: means nothing where'],
    ['{to: all, active: [nope]}', 'routes.default.active[0]: no interval is called "nope"'],
    ['{to: all, outside: drop}', 'routes.default.outside: means nothing without a time interval'],
    ['{active: [office-hours]}', 'expected all, none or a list of destinations'],
  ])('applied as %s is refused', async (item, problem) => {
    const file = join(folder, 'wrong.yml');
    await writeFile(file, `apiVersion: tocsin/v1\nroutes: {default: ${item}}`);
    const ran = await tocsin('apply', file);
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining(problem)]);
    expect(routes()).toEqual([]);
  });
});
