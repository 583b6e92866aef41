import { describe, expect, it } from 'vitest';
import { alertOf, alertsOf, fixture } from './read-payload.ts';

const group = fixture('alertmanager/group.json');

describe('alertmanager', () => {
  it('makes an alert of each in the group', () => {
    const [firing, resolved] = alertsOf('alertmanager', group);
    expect(firing).toMatchObject({
      type: 'alertmanager.DiskAlmostFull',
      status: 'firing',
      severity: 'critical',
      title: 'Disk of db-1 is 95 % full',
      description: '/var has 2 GiB left.',
      event_time: '2026-03-02T08:00:00.123Z',
      source_alert_id: '8a5f1c2d3e4b5a69',
      dedup_key: 'alertmanager:8a5f1c2d3e4b5a69',
      resources: [{ type: 'instance', name: 'db-1:9100' }],
      remediation: { url: 'https://runbooks.example.com/disk' },
      environment: 'prod',
      labels: { alertname: 'DiskAlmostFull', severity: 'critical' },
      details: { receiver: 'tocsin', groupKey: '{}:{alertname="DiskAlmostFull"}' },
    });
    expect(firing?.links?.map(({ rel }) => rel)).toEqual(['source', 'console']);
    expect(resolved).toMatchObject({
      status: 'resolved',
      severity: 'critical',
      event_time: '2026-03-02T08:10:00.000Z',
    });
  });

  it('tells how many alerts the sender left out', () => {
    const alerts = alertsOf('alertmanager', fixture('alertmanager/truncated.json'));
    expect(alerts.map(({ type, title, severity }) => [type, title, severity])).toEqual([
      ['alertmanager.DiskAlmostFull', 'Disk of db-1 is 95 % full', 'critical'],
      ['alertmanager.truncated', '12 more alerts of a group were left out by the sender', 'critical'],
    ]);
  });

  it('knows an alert without a fingerprint again by its labels, in any order', () => {
    const key = (labels: object, status: string) =>
      alertOf('alertmanager', { alerts: [{ status, labels, annotations: { summary: status } }] }).dedup_key;
    expect(key({ alertname: 'a', instance: 'b' }, 'firing')).toBe(
      key({ instance: 'b', alertname: 'a' }, 'resolved'),
    );
    expect(key({ alertname: 'a', instance: 'b' }, 'firing')).not.toBe(
      key({ alertname: 'a', instance: 'c' }, 'firing'),
    );
  });

  it.each([
    ['info', 'info'],
    ['none', 'low'],
    ['low', 'low'],
    ['warning', 'medium'],
    ['high', 'high'],
    ['error', 'high'],
    ['critical', 'critical'],
    ['page', 'critical'],
    ['weird', 'medium'],
  ])('maps the label severity=%s to %s', (severity, expected) => {
    const alert = alertOf('alertmanager', { alerts: [{ labels: { alertname: 'a', severity } }] });
    expect(alert).toMatchObject({ severity: expected, severity_original: severity });
  });
});
