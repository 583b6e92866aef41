import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

describe('plain-text', () => {
  it('reads the severity out of a syslog priority', () => {
    expect(alertOf('plain-text', fixture('plain-text/syslog-line.json'))).toMatchObject({
      severity: 'critical',
      severity_original: '2',
      title: "2026-03-02T08:15:30.003Z web-1 su - ID47 - 'su root' failed for alice on /dev/pts/8",
      event_time: '2026-03-02T08:15:30.003Z',
    });
  });

  it.each([
    ['disk full', 'disk full', 'medium', undefined],
    ['ERROR: disk full', 'ERROR: disk full', 'medium', undefined],
    ['<11>disk full', 'disk full', 'high', '3'],
    ['<999>disk full', '<999>disk full', 'medium', undefined],
    ['<13>', '<13>', 'info', '5'],
  ])('reads %j', (message, title, severity, original) => {
    const alert = alertOf('plain-text', { message });
    expect(alert).toMatchObject({ title, severity });
    expect(alert.severity_original).toBe(original);
  });

  it('takes a JSON line without a message for its text', () => {
    expect(alertOf('plain-text', { level: 'x' }).title).toBe('{"level":"x"}');
  });
});
