import { describe, expect, it } from 'vitest';
import { fieldCase } from './field-cases.ts';
import { alertOf, alertsOf } from './read-payload.ts';

describe('keys that separate what a person would', () => {
  it('two vulnerabilities of one host are two, and the one that was solved is the first', () => {
    const [one, two, solved] = [
      '37-wazuh-vulnerability-1',
      '37b-wazuh-vulnerability-2',
      '37c-wazuh-vulnerability-solved',
    ].map((file) => alertOf('wazuh', fieldCase(file)));
    expect(one?.dedup_key).not.toBe(two?.dedup_key);
    expect(solved).toMatchObject({
      status: 'resolved',
      dedup_key: one?.dedup_key,
      is_severity_assumed: true,
    });
  });

  it.each<[format: string, what: string, make: (subject: string) => object]>([
    [
      'wazuh',
      'files',
      (path) => ({ rule: { id: '550', level: 7, description: 'd' }, agent: { id: '1' }, syscheck: { path } }),
    ],
    [
      'wazuh',
      'checks',
      (id) => ({
        rule: { id: '19007', level: 7, description: 'd' },
        agent: { id: '1' },
        data: { sca: { policy_id: 'p', check: { id, result: 'failed' } } },
      }),
    ],
    [
      'wazuh',
      'addresses',
      (srcip) => ({ rule: { id: '5710', level: 7, description: 'd' }, agent: { id: '1' }, data: { srcip } }),
    ],
    [
      'falco',
      'files',
      (name) => ({ rule: 'r', output: 'o', hostname: 'h', output_fields: { 'fd.name': `/${name}` } }),
    ],
    [
      'github',
      'advisories',
      (ghsa_id) => ({ action: 'published', security_advisory: { ghsa_id, summary: 's', severity: 'high' } }),
    ],
    [
      'alertmanager',
      'alerts without a fingerprint',
      (pod) => ({ alerts: [{ status: 'firing', labels: { alertname: 'A', pod } }] }),
    ],
    ['sentry', 'issues of the plugin', (id) => ({ id, message: 'm', level: 'error', culprit: 'c' })],
  ])('%s: two %s are two', (format, _what, make) => {
    const around = { headers: { 'x-github-event': 'security_advisory' } };
    const keys = ['a1', 'b2'].map((subject) => alertOf(format, make(subject), around).dedup_key);
    expect(new Set(keys).size).toBe(2);
    expect(alertOf(format, make('a1'), around).dedup_key).toBe(keys[0]);
  });
});

describe('what else came out wrong once', () => {
  it('a body of the plugin of Sentry', () => {
    const alert = alertOf('sentry', fieldCase('41-sentry-plugin'));
    expect(alert).toMatchObject({
      title: 'This is an example Python exception',
      severity: 'high',
      dedup_key: 'sentry:issue:4218258981',
      links: [{ url: 'https://x.sentry.io/issues/4218258981/?referrer=webhooks_plugin' }],
      environment: 'prod',
    });
    expect(JSON.stringify(alert)).not.toContain('ebc35f33e151401f9deac549978bda11');
  });

  it('an acknowledgement of PagerDuty is to be known, and wakes nobody', () => {
    expect(alertOf('pagerduty-events', fieldCase('43b-pagerduty-v2-ack'))).toMatchObject({
      title: 'Acknowledged: srv01/HTTP',
      severity: 'info',
      status: 'firing',
    });
  });

  it('members of a group that have ended and that have not', () => {
    const alerts = alertsOf('alertmanager', fieldCase('55-alertmanager-mixed-group'));
    expect(alerts.map(({ status }) => status)).toEqual(['firing', 'resolved']);
  });

  it('credentials in a log of a firewall', () => {
    const json = JSON.stringify(alertOf('generic', fieldCase('35-generic-aws-waf-log')));
    for (const secret of ['deadbeef', 'eyJhbGci', 'hunter2', 'AKIAEXAMPLE', 's3cr3t', 'zzz']) {
      expect(json).not.toContain(secret);
    }
    expect(json).toContain('shop.example.com');
  });
});

describe('a severity that says nothing but that it is over', () => {
  const words = ['ok', 'OK', 'Okay', 'normal', 'Resolved', 'recovered', 'clear', 'cleared', 'healthy', 'UP'];
  it.each(words)('%j of an end counts as none, and is no unknown one', (severity) => {
    const alerts = [
      alertOf('generic', { title: 'CPU on web-1', status: 'recovered', severity }),
      alertOf(
        'mapping',
        { t: 'CPU', st: 'closed', s: severity },
        {
          source: {
            mapping: {
              fields: { title: 't', status: 'st', severity: 's' },
              severityScale: 'words',
              resolvedWhen: [],
            },
          },
        },
      ),
      alertOf('alertmanager', {
        status: 'resolved',
        alerts: [{ status: 'resolved', labels: { alertname: 'CPU', severity }, annotations: {} }],
      }),
      alertOf('pagerduty-events', {
        event_action: 'resolve',
        dedup_key: 'k',
        payload: { summary: 'CPU', source: 'web-1', severity },
      }),
    ];
    for (const alert of alerts) {
      expect(alert).toMatchObject({ status: 'resolved', is_severity_assumed: true });
      expect(alert.unclassified).toBeUndefined();
    }
  });

  it.each(['ok', 'normal'])('%j of what fires is a severity like any other', (severity) => {
    expect(alertOf('generic', { title: 'CPU', severity }).is_severity_assumed).toBeUndefined();
  });

  it('what the operator says it means comes first', () => {
    const alert = alertOf(
      'generic',
      { title: 'CPU', status: 'ok', severity: 'OK' },
      { source: { severityMap: { ok: 'high' } } },
    );
    expect(alert.severity).toBe('high');
    expect(alert.is_severity_assumed).toBeUndefined();
  });
});

