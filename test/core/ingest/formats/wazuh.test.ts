import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('wazuh', () => {
  it('reads an alert with its agent, rule and techniques', () => {
    expect(alertOf('wazuh', fixture('wazuh/alert.json'))).toMatchObject({
      type: 'wazuh.syslog',
      severity: 'medium',
      severity_original: '10',
      title: 'sshd: brute force trying to get access to the system on web-1',
      event_time: '2026-03-02T08:15:30.123Z',
      source_alert_id: '1772439330.12345',
      dedup_key: 'wazuh:003:5712:198.51.100.23',
      rule: { id: '5712' },
      mitre: ['T1110'],
      resources: [{ type: 'host', id: '003', name: 'web-1' }],
      actors: [{ type: 'user', name: 'root' }],
      observables: [{ type: 'ip', value: '198.51.100.23' }],
      details: {
        location: '/var/log/auth.log',
        mitre: { tactic: ['Credential Access'] },
        agent_ip: '10.0.0.10',
      },
    });
  });

  it.each([
    [0, 'info'],
    [3, 'info'],
    [4, 'low'],
    [6, 'low'],
    [7, 'medium'],
    [11, 'medium'],
    [12, 'high'],
    [14, 'high'],
    [15, 'critical'],
  ])('maps the level %i to %s', (level, severity) => {
    expect(alertOf('wazuh', { rule: { level, description: 'a' } })).toMatchObject({ severity });
  });
});
