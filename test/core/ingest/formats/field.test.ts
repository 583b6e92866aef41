import { describe, expect, it } from 'vitest';
import { fieldCase } from './field-cases.ts';
import { alertOf, alertsOf } from './read-payload.ts';

const github = (file: string, event: string) =>
  alertOf('github', fieldCase(file), { headers: { 'x-github-event': event } });

describe('github', () => {
  it('an advisory is told with its severity, its id and its package', () => {
    expect(github('02-github-security-advisory-critical', 'security_advisory')).toMatchObject({
      severity: 'critical',
      title: expect.stringContaining('GHSA-rf4j-j272-fj86') as string,
      dedup_key: 'github:advisory:GHSA-rf4j-j272-fj86',
      resources: [{ type: 'package', name: 'django' }],
    });
  });

  it('a vulnerability alert of old keeps package, advisory and severity', () => {
    expect(
      github('03-github-repository-vulnerability-alert', 'repository_vulnerability_alert'),
    ).toMatchObject({
      severity: 'medium',
      title: 'Vulnerable dependency rack: GHSA-hg78-4f6x-99wq',
      remediation: { steps: ['Update rack to 2.0.6 or later'] },
    });
  });

  it('the place of a secret says what kind it is, that it works and that it is public', () => {
    const alert = github('04-github-secret-scanning-location', 'secret_scanning_alert_location');
    expect(alert).toMatchObject({
      severity: 'critical',
      dedup_key: 'github:acme/shop:secret_scanning_alert:42',
    });
    expect(alert.title).toBe('Secret found in /example/secrets.txt: AWS Secret Access Key (active, public)');
  });

  it('what was opened again fires', () => {
    expect(github('06-github-dependabot-auto-reopened', 'dependabot_alert')).toMatchObject({
      severity: 'medium',
      status: 'firing',
    });
  });

  it('what was dismissed says why and by whom', () => {
    expect(github('47-github-dependabot-dismissed-tolerable-risk', 'dependabot_alert')).toMatchObject({
      status: 'dismissed',
      severity: 'medium',
      dismissal: { reason: 'tolerable_risk', by: 'octocat', comment: 'No budget this quarter, see RISK-42' },
    });
  });

  it.each([
    ['false_positive', 'dismissed'],
    ['wont_fix', 'dismissed'],
    ['used_in_tests', 'dismissed'],
    ['revoked', 'resolved'],
    ['pattern_deleted', 'resolved'],
  ])('a secret that was closed as %s is %s', (resolution, status) => {
    const alert = { number: 1, secret_type: 'aws', resolution, resolved_by: { login: 'octocat' } };
    const read = alertOf(
      'github',
      { action: 'resolved', alert },
      { headers: { 'x-github-event': 'secret_scanning_alert' } },
    );
    expect(read).toMatchObject({ status, is_severity_assumed: true });
    expect(read.dismissal).toEqual(
      status === 'dismissed' ? { reason: resolution, by: 'octocat' } : undefined,
    );
  });

  it('an event nobody knew takes its severity, title and link from the usual fields', () => {
    const alert = {
      severity: 'critical',
      summary: 'Malware in package x',
      html_url: 'https://github.com/a/b/1',
    };
    expect(
      alertOf('github', { action: 'created', alert }, { headers: { 'x-github-event': 'malware_alert' } }),
    ).toMatchObject({
      severity: 'critical',
      title: 'GitHub: malware alert created: Malware in package x',
      links: [{ url: 'https://github.com/a/b/1' }],
    });
  });
});

describe('severities in the words of people', () => {
  it('P1, SEV_1 and a label priority, of Prometheus rules', () => {
    const alerts = alertsOf('alertmanager', fieldCase('01-alertmanager-severity-words'));
    expect(alerts.map(({ severity }) => severity)).toEqual(['critical', 'critical', 'critical', 'low']);
    expect(alerts.flatMap(({ unclassified = [] }) => unclassified)).toEqual([]);
  });
});

describe('grafana', () => {
  it('says that there is no data where nothing else happened', () => {
    expect(alertOf('grafana', fieldCase('21-grafana-nodata'))).toMatchObject({
      title: 'No data: Backup service failed',
      description: expect.stringContaining('no data') as string,
      severity: 'critical',
    });
  });

  it.each([
    [{ grafana_state_reason: 'NoData' }, 'No data: CPU'],
    [{ grafana_state_reason: 'Error' }, 'Cannot be evaluated: CPU'],
    [{ grafana_state_reason: 'MissingSeries' }, 'CPU'],
  ])('with the reason %j is called %s', (annotations, title) => {
    const alerts = [{ status: 'firing', labels: { alertname: 'CPU' }, annotations }];
    expect(alertOf('grafana', { alerts })).toMatchObject({ title });
  });

  it('reads the body of the old alerting, and its end', () => {
    const [firing, over] = ['22-grafana-legacy', '22b-grafana-legacy-ok'].map((file) =>
      alertOf('grafana', fieldCase(file)),
    );
    expect(firing).toMatchObject({
      status: 'firing',
      title: 'Response Time Check',
      description: 'Error Message',
    });
    expect(over).toMatchObject({ status: 'resolved', dedup_key: firing?.dedup_key });
  });

  it('an alert without alertname has the name of its group', () => {
    expect(alertOf('grafana', fieldCase('23-grafana-no-alertname-v11'))).toMatchObject({
      title: 'High memory usage',
      rule: { name: 'Memory (copy)' },
    });
  });
});

describe('status words', () => {
  it('a passed check is resolved, a muted one dismissed, a manual one asks to look', () => {
    const alerts = (fieldCase('26-prowler-mixed') as unknown[]).map((finding) => alertOf('ocsf', finding));
    expect(alerts.map(({ status }) => status)).toEqual(['resolved', 'firing', 'firing', 'dismissed']);
    expect(alerts[2]?.title).toMatch(/^Look yourself: /u);
  });

  it('in capitals end an alert too', () => {
    expect(alertOf('generic', fieldCase('29-generic-status-upper'))).toMatchObject({
      status: 'resolved',
      severity: 'high',
    });
  });

  it('an unknown one is told as unclassified', () => {
    expect(alertOf('generic', { title: 'a', status: 'half-done' })).toMatchObject({
      status: 'firing',
      unclassified: [{ code: 'unknown-status' }],
    });
  });
});

describe('the generic format reads what other tools call things', () => {
  it('of Datadog', () => {
    expect(alertOf('generic', fieldCase('28-datadog'))).toMatchObject({
      severity: 'high',
      status: 'firing',
      dedup_key: 'abc123',
      links: [{ url: 'https://app.datadoghq.eu/monitors/6789' }],
    });
    expect(alertOf('generic', fieldCase('28b-datadog-recovered'))).toMatchObject({
      status: 'resolved',
      dedup_key: 'abc123',
      is_severity_assumed: true,
    });
  });

  it('of Tailscale', () => {
    const [expiring] = (fieldCase('30-tailscale') as unknown[]).map((record) => alertOf('generic', record));
    expect(expiring).toMatchObject({
      title: "Node's key will expire in one day",
      event_time: '2026-09-21T17:37:51.658Z',
      links: [{ url: 'https://login.tailscale.com/admin/machines/100.1.2.3' }],
    });
  });

  it.each([
    ['failure', 'high'],
    ['warning', 'medium'],
    ['success', 'info'],
    ['info', 'info'],
  ])('of Apprise, whose type %s is %s', (type, severity) => {
    expect(alertOf('generic', { version: '1.0', title: 'a', message: 'b', type })).toMatchObject({
      severity,
    });
  });
});
