import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('ocsf', () => {
  it('reads a detection finding', () => {
    expect(alertOf('ocsf', fixture('ocsf/detection-finding.json'))).toMatchObject({
      type: 'ocsf.detection-finding',
      status: 'firing',
      severity: 'high',
      severity_original: 'High',
      title: 'A container ran a new binary',
      event_time: '2026-03-02T08:00:00.000Z',
      source_alert_id: 'finding-0001',
      dedup_key: 'ocsf:finding-0001',
      confidence: 80,
      rule: { id: 'rule-17', name: 'New binary executed' },
      mitre: ['T1059.004'],
      resources: [
        { type: 'AwsEc2Instance', id: 'i-0a1b2c3d4e5f60718', name: 'web-1', region: 'eu-central-1' },
      ],
      observables: [{ type: 'IP Address', value: '198.51.100.23' }],
      remediation: { summary: 'Isolate the container.', url: 'https://docs.example.com/new-binary' },
      links: [{ rel: 'console', url: 'https://console.example.com/findings/finding-0001' }],
      details: { class_uid: 2004, finding_info: { types: ['Execution'] } },
    });
  });

  it('knows the same finding again when it is closed', () => {
    const [open, closed] = ['detection-finding', 'closed'].map((name) =>
      alertOf('ocsf', fixture(`ocsf/${name}.json`)),
    );
    expect(closed).toMatchObject({ status: 'resolved', dedup_key: open?.dedup_key, severity: 'high' });
  });

  it.each([
    [0, 'medium'],
    [1, 'info'],
    [2, 'low'],
    [3, 'medium'],
    [4, 'high'],
    [5, 'critical'],
    [6, 'critical'],
    [99, 'medium'],
  ])('maps severity_id %i to %s', (severity_id, severity) => {
    expect(alertOf('ocsf', { severity_id, message: 'a' })).toMatchObject({
      severity,
      severity_original: String(severity_id),
    });
  });

  it('reads the older Security Finding', () => {
    expect(
      alertOf('ocsf', { class_uid: 2001, finding: { uid: '7', title: 'old' }, severity_id: 2 }),
    ).toMatchObject({
      title: 'old',
      source_alert_id: '7',
    });
  });
});
