import { describe, expect, test } from 'vitest';
import { conditionMatchers } from '../../../functions/core/match/condition-matchers.ts';
import { indexMatchers } from '../../../functions/core/match/index-matchers.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import { anAlert } from '../../adapters/records.ts';

const alert = anAlert({ severity: 'high', type: 'threat.network', labels: { env: 'prod', team: 'blue' } });

describe('the condition of a route', () => {
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
    ['of matchers that hold', { matchers: ['env!=dev', 'team=~"b.*",severity>=high'] }, true],
    ['of matchers of which one fails', { matchers: ['env!=dev', 'team!=blue'] }, false],
    ['of a label that is called as a field is', { labels: { type: 'threat.network' } }, false],
    ['whose last part fails', { minSeverity: 'low', types: ['*'], labels: { env: 'dev' } }, false],
  ])('%s', (_, condition, isMatch) => {
    expect(indexMatchers([conditionMatchers(condition)])(alert)).toEqual(isMatch ? [0] : []);
  });
});
