import { describe, expect, test } from 'vitest';
import { parseMatchers } from '../../../functions/core/match/parse-matchers.ts';
import { silenceBook } from '../../../functions/core/match/silences.ts';
import type { Silence } from '../../../functions/core/model/config/silence.ts';
import { SEVERITIES } from '../../../functions/core/model/wire/severity.ts';
import { anAlert, aSilence } from '../../adapters/records.ts';

const AT = Date.parse('2026-01-15T15:00:00.000Z');
const DEV = anAlert({ labels: { env: 'dev', team: 'web' } });
const silenceOf = (...sets: string[]) =>
  aSilence({ matcherSets: sets.map((text) => parseMatchers(text).matchers) });

describe('a silence', () => {
  const over = (silence: Silence, alert = DEV, atMs = AT) => silenceBook([silence]).over(alert, atMs)?.id;

  test.each([
    [['env=dev'], true],
    [['env=prod'], false],
    [['env=prod', 'team=web'], true],
    [['env=dev,team=db'], false],
    [['env=~"d.*",team!~"d.*"'], true],
    [['{}'], true],
    [['region=""'], true],
  ])('of %j covers the alert: %s', (sets, isCovered) => {
    expect(over(silenceOf(...sets))).toBe(isCovered ? 'sil_1' : undefined);
  });

  test('covers from its first instant to the one before its end', () => {
    const silence = silenceOf('env=dev');
    const [from, to] = [Date.parse(silence.startsAt), Date.parse(silence.endsAt)];
    expect([from - 1, from, to - 1, to].map((at) => over(silence, DEV, at))).toEqual([
      undefined,
      'sil_1',
      'sil_1',
      undefined,
    ]);
  });

  test.each([
    ['env=dev', false],
    ['{}', false],
    ['env=dev,severity!=low', false],
    ['env=dev,severity=critical', true],
    ['env=dev,severity>=info', true],
    ['severity=~"high|critical"', true],
  ])('%s covers a critical alert only where it names the severity: %s', (text, isCovered) => {
    const critical = anAlert({ severity: 'critical', severity_id: 5, labels: { env: 'dev' } });
    expect(over(silenceOf(text), critical)).toBe(isCovered ? 'sil_1' : undefined);
    for (const severity of SEVERITIES.filter((one) => one !== 'critical' && one !== 'low')) {
      const alert = anAlert({ severity, labels: { env: 'dev' } });
      if (!text.includes('=critical') && (severity === 'high' || !text.includes('~'))) {
        expect([severity, over(silenceOf(text), alert)]).toEqual([severity, 'sil_1']);
      }
    }
  });

  test.each([
    ['{}', false],
    ['severity>=info', false],
    ['type=~".*"', false],
    ['source!=ci', false],
    ['type=tocsin.source-silent', true],
    ['source=Tocsin', true],
    ['format=system', true],
  ])('%s covers a system alert only where it names them: %s', (text, isCovered) => {
    const alert = anAlert({
      type: 'tocsin.source-silent',
      severity: 'critical',
      source: { id: 'tocsin', name: 'Tocsin', format: 'system' },
    });
    expect(over(silenceOf(text), alert)).toBe(isCovered ? 'sil_1' : undefined);
  });

  test('of several the one that ends last is named', () => {
    const [early, late] = [
      silenceOf('env=dev'),
      aSilence({ id: 'sil_2', endsAt: '2026-01-15T17:00:00.000Z' }),
    ];
    for (const both of [
      [early, late],
      [late, early],
    ]) {
      expect(silenceBook(both).over(DEV, AT)?.id).toBe('sil_2');
    }
  });
});
