import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('linuxguard', () => {
  it('reads the signal out of its envelope', () => {
    expect(alertOf('linuxguard', fixture('linuxguard/signal-created.json'))).toMatchObject({
      type: 'sudo_command_executed',
      severity: 'high',
      severity_original: '4',
      title: 'Sudo command executed on web-1.example.com',
      description: 'deploy ran /usr/bin/passwd as root',
      event_time: '2026-03-02T08:15:30.000Z',
      source_alert_id: 'sig_0001',
      dedup_key: 'linuxguard:sig_0001',
      resources: [{ type: 'server', id: 'srv_0042', name: 'web-1.example.com' }],
      actors: [{ type: 'identity', id: 'idn_0007', name: 'deploy' }],
      environment: 'production',
      links: [{ rel: 'console', url: 'https://console.linuxguard.example/signals/sig_0001' }],
      details: { version: 'v1', tenant_id: 'tnt_example' },
    });
  });

  it.each([
    [1, 'info'],
    [2, 'low'],
    [3, 'medium'],
    [4, 'high'],
    [5, 'critical'],
    [0, 'medium'],
    [99, 'medium'],
  ])('maps the severity %i to %s', (severity, expected) => {
    expect(alertOf('linuxguard', { data: { description: 'a', severity } })).toMatchObject({
      severity: expected,
      severity_original: String(severity),
    });
  });
});
