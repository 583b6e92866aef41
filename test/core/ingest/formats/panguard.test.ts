import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('panguard', () => {
  it('reads every field that the vendor documents', () => {
    expect(alertOf('panguard', fixture('panguard/threat-alert.json'))).toMatchObject({
      type: 'threat_alert',
      severity: 'high',
      severity_original: 'high',
      title: 'Known command-and-control address: 198.51.100.7',
      event_time: '2026-03-02T08:15:30.000Z',
      confidence: 92,
      rule: { name: 'network/c2-beacon.yml' },
      mitre: ['T1071'],
      observables: [{ type: 'ip', value: '198.51.100.7' }],
      actions_taken: [{ name: 'block_ip', success: true }],
      details: { source_ip: '198.51.100.7', panguard_version: '1.2.0' },
    });
  });

  it.each(['info', 'low', 'medium', 'high', 'critical'])('keeps the severity %s', (severity) => {
    expect(alertOf('panguard', { title: 'a', severity })).toMatchObject({
      severity,
      severity_original: severity,
    });
  });

  it('leaves a severity that nobody knows to the source, and keeps the word', () => {
    expect(
      alertOf('panguard', { title: 'a', severity: 'spicy' }, { source: { defaultSeverity: 'low' } }),
    ).toMatchObject({
      severity: 'low',
      severity_original: 'spicy',
    });
  });
});
