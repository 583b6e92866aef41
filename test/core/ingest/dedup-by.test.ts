import { describe, expect, it } from 'vitest';
import { readDedupBy } from '../../../functions/core/config/parse-dedup-by.ts';
import type { Problem } from '../../../functions/core/config/problem.ts';
import { SOURCE_FORMATS, type Source } from '../../../functions/core/model/config/source.ts';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { aRequest, aSource, inMemoryPorts } from './a-request.ts';
import { alertOf, fixture } from './formats/read-payload.ts';

async function alertsOf(source: Partial<Source>, ...bodies: object[]) {
  const { ports, enqueued } = inMemoryPorts({ sources: [aSource(source)] });
  for (const body of bodies) await ingestAlerts(aRequest({ body }), ports);
  return enqueued.flatMap(({ alerts }) => alerts);
}
const keysOf = async (source: Partial<Source>, ...bodies: object[]) =>
  (await alertsOf(source, ...bodies)).map(({ dedup_key: key }) => key);

describe('--dedup-by', () => {
  const BY = { dedupBy: ['type', 'labels.account', 'resources.0.id'] };

  it('makes one finding of what has the same fields, whatever else differs', async () => {
    const one = (account: string, id: string, title: string) => ({
      title,
      type: 'bucket-open',
      labels: { account },
      resources: [{ type: 'bucket', id }],
    });
    const [a, again, other, elsewhere] = await keysOf(
      BY,
      one('1', 'b', 'first'),
      one('1', 'b', 'second'),
      one('1', 'c', 'third'),
      one('2', 'b', 'fourth'),
    );
    expect(a).toBe('["bucket-open","1","b"]');
    expect(again).toBe(a);
    expect(new Set([a, other, elsewhere]).size).toBe(3);
  });

  it('a field that an alert lacks is a value too, and the sender’s key stands in where it has none of them', async () => {
    expect(
      await keysOf(
        { dedupBy: ['labels.team', 'labels.account'] },
        { title: 'x', labels: { account: '1' }, dedup_key: 'theirs' },
        { title: 'x', dedup_key: 'theirs' },
      ),
    ).toEqual(['[null,"1"]', 'theirs']);
  });

  it('names of labels with dots stand in brackets, and the first of several paths that is there counts', async () => {
    const dedupBy = ['labels["k8s.io/app"] | labels.app'];
    const bodies = [
      { title: 'x', labels: { 'k8s.io/app': 'a' } },
      { title: 'y', labels: { app: 'a' } },
    ];
    expect(new Set(await keysOf({ dedupBy }, ...bodies)).size).toBe(1);
  });

  it('that is longer than a key may be becomes a hash', async () => {
    expect((await keysOf({ dedupBy: ['title'] }, { title: 'long '.repeat(100) }))[0]).toMatch(
      /^[0-9a-f]{64}$/,
    );
  });

  it.each(SOURCE_FORMATS)('serves the format %s', async (format) => {
    const mapping: NonNullable<Source['mapping']> = {
      fields: { title: 'title' },
      severityScale: 'words',
      resolvedWhen: [],
    };
    const body = {
      title: 'x',
      message: 'x',
      output: 'x',
      specversion: '1.0',
      id: '1',
      source: '/s',
      type: 't',
    };
    const alerts = await alertsOf(
      { format, dedupBy: ['type'], ...(format === 'mapping' && { mapping }) },
      body,
    );
    expect(alerts).toHaveLength(1);
    for (const alert of alerts) expect(alert.dedup_key).toBe(JSON.stringify([alert.type]));
  });

  it.each([
    [['status'], 'changes while a finding lasts'],
    [['severity'], 'changes while a finding lasts'],
    [['labels.a', 'event_time'], 'changes while a finding lasts'],
    [['host'], 'is not in an alert; expected a path that begins with one of type, title'],
    [['"constant"'], 'is not in an alert'],
    [['labels..a'], 'is no path'],
    [[''], 'is no path'],
    [Array.from({ length: 13 }, () => 'type'), 'expected at most 12'],
  ])('refuses %j', (fields, words) => {
    const problems: Problem[] = [];
    readDedupBy(fields, problems);
    expect(problems.map(({ message }) => message).join('\n')).toContain(words);
  });

  it('is taken away by the word none', () => {
    expect(readDedupBy(['none'], [])).toEqual([]);
  });
});

