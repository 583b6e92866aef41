import { describe, expect, it } from 'vitest';
import { parseRoute } from '../../../functions/core/config/parse-route.ts';

const ROUTE = { name: 'urgent', destinationIds: ['dst_a'] };

function pathsOf(input: unknown): string[] {
  const parsed = parseRoute(input);
  return parsed.ok ? [] : parsed.problems.map((problem) => problem.path);
}

describe('the settings of a route', () => {
  it('match everything without a condition', () => {
    expect(parseRoute(ROUTE)).toEqual({ ok: true, value: { ...ROUTE, condition: {} } });
  });

  it('keep every condition, and each destination once', () => {
    const condition = {
      sourceIds: ['src_a'],
      types: ['github.*'],
      minSeverity: 'high',
      labels: { environment: 'prod' },
    };
    expect(parseRoute({ name: 'urgent', destinationIds: ['dst_a', 'dst_a'], condition })).toEqual({
      ok: true,
      value: { ...ROUTE, condition },
    });
  });

  it.each<[string, object, string[]]>([
    ['no name', { name: '' }, ['name']],
    ['no destination', { destinationIds: [] }, ['destinationIds']],
    ['an empty destination', { destinationIds: [''] }, ['destinationIds']],
    ['an empty list of sources', { condition: { sourceIds: [] } }, ['condition.sourceIds']],
    ['an empty list of types', { condition: { types: [] } }, ['condition.types']],
    ['an empty list of matchers', { condition: { matchers: [] } }, ['condition.matchers']],
    ['an empty list of intervals', { activeIntervalIds: [] }, ['activeIntervalIds']],
    ['an unknown condition', { condition: { color: 'red' } }, ['condition.color']],
    ['a type with a space', { condition: { types: ['a b'] } }, ['condition.types[0]']],
    ['an unknown severity', { condition: { minSeverity: 'urgent' } }, ['condition.minSeverity']],
    ['no labels', { condition: { labels: {} } }, ['condition.labels']],
    ['a label without a value', { condition: { labels: { a: '' } } }, ['condition.labels']],
    ['labels in a list', { condition: { labels: ['a=b'] } }, ['condition.labels']],
  ])('refuse %s', (_what, change, paths) => {
    expect(pathsOf({ ...ROUTE, ...change })).toEqual(paths);
  });
});
