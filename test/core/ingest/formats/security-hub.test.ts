import { describe, expect, it } from 'vitest';
import { alertOf, alertsOf, fixture } from './read-payload.ts';

describe('security-hub', () => {
  it('makes an alert of each ASFF finding in an event; a check that passes is resolved', () => {
    const [failed, passed] = alertsOf('security-hub', fixture('security-hub/eventbridge-asff.json'));
    expect(failed).toMatchObject({
      type: 'aws.security-hub.security-hub',
      status: 'firing',
      severity: 'high',
      severity_original: 'HIGH',
      title: 'S3 buckets should block public access',
      event_time: '2026-03-02T08:00:00.000Z',
      rule: { id: 'security-control/S3.8' },
      resources: [{ type: 'AwsS3Bucket', id: 'arn:aws:s3:::amzn-s3-demo-bucket', region: 'eu-central-1' }],
      remediation: { url: 'https://docs.aws.amazon.com/console/securityhub/S3.8/remediation' },
      labels: { account: '111122223333', product: 'Security Hub', workflow: 'NEW' },
      details: { Compliance: { Status: 'FAILED' } },
    });
    expect(passed).toMatchObject({ status: 'resolved', severity: 'info' });
  });

  it('reads OCSF from Security Hub v2, with account and region of the event', () => {
    expect(alertOf('security-hub', fixture('security-hub/eventbridge-v2.json'))).toMatchObject({
      severity: 'high',
      dedup_key: 'ocsf:finding-0001',
      labels: { account: '111122223333', region: 'eu-central-1', product: 'GuardDuty' },
    });
  });

  const finding = (more: object) => ({ Id: '1', GeneratorId: 'g', Title: 'a', ...more });
  it.each([
    [{ Label: 'INFORMATIONAL' }, 'info'],
    [{ Label: 'LOW', Normalized: 90 }, 'low'],
    [{ Label: 'CRITICAL' }, 'critical'],
    [{ Normalized: 0 }, 'info'],
    [{ Normalized: 39 }, 'low'],
    [{ Normalized: 40 }, 'medium'],
    [{ Normalized: 70 }, 'high'],
    [{ Normalized: 90 }, 'critical'],
  ])('maps %j to %s', (Severity, severity) => {
    expect(alertOf('security-hub', finding({ Severity }))).toMatchObject({ severity });
  });

  it.each([
    [{ RecordState: 'ARCHIVED' }, 'resolved'],
    [{ Workflow: { Status: 'RESOLVED' } }, 'resolved'],
    [{ Workflow: { Status: 'SUPPRESSED' } }, 'dismissed'],
    [{ Workflow: { Status: 'NOTIFIED' } }, 'firing'],
  ])('with %j is %s', (more, status) => {
    expect(alertOf('security-hub', finding(more))).toMatchObject({ status });
  });
});
