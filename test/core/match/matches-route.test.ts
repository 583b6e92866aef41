import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../functions/core/match/glob.ts';
import { matchesRoute } from '../../../functions/core/match/matches-route.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import { anAlert, aRoute } from '../../adapters/records.ts';

const alert = anAlert({ severity: 'high', type: 'threat.network', labels: { env: 'prod', team: 'blue' } });

describe('a route', () => {
  test.each<[string, Route['condition'], boolean]>([
    ['without a condition', {}, true],
    ['of this severity', { minSeverity: 'high' }, true],
    ['of a lower severity', { minSeverity: 'info' }, true],
    ['of a higher severity', { minSeverity: 'critical' }, false],
    ['of this source', { sourceIds: ['src_0', 'src_1'] }, true],
    ['of another source', { sourceIds: ['src_2'] }, false],
    ['of no source at all', { sourceIds: [] }, false],
    ['of this type', { types: ['other', 'threat.*'] }, true],
    ['of another type', { types: ['other.*'] }, false],
    ['of these labels', { labels: { env: 'prod', team: 'blue' } }, true],
    ['of a label with another value', { labels: { env: 'prod', team: 'red' } }, false],
    ['of a label that is not there', { labels: { region: 'eu' } }, false],
    ['whose last part fails', { minSeverity: 'low', types: ['*'], labels: { env: 'dev' } }, false],
  ])('%s', (_, condition, isMatch) => {
    expect(matchesRoute(alert, aRoute({ condition }))).toBe(isMatch);
  });
});

describe('a glob', () => {
  test.each([
    ['threat', 'threat', true],
    ['threat', 'Threat', false],
    ['threat.network', 'threat.*', true],
    ['threat.', 'threat.*', true],
    ['threat', 'threat.*', false],
    ['a.threat.b', '*.threat.*', true],
    ['anything', '*', true],
    ['', '*', true],
    ['', '', true],
    ['abc', 'a*b*c', true],
    ['abbc', 'a*b*bc', true],
    ['abc', 'a*bc*c', false],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['a+b', 'a+*', true],
    ['aab', 'a.b', false],
    ['a*b', 'a**b', true],
    ['axxbxxc', 'a*b**c', true],
  ])('%s against %s: %s', (value, glob, isMatch) => {
    expect(matchesGlob(value, glob)).toBe(isMatch);
  });
});
