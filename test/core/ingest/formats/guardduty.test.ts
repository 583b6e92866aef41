import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('guardduty', () => {
  it('reads a finding in an EventBridge event', () => {
    expect(alertOf('guardduty', fixture('guardduty/eventbridge-finding.json'))).toMatchObject({
      type: 'aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce',
      status: 'firing',
      severity: 'medium',
      severity_original: '5.5',
      title: '198.51.100.23 is performing SSH brute force attacks against i-0a1b2c3d4e5f60718.',
      event_time: '2026-03-02T08:00:00.000Z',
      dedup_key: 'guardduty:16afba5c5c43e07c9e3e5e2e544e95df',
      resources: [{ type: 'ec2-instance', id: 'i-0a1b2c3d4e5f60718', region: 'eu-central-1' }],
      observables: [{ type: 'ip', value: '198.51.100.23' }],
      labels: { account: '111122223333', region: 'eu-central-1' },
      details: { service: { count: 14 } },
    });
  });

  it('reads an archived finding inside an SNS message as resolved, with user, key and bucket', () => {
    const alert = alertOf('guardduty', fixture('guardduty/sns-archived.json'));
    expect(alert).toMatchObject({
      status: 'resolved',
      severity: 'high',
      actors: [{ type: 'IAMUser', id: 'AIDACKCEVSQ6C2EXAMPLE', name: 'alice' }],
      observables: [{ type: 'ip', value: '203.0.113.9' }],
      labels: { topic: 'arn:aws:sns:eu-central-1:111122223333:alarms' },
    });
    expect(alert.resources?.map(({ type }) => type)).toEqual(['access-key', 's3-bucket']);
  });

  it.each([
    [0.5, 'info'],
    [1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
  ])('maps the severity %d to %s', (severity, expected) => {
    expect(alertOf('guardduty', { type: 'Recon:EC2/Portscan', title: 'a', severity })).toMatchObject({
      severity: expected,
    });
  });
});