describe('what was closed as nothing was dismissed', () => {
  const verdicts = ['FalsePositive', 'false_positive', 'False Positive', 'BenignPositive', "Won't fix"];
  const fields = ['classification', 'resolution', 'verdict', 'analystVerdict', 'disposition', 'close_reason'];
  it.each(verdicts.flatMap((verdict) => fields.map((field) => [field, verdict] as const)))(
    '%s %s',
    (field, verdict) => {
      const alert = alertOf('generic', {
        title: 'Malware',
        status: 'closed',
        severity: 'high',
        [field]: verdict,
      });
      expect(alert).toMatchObject({ status: 'dismissed', dismissal: { reason: verdict } });
    },
  );

  it.each(['TruePositive', 'Malware', 'fixed'])('%s is the end of the condition', (classification) => {
    expect(alertOf('generic', { title: 'Malware', status: 'closed', classification }).status).toBe(
      'resolved',
    );
  });

  it('and fires as long as nobody has closed it', () => {
    const alert = alertOf('generic', { title: 'Malware', status: 'new', classification: 'FalsePositive' });
    expect(alert.status).toBe('firing');
  });
});

describe('what is about another part of the record ends nothing', () => {
  it.each<[string, object]>([
    ['a port in the details', { details: { port: 22, state: 'closed' } }],
    ['the state of a host beside that of its service', { host_state: 'UP', service_state: 'CRITICAL' }],
    ['the state before', { previous_state: 'OK' }],
  ])('%s', (_what, more) => {
    expect(alertOf('generic', { title: 'Port 22 answers', severity: 'high', ...more }).status).toBe('firing');
  });
});

describe('one title about several things, from a sender without keys', () => {
  const key = (more: object): string => alertOf('generic', { title: 'Found again', ...more }).dedup_key;

  it.each<[string, object, object]>([
    ['two vulnerabilities', { cve: 'CVE-2024-1' }, { cve: 'CVE-2024-2' }],
    ['two files', { file: '/etc/passwd' }, { file: '/etc/shadow' }],
    ['two packages', { package: { name: 'a' }, pkgName: 'openssl' }, { pkgName: 'zlib' }],
    ['two hosts', { host: 'web-1' }, { host: 'web-2' }],
    ['two hosts in the details', { details: { hostname: 'web-1' } }, { details: { hostname: 'web-2' } }],
    ['two projects', { project: { name: 'shop' } }, { project: { name: 'pay' } }],
    ['two advisories', { advisory_id: 'A-1' }, { advisory_id: 'A-2' }],
    ['two findings', { finding_id: 'f-1' }, { finding_id: 'f-2' }],
    ['two alerts', { alertId: 1 }, { alertId: 2 }],
    ['two resources of its own', { resources: ['a'] }, { resources: ['b'] }],
  ])('%s are two', (_what, one, other) => {
    expect(key(one)).not.toBe(key(other));
    expect(key({ ...one, status: 'resolved', severity: 'ok', value: 5 })).toBe(key(one));
  });

  it('are one where the sender says so, or says no more', () => {
    expect(key({ dedup_key: 'k', host: 'web-1' })).toBe(key({ dedup_key: 'k', host: 'web-2' }));
    expect(key({ value: 1 })).toBe(key({ value: 2 }));
  });
});

describe('a severity that stands elsewhere', () => {
  it.each<[string, object, string]>([
    ['a CVSS score', { cvss_score: '9.8' }, 'critical'],
    ['a CVSS score of an object', { finding: { cvss: 7.5 } }, 'high'],
    ['a word before a score', { severity: 'low', cvss: 9.8 }, 'low'],
    ['very high', { severity: 'Very High' }, 'critical'],
  ])('%s', (_what, more, severity) => {
    expect(alertOf('generic', { title: 'Vulnerable', ...more }).severity).toBe(severity);
  });

  it('the annotations of a rule without labels for it', () => {
    const alert = { status: 'firing', labels: { alertname: 'A' }, annotations: { severity: 'P1' } };
    expect(alertOf('alertmanager', { alerts: [alert] }).severity).toBe('critical');
  });
});
