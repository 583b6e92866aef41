import { describe, expect, it } from 'vitest';
import { fieldCase } from './field-cases.ts';
import { alertOf, alertsOf } from './read-payload.ts';

const aws = ['guardduty', 'security-hub', 'cloudwatch-alarm'];
const github = (file: string, event: string) =>
  alertOf('github', fieldCase(file), { headers: { 'x-github-event': event } });

describe('what AWS sends is read by its own service, whichever preset it comes to', () => {
  it.each<[file: string, alert: object]>([
    [
      '07a-inspector2-active',
      {
        type: 'aws.inspector2.package-vulnerability',
        severity: 'critical',
        status: 'firing',
        dedup_key: 'inspector2:arn:aws:inspector2:eu-central-1:123456789012:finding/FINDING_ID',
        event_time: '2024-09-04T17:00:36.951Z',
      },
    ],
    [
      '07b-inspector2-closed',
      {
        severity: 'critical',
        status: 'resolved',
        dedup_key: 'inspector2:arn:aws:inspector2:eu-central-1:123456789012:finding/FINDING_ID',
      },
    ],
    [
      '09-config-noncompliant',
      {
        title: expect.stringContaining('root-account-mfa-enabled') as string,
        status: 'firing',
        severity: 'medium',
      },
    ],
    [
      '10-access-analyzer',
      {
        title: 'Public access to Bucket amzn-s3-demo-bucket',
        severity: 'high',
        source_alert_id: '22222222-dcba',
      },
    ],
    [
      '11-cloudtrail-root-login',
      { title: expect.stringContaining('the root user without MFA') as string, severity: 'critical' },
    ],
    [
      '12-ssm-run-command-failed-sns-raw',
      { title: 'SSM command AWS-RunPatchBaseline failed on i-99999999999999999', severity: 'high' },
    ],
    [
      '48-cloudwatch-metric-math-anomaly',
      {
        resources: [{ type: 'FunctionName', id: 'CheckoutFunction', region: 'us-east-1' }],
        severity: 'medium',
      },
    ],
    [
      '48b-cloudwatch-composite',
      { severity: 'critical', resources: [{ type: 'cloudwatch-alarm', name: 'a' }] },
    ],
    [
      '49-aws-budgets-text',
      {
        type: 'aws.budgets.notice',
        title: 'AWS Budgets: Total has exceeded your alert threshold',
        dedup_key: 'budgets:123456789012:Total',
      },
    ],
  ])('%s', (file, alert) => {
    const [first, ...others] = aws.map((format) => alertOf(format, fieldCase(file)));
    expect(first).toMatchObject(alert);
    for (const other of others) expect({ ...other, source: first?.source }).toEqual(first);
  });
});

const event = (source: string, kind: string, detail: object, more: object = {}) => ({
  version: '0',
  id: '00000000-0000-0000-0000-000000000001',
  'detail-type': kind,
  source,
  account: '111122223333',
  time: '2026-11-20T08:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
  ...more,
});