describe('what a person calls two findings has two keys', () => {
  it.each([['wazuh', '../field/37-wazuh-vulnerability-1.json', '../field/37b-wazuh-vulnerability-2.json']])(
    '%s: two CVEs on one host',
    (format, one, other) => {
      expect(alertOf(format, fixture(one)).dedup_key).not.toBe(alertOf(format, fixture(other)).dedup_key);
    },
  );

  it('snyk: two CVEs of one project', () => {
    const issue = (id: string) => ({
      issue: { id, issueData: { id, title: 't' } },
      snapshot: { project: { id: 'p', name: 'n' } },
    });
    const keys = ['SNYK-1', 'SNYK-2'].map((id) => alertOf('snyk', issue(id)).dedup_key);
    expect(new Set(keys).size).toBe(2);
  });

  it('generic: two titles of one type, without a key', async () => {
    const keys = await keysOf(
      {},
      { title: 'CVE-1 on web-1', type: 'cve' },
      { title: 'CVE-2 on web-1', type: 'cve' },
    );
    expect(new Set(keys).size).toBe(2);
  });
});

describe('what somebody has handled', () => {
  const finding = (workflow?: string) => ({
    Id: 'arn:aws:securityhub:eu-central-1:111122223333:finding/1',
    GeneratorId: 'g',
    Title: 'S3 bucket is public',
    Severity: { Label: 'HIGH' },
    ...(workflow !== undefined && { Workflow: { Status: workflow } }),
  });
  const read = async (source: Partial<Source>, workflow?: string) =>
    (await alertsOf({ format: 'security-hub', ...source }, finding(workflow)))[0];

  it.each([
    ['NEW', false, 'firing'],
    ['NOTIFIED', true, 'firing'],
    ['SUPPRESSED', true, 'dismissed'],
    ['RESOLVED', true, 'resolved'],
  ])('is marked: workflow %s', async (workflow, isHandled, status) => {
    expect(await read({}, workflow)).toMatchObject({ is_handled: isHandled, status });
    expect(await read({ tellsHandled: true }, workflow)).not.toHaveProperty('is_handled');
  });

  it('is not known of a finding without a workflow', async () => {
    expect(await read({})).not.toHaveProperty('is_handled');
  });

  const ocsf = async (source: Partial<Source>, state: object) =>
    (
      await alertsOf(
        { format: 'ocsf', ...source },
        { class_uid: 2004, activity_id: 2, severity_id: 4, finding_info: { uid: 'u', title: 't' }, ...state },
      )
    )[0];

  it.each([
    [{ status_id: 1 }, false, 'firing'],
    [{ status_id: 2 }, true, 'firing'],
    [{ status_id: 3 }, true, 'dismissed'],
    [{ status_id: 4 }, true, 'resolved'],
    [{ status_id: 99, status: 'In Progress' }, true, 'firing'],
    [{ status: 'new' }, false, 'firing'],
  ])('is marked of an OCSF finding: %j', async (state, isHandled, status) => {
    expect(await ocsf({}, state)).toMatchObject({ is_handled: isHandled, status });
    expect(await ocsf({ tellsHandled: true }, state)).not.toHaveProperty('is_handled');
  });

  it.each([{}, { status_id: 0 }, { status_id: 99, status: 'odd' }, { status_id: 5 }, { status_id: '2' }])(
    'is not known of an OCSF finding that does not say so: %j',
    async (state) => {
      expect(await ocsf({}, state)).not.toHaveProperty('is_handled');
    },
  );
});
