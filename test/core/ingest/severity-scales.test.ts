import { describe, expect, it } from 'vitest';
import { graded, SCALES } from '../../../functions/core/ingest/severity-scales.ts';
import type { SeverityScale } from '../../../functions/core/model/wire/severity.ts';

const TABLE: Record<SeverityScale, [value: unknown, severity: string | undefined][]> = {
  words: [
    ...['info', 'informational', 'none', 'debug', 'ok', 'notice'].map((word): [string, string] => [
      word,
      'info',
    ]),
    ...['low', 'minor'].map((word): [string, string] => [word, 'low']),
    ...['medium', 'moderate', 'warning', 'warn', 'average'].map((word): [string, string] => [word, 'medium']),
    ...['high', 'error', 'major', 'important'].map((word): [string, string] => [word, 'high']),
    ...['critical', 'fatal', 'emergency', 'disaster', 'severe'].map((word): [string, string] => [
      word,
      'critical',
    ]),
    [' High ', 'high'],
    ['constructor', undefined],
    ['', undefined],
    [3, undefined],
  ],
  rising: [
    [1, 'info'],
    [2, 'low'],
    ['3', 'medium'],
    [4, 'high'],
    [5, 'critical'],
    [6, 'critical'],
    [0, undefined],
    [99, undefined],
    [2.5, undefined],
  ],
  priority: [
    ['P5', 'info'],
    ['P4', 'low'],
    ['p3', 'medium'],
    [2, 'high'],
    ['1', 'critical'],
    ['P0', 'critical'],
    ['High', 'high'],
    ['P6', undefined],
    ['P', undefined],
  ],
  syslog: [
    [0, 'critical'],
    [1, 'critical'],
    ['2', 'critical'],
    [3, 'high'],
    [4, 'medium'],
    [5, 'info'],
    [6, 'info'],
    [7, 'info'],
    ['Emergency', 'critical'],
    ['crit', 'critical'],
    ['err', 'high'],
    [8, undefined],
    [-1, undefined],
  ],
  cvss: [
    [0, 'info'],
    [0.1, 'low'],
    [3.9, 'low'],
    ['4.0', 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
    [10.1, undefined],
    ['7.x', undefined],
    [Number.NaN, undefined],
  ],
  percent: [
    [0, 'info'],
    [1, 'low'],
    [39, 'low'],
    [40, 'medium'],
    [69, 'medium'],
    [70, 'high'],
    [89, 'high'],
    [90, 'critical'],
    [100, 'critical'],
    [101, undefined],
  ],
  guardduty: [
    [0.9, 'info'],
    [1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [7, 'high'],
    [9, 'critical'],
    [11, undefined],
  ],
  wazuh: [
    [0, 'info'],
    [3, 'info'],
    [4, 'low'],
    [7, 'medium'],
    [12, 'high'],
    [15, 'critical'],
    [17, undefined],
  ],
};

describe('a severity scale', () => {
  it.each(
    Object.entries(TABLE).flatMap(([scale, rows]) =>
      rows.map(([value, severity]): [SeverityScale, unknown, string | undefined] => [
        scale as SeverityScale,
        value,
        severity,
      ]),
    ),
  )('%s reads %j as %s', (scale, value, severity) => {
    expect(SCALES[scale](value)).toBe(severity);
  });

  it('keeps the value of the sender, mapped or not', () => {
    expect(graded('P1', SCALES.priority)).toEqual({ severity: 'critical', severityOriginal: 'P1' });
    expect(graded('urgent', SCALES.words)).toEqual({ severityOriginal: 'urgent' });
    expect(graded(undefined, SCALES.words)).toEqual({});
  });
});