describe('services of AWS beyond the cases', () => {
  const finding = {
    findingArn: 'arn:aws:inspector2:eu-central-1:1:finding/a',
    severity: 'HIGH',
    title: 'a',
    type: 'CODE_VULNERABILITY',
  };
  const macie = {
    id: 'm1',
    type: 'SensitiveData:S3Object/Personal',
    title: 'The S3 object contains personal information',
    severity: { score: 3, description: 'High' },
    resourcesAffected: { s3Bucket: { name: 'b', arn: 'arn:aws:s3:::b' }, s3Object: { key: 'k.csv' } },
  };
  const health = {
    eventArn: 'arn:aws:health:eu-central-1::event/A',
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_X',
  };
  it.each<[what: string, document: object, alert: object]>([
    [
      'Inspector, suppressed',
      event('aws.inspector2', 'Inspector2 Finding', { ...finding, status: 'SUPPRESSED' }),
      { status: 'dismissed', severity: 'high' },
    ],
    [
      'Inspector, untriaged',
      event('aws.inspector2', 'Inspector2 Finding', {
        ...finding,
        severity: 'UNTRIAGED',
        inspectorScore: 9.1,
      }),
      { severity: 'critical', severity_original: 'UNTRIAGED' },
    ],
    [
      'Macie',
      event('aws.macie', 'Macie Finding', macie),
      {
        severity: 'high',
        dedup_key: 'macie:m1',
        title: 'The S3 object contains personal information: b/k.csv',
      },
    ],
    [
      'Macie, suppressed',
      event('aws.macie', 'Macie Finding', { ...macie, archived: true }),
      { status: 'dismissed' },
    ],
    [
      'Health, an issue',
      event('aws.health', 'AWS Health Event', { ...health, eventTypeCategory: 'issue' }),
      { severity: 'high', status: 'firing' },
    ],
    [
      'Health, closed',
      event('aws.health', 'AWS Health Event', {
        ...health,
        eventTypeCategory: 'issue',
        statusCode: 'closed',
      }),
      { severity: 'high', status: 'resolved' },
    ],
    [
      'Health, a planned change',
      event('aws.health', 'AWS Health Event', {
        ...health,
        eventTypeCategory: 'scheduledChange',
        statusCode: 'upcoming',
      }),
      { severity: 'medium', status: 'firing' },
    ],
    [
      'Health, exposed keys',
      event('aws.health', 'AWS Health Event', {
        ...health,
        eventTypeCode: 'AWS_RISK_CREDENTIALS_EXPOSED',
        eventTypeCategory: 'issue',
      }),
      { severity: 'critical' },
    ],
    [
      'Config, compliant again',
      event('aws.config', 'Config Rules Compliance Change', {
        configRuleName: 'r',
        resourceId: 'b',
        resourceType: 'AWS::S3::Bucket',
        newEvaluationResult: { complianceType: 'COMPLIANT' },
      }),
      { severity: 'medium', status: 'resolved' },
    ],
    [
      'Access Analyzer, archived',
      event('aws.access-analyzer', 'Access Analyzer Finding', {
        id: 'f',
        status: 'ARCHIVED',
        resource: 'arn:aws:s3:::b',
      }),
      { status: 'dismissed', is_severity_assumed: true },
    ],
    [
      'Access Analyzer, unused',
      event('aws.access-analyzer', 'Unused Access Finding for IAM entities', {
        id: 'f',
        status: 'ACTIVE',
        resource: 'arn:aws:iam::1:role/r',
        findingType: 'UnusedIAMRole',
      }),
      { severity: 'low' },
    ],
    [
      'a sign-in that failed',
      event('aws.signin', 'AWS Console Sign In via CloudTrail', {
        eventName: 'ConsoleLogin',
        eventSource: 'signin.amazonaws.com',
        eventID: 'e',
        userIdentity: { type: 'IAMUser', userName: 'alice' },
        responseElements: { ConsoleLogin: 'Failure' },
      }),
      { severity: 'medium', title: 'Console sign-in of alice failed in account 111122223333' },
    ],
    [
      'a call',
      event('aws.cloudtrail', 'AWS API Call via CloudTrail', {
        eventName: 'StopLogging',
        eventSource: 'cloudtrail.amazonaws.com',
        eventID: 'e',
        userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::1:assumed-role/r/bob' },
      }),
      { severity: 'high', title: 'StopLogging (cloudtrail) by bob' },
    ],
    [
      'Backup',
      event('aws.backup', 'Backup Job State Change', {
        backupJobId: 'j',
        state: 'FAILED',
        resourceArn: 'arn:aws:ec2:eu-central-1:1:volume/vol-1',
      }),
      {
        severity: 'high',
        dedup_key: 'backup:j',
        title: 'AWS Backup: backup job state change failed for vol-1',
      },
    ],
    [
      'SSM, done',
      event('aws.ssm', 'EC2 Command Invocation Status-change Notification', {
        'command-id': 'c',
        'document-name': 'd',
        'instance-id': 'i-1',
        status: 'Success',
      }),
      { status: 'resolved', dedup_key: 'ssm:c:i-1' },
    ],
    [
      'a cost anomaly',
      event('aws.ce', 'Anomaly Detected', {
        anomalyId: 'a1',
        impact: { totalImpact: 12.5 },
        dimensionalValue: 'Amazon EC2',
      }),
      { dedup_key: 'cost-anomaly:a1', title: 'Cost anomaly in Amazon EC2: 12.5 USD' },
    ],
    [
      'any other service',
      event(
        'aws.codepipeline',
        'CodePipeline Pipeline Execution State Change',
        { pipeline: 'deploy', state: 'FAILED' },
        { resources: ['arn:aws:codepipeline:eu-central-1:1:deploy'] },
      ),
      {
        severity: 'high',
        title: 'CodePipeline Pipeline Execution State Change: deploy FAILED',
        dedup_key:
          'aws.codepipeline.codepipeline-pipeline-execution-state-change:arn:aws:codepipeline:eu-central-1:1:deploy',
      },
    ],
    [
      'Security Hub, suppressed',
      {
        Id: 'f',
        GeneratorId: 'g',
        Title: 'a',
        Severity: { Label: 'HIGH' },
        Workflow: { Status: 'SUPPRESSED' },
        Note: { Text: 'known', UpdatedBy: 'alice' },
      },
      { status: 'dismissed', dismissal: { by: 'alice', comment: 'known' } },
    ],
  ])('%s', (_what, document, alert) => {
    expect(alertOf('guardduty', document)).toMatchObject(alert);
  });

  it('no two findings of a service share a key, and none has the id of the event that carried it', () => {
    const keys = ['a', 'b'].map(
      (id) =>
        alertOf(
          'security-hub',
          event('aws.inspector2', 'Inspector2 Finding', { ...finding, findingArn: `arn:${id}` }),
        ).dedup_key,
    );
    expect(new Set(keys).size).toBe(2);
    expect(keys.join()).not.toContain('00000000-0000');
  });
});

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
