import { describe, expect, it } from 'vitest';
import { readDocuments } from '../../../functions/core/config/parse-schemas.ts';
import type { Problem } from '../../../functions/core/config/problem.ts';

function read(documents: unknown) {
  const problems: Problem[] = [];
  const read = readDocuments(documents, problems);
  return { read, problems: problems.map(({ path, message }) => `${path}: ${message}`) };
}

describe('the schemas of a source', () => {
  it('are kept without white space', () => {
    expect(read(['{ "type": "object" }'])).toEqual({ read: ['{"type":"object"}'], problems: [] });
  });

  it.each<[string, unknown, string]>([
    ['no list', '{}', ': expected 1 to 10 JSON Schemas'],
    ['eleven', Array.from({ length: 11 }, () => '{}'), ': expected 1 to 10 JSON Schemas'],
    ['no text', [{}], ': expected 1 to 10 JSON Schemas'],
    ['no JSON', ['{}', '{'], '[1]: is not JSON; expected a JSON Schema'],
    ['no object', ['[]'], '[0]: is not an object; expected a JSON Schema'],
    ['nothing', ['null'], '[0]: is not an object; expected a JSON Schema'],
    [
      'of an old dialect',
      ['{"$schema":"http://json-schema.org/draft-04/schema#"}'],
      '[0]: $schema "http://json-schema.org/draft-04/schema#" is not known; expected draft-07, 2019-09 or 2020-12',
    ],
    [
      'a dialect that is no text',
      ['{"$schema":7}'],
      '[0]: $schema "7" is not known; expected draft-07, 2019-09 or 2020-12',
    ],
  ])('are refused where one is %s', (_what, documents, problem) => {
    expect(read(documents).problems).toEqual([problem]);
  });

  it('are 100,000 bytes at most, of them all', () => {
    const half = JSON.stringify({ description: 'a'.repeat(50_000) });
    expect(read([half]).problems).toEqual([]);
    expect(read([half, half]).problems[0]).toMatch(/bytes of schemas; expected at most 100000$/u);
  });
});
