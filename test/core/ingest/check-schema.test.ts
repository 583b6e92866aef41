import { describe, expect, it } from 'vitest';
import { schemaMismatch, schemaProblem } from '../../../functions/core/ingest/check-schema.ts';
import { recordCheckOf } from '../../../functions/core/ingest/record-check.ts';
import { generic } from '../../../functions/core/ingest/formats/generic.ts';
import { normalize } from '../../../functions/core/ingest/normalize.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';

const PERSON = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['title', 'host'],
  properties: { host: { $ref: '#/$defs/host' }, level: { enum: ['low', 'high'] } },
  $defs: { host: { type: 'string', pattern: '^[a-z]+$' } },
});
const DRAFT_7 = JSON.stringify({
  $schema: 'http://json-schema.org/draft-07/schema#',
  properties: { pair: { items: [{ type: 'number' }, { type: 'string' }] } },
  required: ['pair'],
});

function detailOf(record: unknown, ...documents: string[]): string | undefined {
  return schemaMismatch(record, { documents, isStrict: true })?.detail;
}

describe('a record against schemas', () => {
  it('matches, or not with the place and what was expected', () => {
    expect(detailOf({ title: 'a', host: 'web' }, PERSON)).toBeUndefined();
    expect(detailOf({ title: 'a' }, PERSON)).toMatch(/does not match the schema: #.*required.*host/);
    expect(detailOf({ title: 'a', host: 7 }, PERSON)).toMatch(/#\/host .*string/);
    expect(detailOf({ title: 'a', host: 'web', level: 'x' }, PERSON)).toMatch(/#\/level/);
  });

  it('needs to match one of several', () => {
    expect(detailOf({ pair: [1, 'a'] }, PERSON, DRAFT_7)).toBeUndefined();
    expect(detailOf({ pair: ['a', 1] }, PERSON, DRAFT_7)).toMatch(/any of 2 schemas/);
  });

  it('is judged by the draft that the schema names', () => {
    expect(detailOf({ pair: [1, 'a'] }, DRAFT_7)).toBeUndefined();
    expect(detailOf({ pair: ['a', 'a'] }, DRAFT_7)).toBeDefined();
  });

  it('never makes a detail longer than a line', () => {
    expect(detailOf({ title: 'a', host: 'X'.repeat(10_000) }, PERSON)?.length).toBeLessThanOrEqual(240);
  });

  it('cannot be judged by a schema that is none, and that is said', () => {
    const broken = JSON.stringify({ properties: { a: { $ref: '#/$defs/missing' } } });
    expect(schemaMismatch({ a: 1 }, { documents: [broken], isStrict: true })).toMatchObject({
      isSchemaBroken: true,
    });
  });
});

describe('a text that keeps a pattern busy', () => {
  // The ways in which V8 backtracks without end: a repetition of a repetition, of a choice, and one after the other.
  const PATTERNS = ['^(a+)+$', '^(a|a)*$', '^(a*)*b$', '(a+)+!', '^([a-z]+)*[0-9]$', '(.*a){24}'];
  const TEXTS = ['a'.repeat(60), `${'a'.repeat(60)}?`, 'a'.repeat(40_000)];
  const PLACES: [string, (pattern: string) => object, (text: string) => object][] = [
    ['a value', (pattern) => ({ properties: { host: { pattern } } }), (host) => ({ title: 'x', host })],
    [
      'a name',
      (pattern) => ({ patternProperties: { [pattern]: {} } }),
      (name) => ({ title: 'x', [name]: 1 }),
    ],
    [
      'one of several',
      (pattern) => ({ anyOf: [{ properties: { host: { pattern } } }] }),
      (host) => ({ host }),
    ],
    ['names', (pattern) => ({ propertyNames: { pattern } }), (name) => ({ [name]: 1 })],
  ];

  it.each(
    PLACES.flatMap(([place, schema, record], index) =>
      // Each in the first place, and one in each of the others.
      PATTERNS.slice(0, index === 0 ? PATTERNS.length : 1).map(
        (pattern) => [place, pattern, schema(pattern), record] as const,
      ),
    ),
  )('as %s of %s, ends, once for all records of a while', (_place, _pattern, schema, record) => {
    const schemas = { documents: [JSON.stringify(schema)], isStrict: true };
    for (const text of TEXTS) {
      // Whether it matches is not known; then the alert is told, and says so.
      const mismatch = schemaMismatch(record(text), schemas);
      expect(mismatch === undefined || mismatch.isSchemaBroken || mismatch.detail.includes('match')).toBe(
        true,
      );
    }
    const isSlow = TEXTS.some((text) => schemaMismatch(record(text), schemas)?.isSchemaBroken === true);
    const before = process.cpuUsage().user;
    const rounds = Array.from({ length: isSlow ? 1_000 : 0 }, () => record(TEXTS[1] ?? ''));
    expect(rounds.every((one) => schemaMismatch(one, schemas)?.isSchemaBroken === true)).toBe(true);
    expect(process.cpuUsage().user - before).toBeLessThan(5_000_000);
  });
});

describe('a document that should be a schema', () => {
  it.each([PERSON, DRAFT_7, '{}'])('may be %s', (document) => {
    expect(schemaProblem(document)).toBeUndefined();
  });

  it('must not refer to another one', () => {
    expect(schemaProblem('{"$ref":"https://example.com/x.json"}')).toContain('not fetched');
  });
});

async function normalized(record: unknown, schemas: Source['schemas']) {
  const at = '2026-03-01T12:00:00.000Z';
  const source: Source = {
    id: 'src_1',
    name: 'siem',
    auth: { type: 'bearer' },
    format: 'generic',
    streamType: 'auto',
    defaultSeverity: 'medium',
    dedupWindowSeconds: 60,
    ...(schemas !== undefined && { schemas }),
    isEnabled: true,
    createdAt: at,
    updatedAt: at,
  };
  const raw = { sha256: '', size: 1 };
  return normalize(record, 0, generic, {
    requestId: 'r',
    headers: {},
    receivedAt: at,
    source,
    check: await recordCheckOf(source),
    isRepaired: false,
    tenantId: 'Tocsin',
    raw,
  });
}

describe('an alert of a source with a schema', () => {
  it('that does not match is marked, and delivered', async () => {
    const result = await normalized(
      { title: 'a', severity: 'purple' },
      { documents: [PERSON], isStrict: false },
    );
    expect(result).toMatchObject({
      ok: true,
      alert: { unclassified: [{ code: 'unknown-severity' }, { code: 'schema-mismatch' }] },
    });
  });

  it('that does not match is refused when the source is strict', async () => {
    expect(await normalized({ title: 'a' }, { documents: [PERSON], isStrict: true })).toMatchObject({
      ok: false,
      rejection: { code: 'schema-mismatch', index: 0 },
    });
  });

  it('is never refused because the schema is broken', async () => {
    const documents = [JSON.stringify({ properties: { title: { $ref: '#/$defs/missing' } } })];
    expect(await normalized({ title: 'a' }, { documents, isStrict: true })).toMatchObject({
      ok: true,
      alert: { unclassified: [{ code: 'schema-mismatch' }] },
    });
  });

  it('that matches has no mark', async () => {
    const result = await normalized({ title: 'a', host: 'web' }, { documents: [PERSON], isStrict: true });
    expect(result.ok && result.alert).not.toHaveProperty('unclassified');
  });
});
