import { describe, expect, it } from 'vitest';
import { severityFromWord } from '../../../functions/core/ingest/severity-scales.ts';
import { alertOf } from './formats/read-payload.ts';

const FALLING = ['critical', 'critical', 'high', 'medium', 'low', 'info'] as const;

describe('labels that fall from 0 or 1', () => {
  it.each(
    ['P', 'p', 'P-', 'SEV', 'Sev', 'SEV_', 'SEV-', 'sev ', 'S', 'Severity ', 'Priority: ', 'prio '].flatMap(
      (start) => FALLING.map((severity, level) => [`${start}${String(level)}`, severity] as const),
    ),
  )('%s is %s', (label, severity) => {
    expect(severityFromWord(label)).toBe(severity);
  });
});

it.each([
  ['Critical (P1)', 'critical'],
  ['P1 - Critical', 'critical'],
  ['1 - High', 'high'],
  ['[P2] High', 'high'],
  ['High severity', 'high'],
  ['Severity: Medium', 'medium'],
  ['Critical (P4)', undefined],
  ['non-critical', undefined],
  ['not high', undefined],
  ['P9', undefined],
  ['1', undefined],
  ['the disk is critical because of a high load of logs', undefined],
])('%s is %s', (written, severity) => {
  expect(severityFromWord(written)).toBe(severity);
});

describe('a line with the header of a device behind the priority of a forwarder', () => {
  const cef = (severity: string) =>
    `<134>Nov 20 08:00:00 fw CEF:0|Vendor|Product|1.0|100|Port scan|${severity}|src=203.0.113.50 msg=many words here dst=198.51.100.7`;
  it.each([
    ['0', 'low'],
    ['3', 'low'],
    ['4', 'medium'],
    ['6', 'medium'],
    ['7', 'high'],
    ['8', 'high'],
    ['9', 'critical'],
    ['10', 'critical'],
    ['Low', 'low'],
    ['Very-High', 'critical'],
  ])('CEF %s is %s', (written, severity) => {
    for (const format of ['plain-text', 'generic']) {
      expect(alertOf(format, { message: cef(written) })).toMatchObject({
        severity,
        severity_original: written,
        title: 'Port scan',
        description: 'many words here',
        rule: { id: '100', name: 'Port scan' },
        observables: [
          { type: 'ip', value: '203.0.113.50' },
          { type: 'ip', value: '198.51.100.7' },
        ],
        labels: { vendor: 'Vendor', product: 'Product' },
      });
    }
  });

  it.each([
    ['LEEF:1.0|IBM|QRadar|1|login|sev=9\tusrName=alice\tsrc=203.0.113.50', 'critical'],
    ['LEEF:2.0|IBM|QRadar|1|login|^|sev=5^usrName=alice', 'medium'],
    ['LEEF:2.0|IBM|QRadar|1|login|x7C|sev=8|usrName=alice', 'high'],
  ])('%s is %s', (line, severity) => {
    expect(alertOf('plain-text', { message: `<13>Nov 20 08:00:00 host ${line}` })).toMatchObject({
      severity,
      title: 'login',
      details: { usrName: 'alice' },
    });
  });

  it('a pipe that belongs to a name does not end it', () => {
    expect(alertOf('plain-text', { message: String.raw`CEF:0|V|P|1|1|a \| b|5|` })).toMatchObject({
      title: 'a | b',
    });
  });
});

describe('the severity map of a source', () => {
  const severityMap = { p1: 'low', 'needs attention': 'high', alarm: 'critical' } as const;
  it.each<[format: string, document: object, severity: string]>([
    ['generic', { title: 'a', severity: ' Needs Attention ' }, 'high'],
    ['generic', { title: 'a', severity: 'P1' }, 'low'],
    ['alertmanager', { alerts: [{ status: 'firing', labels: { alertname: 'a', severity: 'P1' } }] }, 'low'],
    ['cloudwatch-alarm', { AlarmName: 'a', NewStateValue: 'ALARM' }, 'critical'],
    ['generic', { title: 'a', severity: 'high' }, 'high'],
  ])('comes before every scale, in format %s: %j', (format, document, severity) => {
    const alert = alertOf(format, document, { source: { severityMap } });
    expect(alert).toMatchObject({ severity });
    expect(alert.unclassified).toBeUndefined();
  });
});
