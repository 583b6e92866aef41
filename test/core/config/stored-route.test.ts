import { describe, expect, it } from 'vitest';
import { STORED_ROUTE } from '../../../functions/core/config/stored/route.ts';
import { aRoute } from '../../adapters/records.ts';

describe('a route in the table', () => {
  it.each([
    [aRoute()],
    [
      aRoute({
        condition: { minSeverity: 'high', sourceIds: ['src_1'], types: ['a.*'], labels: { a: 'b' } },
      }),
    ],
    [aRoute({ condition: { matchers: ['env!=dev', 'team=~"a|b"'] }, isEnabled: false })],
    [aRoute({ id: 'rte_default', name: 'default', destinationIds: [] })],
  ])('is read: %j', (route) => {
    expect(STORED_ROUTE.problem(route, '')).toBeUndefined();
  });

  it.each([
    ['condition.matchers[1]', aRoute({ condition: { matchers: ['env=dev', 'env==dev'] } })],
    ['condition.matchers[0]', aRoute({ condition: { matchers: ['{}'] } })],
    ['condition.matchers[0]', aRoute({ condition: { matchers: ['team=~"("'] } })],
    ['condition.matchers', aRoute({ condition: { matchers: [] } })],
    ['condition.sourceIds', aRoute({ condition: { sourceIds: [] } })],
    ['condition.labels', aRoute({ condition: { labels: {} } })],
    ['activeIntervalIds', aRoute({ activeIntervalIds: [] })],
    ['condition.matchers', { ...aRoute(), condition: { matchers: 'env=dev' } }],
    ['destinationIds', aRoute({ destinationIds: [] })],
    ['isEnabled', { ...aRoute(), isEnabled: 'no' }],
  ])('is not read where %s is wrong', (path, route) => {
    expect(STORED_ROUTE.problem(route, '')).toContain(`${path} is`);
  });

  it('keeps of its condition what can be read, which takes no less than what was written', () => {
    const matchers = ['env==dev', 'team=~"a|b"', 'team=~"("'];
    const condition = { minSeverity: 'high', matchers, labels: { a: 'b' } };
    expect(STORED_ROUTE.seen({ config: { ...aRoute(), condition } }, false).condition).toEqual({
      minSeverity: 'high',
      matchers: ['team=~"a|b"'],
      labels: { a: 'b' },
    });
  });
});
