import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aMailingList, aRoute, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let folder: string;
let gateway: ReturnType<typeof memoryGateway>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-routes-'));
});
afterAll(async () => rm(folder, { recursive: true }));

beforeEach(async () => {
  gateway = memoryGateway();
  await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem' }));
  await gateway.config.create('destination', aMailingList({ id: 'dst_b', name: 'on-call' }));
  await gateway.config.create('source', aSource({ id: 'src_a', name: 'alerts', format: 'alertmanager' }));
  await gateway.config.create(
    'source',
    aSource({ id: 'src_w', name: 'waf', auth: { type: 'sns', topics: ['x'] } }),
  );
  const condition = { matchers: ['team=~"db|web"', 'severity>=high'] };
  await gateway.config.create(
    'route',
    aRoute({ id: 'rte_1', name: 'urgent', destinationIds: ['dst_b'], condition }),
  );
  await gateway.config.create(
    'route',
    aRoute({ id: 'rte_default', name: 'default', destinationIds: ['dst_a'] }),
  );
});

/** As Alertmanager posts it (https://prometheus.io/docs/alerting/latest/configuration/#webhook_config). */
const payload = (labels: object) =>
  JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    status: 'firing',
    receiver: 'tocsin',
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts: [
      {
        status: 'firing',
        labels: { alertname: 'DiskFull', ...labels },
        annotations: {},
        startsAt: '2026-03-01T11:00:00Z',
        endsAt: '0001-01-01T00:00:00Z',
        generatorURL: '',
        fingerprint: 'f',
      },
    ],
  });

describe('route explain', () => {
  it("reads a vendor's payload with the format of its source, and tells each destination why", async () => {
    const argv = ['route', 'explain', '-', '--source', 'alerts'];
    const urgent = await run(argv, { gateway, stdin: payload({ team: 'db', severity: 'critical' }) });
    expect(urgent.code).toBe(0);
    expect(urgent.stdout).toMatch(/^critical .* from alerts: DiskFull/u);
    expect(urgent.stdout).toContain('  siem: not chosen, no route to it matched\n');
    expect(urgent.stdout).toContain('  on-call: chosen, a route matched (urgent)');
    const other = await run(argv, { gateway, stdin: payload({ team: 'ops', severity: 'critical' }) });
    expect(other.stdout).toContain(
      'siem: chosen, no route matched, so it goes by the default route (default)',
    );
    expect(gateway.kept.alerts.size).toBe(0);
  });

  it.each([
    ['on-call', 0],
    ['on-call,siem', 1],
    ['none', 1],
  ])('holds what is told against --expect %s: exit %i', async (expected, code) => {
    const ran = await run(['route', 'explain', '-', '--source', 'alerts', '--expect', expected, '--json'], {
      gateway,
      stdin: payload({ team: 'db', severity: 'critical' }),
    });
    expect(ran.code).toBe(code);
    expect(ran.json()).toMatchObject({ told: ['on-call'], as_expected: code === 0 });
  });

  it('takes for granted who sent it, whatever the auth of the source', async () => {
    const ran = await run(['route', 'explain', '-', '--source', 'waf'], { gateway, stdin: '{"title":"x"}' });
    expect(ran.stdout).toContain('medium alert from waf: x');
  });

  it.each([
    [['--source', 'alerts'], '{', 1, 'source "alerts" would refuse this payload'],
    [['--source', 'nope'], '{}', 1, 'nope'],
    [[], '{}', 2, '--source is missing'],
    [['--source', 'alerts', '--at', 'soon'], '{}', 2, '--at "soon" is no time'],
  ])('refuses %j with %s: exit %i', async (options, stdin, code, words) => {
    const ran = await run(['route', 'explain', '-', ...options], { gateway, stdin });
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(words);
  });
});

describe('route test', () => {
  async function tested(text: string, ...options: string[]) {
    const file = join(folder, 'routes.test.yml');
    await writeFile(file, text);
    return run(['route', 'test', file, ...options], { gateway });
  }

  it('runs every case and fails when one is otherwise', async () => {
    await writeFile(join(folder, 'disk.json'), payload({ team: 'web', severity: 'critical' }));
    const ran = await tested(`
tests:
  - name: a full disk of the web team
    source: alerts
    file: disk.json
    expected: [on-call]
  - name: the same of nobody's team
    source: alerts
    labels: { team: ops }
    severity: critical
    expected: [siem]
  - name: a payload in place
    source: waf
    payload: { title: x, severity: low }
    expected: [on-call, siem]
  - name: an unknown source
    source: nope
    payload: {}
    expected: []
`);
    expect(ran.code).toBe(1);
    expect(ran.stdout.split('\n')).toEqual([
      'PASS a full disk of the web team',
      "PASS the same of nobody's team",
      'FAIL a payload in place: expected on-call, siem; told siem',
      expect.stringMatching(/^FAIL an unknown source: .*nope/u),
      '2 passed, 2 failed',
      '',
    ]);
  });

  it('matches the parts of an alert by the format of the source', async () => {
    await gateway.config.create(
      'route',
      aRoute({
        id: 'rte_2',
        name: 'f',
        destinationIds: ['dst_b'],
        condition: { matchers: ['format=alertmanager'] },
      }),
    );
    const ran = await tested(
      'tests: [{name: a, source: alerts, labels: {x: y}, expected: [on-call]}]',
      '--json',
    );
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      tests: [{ name: 'a', passed: true, told: ['on-call'] }],
      passed: 1,
      failed: 0,
    });
  });

  it('names every problem of the file with its line', async () => {
    const ran = await tested(`tests:
  - name: a
    source: alerts
    expected: [siem]
  - source: alerts
    payload: {}
    labels: {}
    expect: siem
`);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('line 2, tests[0]: expected one of payload, file, or labels');
    expect(ran.stderr).toContain('line 5, tests[1]: unknown field "expect"');
    expect(ran.stderr).toContain('line 5, tests[1]: name is missing');
    expect(ran.stderr).toContain('line 5, tests[1]: expected is missing');
  });

  it.each(['', 'tests: []', 'tests: {}', 'cases: []', 'tests: [', '- 1'])(
    'refuses the file %j',
    async (text) => {
      expect((await tested(text)).code).toBe(2);
    },
  );

  it('runs the example of the documentation', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/who-is-told.md'), 'utf8');
    const example = /```yaml\n(tests:[^]*?)```/u.exec(page)?.[1] ?? '';
    const ran = await tested(example);
    expect(ran.stdout).toMatch(/PASS .*\n[^]*0 failed/u);
  });
});
