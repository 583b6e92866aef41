import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AWS_EVENTS } from '../../../../functions/core/model/config/aws-events.ts';
import { alertOf, alertsOf, fixture } from './read-payload.ts';

const ACCOUNT = { account: '111122223333', region: 'eu-central-1' };

it.each([
  [
    'access-analyzer',
    'aws.access-analyzer.public-access',
    'high',
    'access-analyzer:22222222-dcba-4444-dcba-333333333333',
  ],
  ['backup', 'aws.backup.job', 'high', 'backup:4a834044-1234-5678-9abc-def012345678'],
  [
    'cloudwatch-alarm',
    'aws.cloudwatch.alarm',
    'medium',
    'cloudwatch:arn:aws:cloudwatch:eu-central-1:111122223333:alarm:checkout-5xx',
  ],
  [
    'config',
    'aws.config.compliance',
    'medium',
    'config:s3-bucket-public-read-prohibited:111122223333:eu-central-1:AWS::S3::Bucket customer-exports',
  ],
  [
    'guardduty',
    'aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce',
    'medium',
    'guardduty:16afba5c5c43e07c9e3e5e2e544e95df',
  ],
  [
    'health',
    'aws.health.issue',
    'high',
    'health:arn:aws:health:eu-central-1::event/EC2/AWS_EC2_OPERATIONAL_ISSUE/AWS_EC2_OPERATIONAL_ISSUE_1:111122223333',
  ],
  [
    'inspector',
    'aws.inspector2.package-vulnerability',
    'high',
    'inspector2:arn:aws:inspector2:eu-central-1:111122223333:finding/FINDING1',
  ],
  ['macie', 'aws.macie.Policy:IAMUser/S3BucketPublic', 'high', 'macie:64b917aa-3843-014c-91d8-937ffe4f1a02'],
  ['root-login', 'aws.signin.console-login', 'critical', 'cloudtrail:1a2b3c4d-0000-4000-8000-000000000001'],
  ['security-hub-v2', 'ocsf.detection-finding', 'high', 'ocsf:finding-0001'],
])('reads the event of %s with its severity, its key, account and region', (name, type, severity, key) => {
  expect(alertsOf('aws-event', fixture(`aws-event/${name}.json`))).toMatchObject([
    { type, severity, status: 'firing', dedup_key: key, labels: ACCOUNT },
  ]);
});

it('reads each finding of an event that holds several', () => {
  const alerts = alertsOf('aws-event', fixture('aws-event/security-hub.json'));
  expect(alerts).toHaveLength(2);
  expect(new Set(alerts.map(({ dedup_key: key }) => key)).size).toBe(2);
});

it('reads an event of a service that nobody knows by its usual names, and loses nothing', () => {
  const event = {
    version: '0',
    id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
    'detail-type': 'Widget Broken',
    source: 'aws.widgets',
    account: '111122223333',
    time: '2026-03-01T12:00:00Z',
    region: 'eu-central-1',
    resources: ['arn:aws:widgets:eu-central-1:111122223333:widget/1'],
    detail: { severity: 'CRITICAL', message: 'The widget broke', count: 7 },
  };
  const [alert] = alertsOf('aws-event', event);
  expect(alert).toMatchObject({ severity: 'critical', labels: ACCOUNT });
  expect(JSON.stringify(alert)).toContain('The widget broke');
  expect(JSON.stringify(alert?.details)).toContain('7');
});

it.each(AWS_EVENTS)('has a fixture of %s', (name) => {
  expect(alertsOf('aws-event', fixture(`aws-event/${name}.json`))).not.toEqual([]);
});

describe('an event of a service that has no reader of its own', () => {
  const word = fc.stringMatching(/^[a-z]{3,10}$/u);
  const thing = fc.constantFrom(
    'queueName',
    'function-name',
    'cluster_id',
    'TaskId',
    'streamArn',
    'key-id',
    'Definition',
  );
  const said = fc.record({
    kind: fc.constantFrom('Widget', 'Data Lake', 'Fleet Node'),
    field: thing,
    name: word,
    other: word,
  });
  const event = (kind: string, detail: object, account = '111122223333'): object => ({
    version: '0',
    id: '7bf73129-1428-4cd3-a780-95db273d1602',
    'detail-type': kind,
    source: 'aws.novel',
    account,
    time: '2026-11-20T08:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
  });

  it('names what it is about, and tells two things apart, and ends what it began', () => {
    fc.assert(
      fc.property(said, ({ kind, field, name, other }) => {
        const named = (value: string): string =>
          field.endsWith('Arn') ? `arn:aws:novel:eu-central-1:1:thing/${value}` : value;
        const begins = alertOf('aws-event', event(`${kind} Opened`, { [field]: named(name) }));
        const ends = alertOf('aws-event', event(`${kind} Closed`, { [field]: named(name) }));
        const elsewhere = alertOf('aws-event', event(`${kind} Opened`, { [field]: named(`${other}-2`) }));
        expect(begins).toMatchObject({ title: `${kind} Opened: ${name}`, status: 'firing' });
        expect(ends).toMatchObject({ status: 'resolved', dedup_key: begins.dedup_key });
        expect(elsewhere.dedup_key).not.toBe(begins.dedup_key);
      }),
    );
  });

  it('that names nothing is still one of its account', () => {
    const keys = ['111122223333', '444455556666'].map(
      (account) => alertOf('aws-event', event('Novel Thing Happened', { note: 1 }, account)).dedup_key,
    );
    expect(new Set(keys).size).toBe(2);
  });
});
