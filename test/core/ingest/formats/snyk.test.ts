import { describe, expect, it } from 'vitest';
import { alertOf, alertsOf, fixture } from './read-payload.ts';

const headers = { 'x-snyk-event': 'project_snapshot/v0', 'x-snyk-timestamp': '2026-03-02T08:15:30Z' };

describe('snyk', () => {
  it('fires for new issues and resolves removed ones', () => {
    const [added, removed] = alertsOf('snyk', fixture('snyk/project-snapshot.json'), { headers });
    expect(added).toMatchObject({
      type: 'snyk.vuln',
      status: 'firing',
      severity: 'high',
      event_time: '2026-03-02T08:15:30.000Z',
      title: 'Snyk: example-parser: Prototype Pollution in example/shop',
      dedup_key: 'snyk:af137b96-6966-46c1-826b-2e79ac49bbd9:SNYK-JS-EXAMPLE-0000001',
      remediation: { steps: ['Update example-parser to 1.0.1 or later'] },
      labels: { project: 'example/shop', organization: 'example' },
      details: { cve: ['CVE-2026-00001'], cvss_score: 7.5, pkgVersions: ['1.0.0'] },
    });
    expect(removed).toMatchObject({
      status: 'resolved',
      severity: 'medium',
      source_alert_id: 'SNYK-JS-EXAMPLE-0000002',
    });
  });

  it('makes no alert of a test that changed nothing', () => {
    expect(alertsOf('snyk', fixture('snyk/nothing-new.json'), { headers })).toEqual([]);
  });

  it('makes an info alert of the ping after a webhook was created', () => {
    expect(
      alertOf('snyk', fixture('snyk/ping.json'), { headers: { 'x-snyk-event': 'ping/v0' } }),
    ).toMatchObject({
      type: 'snyk.ping',
      severity: 'info',
    });
  });
});
