import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('falco', () => {
  it('reads an alert with its host, container and user', () => {
    const alert = alertOf('falco', fixture('falco/alert.json'));
    expect(alert).toMatchObject({
      type: 'falco.syscall',
      status: 'firing',
      severity: 'medium',
      severity_original: 'Warning',
      title: 'Terminal shell in container on node-1',
      event_time: '2026-03-02T08:15:30.123Z',
      dedup_key: 'falco:node-1:Terminal shell in container:3ad7b26ded6d',
      mitre: ['T1059'],
      actors: [{ type: 'user', name: 'root' }],
      observables: [{ type: 'ip', value: '198.51.100.23' }],
      details: {
        output_fields: { 'proc.cmdline': 'sh' },
        tags: ['container', 'shell', 'mitre_execution', 'T1059'],
      },
    });
    expect(alert.resources?.map(({ type }) => type)).toEqual([
      'host',
      'container',
      'pod',
      'namespace',
      'image',
    ]);
  });

  it.each([
    ['Emergency', 'critical'],
    ['Alert', 'critical'],
    ['Critical', 'critical'],
    ['Error', 'high'],
    ['Warning', 'medium'],
    ['Notice', 'info'],
    ['Informational', 'info'],
    ['Debug', 'info'],
    ['Loud', 'medium'],
  ])('maps the priority %s to %s', (priority, severity) => {
    expect(alertOf('falco', { rule: 'a', priority })).toMatchObject({
      severity,
      severity_original: priority,
    });
  });
});
