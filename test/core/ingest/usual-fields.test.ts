import { describe, expect, it } from 'vitest';
import { personText, readUsual, usualInstant } from '../../../functions/core/ingest/usual-fields.ts';

describe('a record of a shape that nobody knows', () => {
  it.each<[object, object]>([
    [{ ruleName: 'Disk full' }, { title: 'Disk full' }],
    [{ rule_name: 'Disk full' }, { title: 'Disk full' }],
    [{ title: 'A', name: 'B' }, { title: 'A' }],
    [{ message: 'Disk full\nof web-1' }, { title: 'Disk full', description: 'Disk full\nof web-1' }],
    [{ message: 'Disk full' }, { title: 'Disk full' }],
    [{ severity: { label: 'HIGH' } }, { severity: 'high', severityOriginal: 'HIGH' }],
    [{ severity: 'purple' }, { severityOriginal: 'purple' }],
    [
      { priority: 'P1', severity: 'purple' },
      { severity: 'critical', severityOriginal: 'P1' },
    ],
    [{ state: 'OK' }, { status: 'resolved' }],
    [{ url: 'javascript:alert(1)' }, {}],
    [{ url: 'https://a.example/1' }, { links: [{ rel: 'console', url: 'https://a.example/1' }] }],
    [{}, {}],
  ])('%j reads %j', (record, draft) => {
    expect(readUsual({ ...record })).toEqual(draft);
  });

  it('says who put it aside, and why, only where it was put aside', () => {
    const who = { dismissed_reason: 'false positive', resolvedBy: { login: 'ana' } };
    expect(readUsual({ status: 'dismissed', ...who }).dismissal).toEqual({
      reason: 'false positive',
      by: 'ana',
    });
    expect(readUsual({ status: 'open', ...who }).dismissal).toBeUndefined();
  });
});

it.each<[unknown, string | undefined]>([
  ['ana', 'ana'],
  [{ login: 'ana', name: 'Ana' }, 'ana'],
  [{ email: 'ana@example.com' }, 'ana@example.com'],
  [7, undefined],
  [{}, undefined],
])('a person %j is called %s', (value, text) => {
  expect(personText(value)).toBe(text);
});

it.each<[unknown, string | undefined]>([
  ['1768486981', '2026-01-15T14:23:01.000Z'],
  ['1768486981500', '2026-01-15T14:23:01.500Z'],
  ['2026-01-15T14:23:01Z', '2026-01-15T14:23:01.000Z'],
  ['soon', undefined],
])('the instant %j is %s', (value, instant) => {
  expect(usualInstant(value)).toBe(instant);
});
