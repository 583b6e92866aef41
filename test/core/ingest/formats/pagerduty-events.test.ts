import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('pagerduty-events', () => {
  it('reads a trigger without the routing key, which is a credential', () => {
    const alert = alertOf('pagerduty-events', fixture('pagerduty-events/trigger.json'));
    expect(alert).toMatchObject({
      type: 'backup',
      status: 'firing',
      severity: 'high',
      severity_original: 'error',
      title: 'Nightly backup failed on db-1',
      event_time: '2026-03-02T08:15:30.000Z',
      dedup_key: 'backup/nightly',
      resources: [
        { type: 'host', name: 'db-1' },
        { type: 'component', name: 'postgresql' },
      ],
      links: [
        { rel: 'console', url: 'https://backup.example.com' },
        { rel: 'run', url: 'https://backup.example.com/runs/7' },
      ],
      labels: { event_action: 'trigger', source: 'db-1', group: 'production' },
      details: { exit_code: 2, free_space: '1 %', client: 'Backup monitor' },
    });
    expect(JSON.stringify(alert)).not.toContain('R0000000000000000000000000EXAMPL');
  });

  it('resolves by the key alone', () => {
    expect(alertOf('pagerduty-events', fixture('pagerduty-events/resolve.json'))).toMatchObject({
      status: 'resolved',
      title: 'Resolved: backup/nightly',
      dedup_key: 'backup/nightly',
      details: {},
    });
  });

  it('leaves an acknowledged alert firing', () => {
    expect(alertOf('pagerduty-events', { event_action: 'acknowledge', dedup_key: 'k' })).toMatchObject({
      status: 'firing',
      labels: { event_action: 'acknowledge' },
    });
  });

  it.each([
    ['info', 'info'],
    ['warning', 'medium'],
    ['error', 'high'],
    ['critical', 'critical'],
  ])('maps the severity %s to %s', (given, severity) => {
    expect(alertOf('pagerduty-events', { payload: { summary: 'a', severity: given } })).toMatchObject({
      severity,
    });
  });
});
