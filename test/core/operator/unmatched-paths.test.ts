import { expect, it } from 'vitest';
import { unmatchedPaths } from '../../../functions/core/operator/unmatched-paths.ts';

const records = [{ rule: { name: 'disk' }, level: null }, { level: 3 }];

it.each<[Record<string, string>, readonly unknown[], Record<string, string>]>([
  [{ title: 'rule.name', severity: 'level' }, records, {}],
  [{ title: 'rule.title', severity: 'level' }, records, { title: 'rule.title' }],
  [{ severity: 'level' }, [{ level: null }], { severity: 'level' }],
  // What is no path leads to nothing.
  [{ title: '' }, records, { title: '' }],
  [{ title: 'rule.title' }, [], {}],
])('of %j over %j: %j', (fields, given, unmatched) => {
  expect(unmatchedPaths({ fields }, given)).toEqual(unmatched);
});
