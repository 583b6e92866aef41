import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../functions/core/config/parse-source.ts';
import { FORMATS } from '../../../functions/core/ingest/formats/index.ts';

const parse = (mapping: unknown, format = 'mapping') =>
  parseSource({ name: 'siem', format, mapping }, FORMATS);

describe('a mapping', () => {
  it('keeps its paths, with words for severities unless a scale is declared', () => {
    expect(
      parse({
        fields: { title: 'rule.name | message', severity: '/rule/level' },
        resolvedWhen: [' Closed '],
      }),
    ).toMatchObject({
      ok: true,
      value: {
        mapping: {
          fields: { title: 'rule.name | message', severity: '/rule/level' },
          severityScale: 'words',
          resolvedWhen: ['closed'],
        },
      },
    });
  });

  it.each<[string, unknown, string[]]>([
    ['no title', { fields: {} }, ['mapping.fields']],
    ['nothing', undefined, ['mapping.fields']],
    ['a field nobody knows', { fields: { title: 'a', titel: 'b' } }, ['mapping.fields.titel']],
    ['no path', { fields: { title: 'a..b' } }, ['mapping.fields.title']],
    ['a scale nobody knows', { fields: { title: 'a' }, severityScale: 'up' }, ['mapping.severityScale']],
    ['words that are none', { fields: { title: 'a' }, resolvedWhen: [1] }, ['mapping.resolvedWhen']],
  ])('is refused with the path of what is wrong: %s', (_what, mapping, paths) => {
    const parsed = parse(mapping);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.path)).toEqual(paths);
  });

  it('belongs to the format mapping alone', () => {
    expect(parse({ fields: { title: 'a' } }, 'generic')).toMatchObject({ problems: [{ path: 'mapping' }] });
  });
});
