import { describe, expect, it } from 'vitest';
import { fieldCase } from './field-cases.ts';
import { alertOf } from './read-payload.ts';

const aws = ['guardduty', 'security-hub', 'cloudwatch-alarm'];

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
