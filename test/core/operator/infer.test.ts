import { Validator, type Schema } from '@cfworker/json-schema';
import { array, assert, boolean, jsonValue, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VALUE_READERS } from '../../../cli/source/value-readers.ts';
import { parseFieldExpression, readAt } from '../../../functions/core/match/field-path.ts';
import { inferMapping } from '../../../functions/core/operator/infer-mapping.ts';
import { inferSchema } from '../../../functions/core/operator/infer-schema.ts';

describe('an inferred schema', () => {
  it('is one that every sample matches, whatever they are', () => {
    assert(
      property(array(jsonValue(), { minLength: 1, maxLength: 6 }), boolean(), (samples, requires) => {
        const validator = new Validator(inferSchema(samples, requires) as Schema, '2020-12');
        for (const sample of samples) expect(validator.validate(sample).valid).toBe(true);
      }),
    );
  });

  it('says what is always there, of which type, and what stands inside', () => {
    const samples = [
      { id: 1, at: '2026-03-01T12:00:00Z', tags: ['a'], rule: { name: 'x', level: 3 } },
      { id: 2, at: '2026-03-01T12:00:01.5+01:00', tags: [], rule: { name: 'y', level: 3.5 }, note: null },
    ];
    expect(inferSchema(samples, true)).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        id: { type: 'integer' },
        note: { type: 'null' },
        rule: {
          type: 'object',
          properties: { level: { type: 'number' }, name: { type: 'string' } },
          required: ['level', 'name'],
        },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['at', 'id', 'rule', 'tags'],
    });
  });

  it('requires nothing where the samples are not whole', () => {
    expect(JSON.stringify(inferSchema([{ a: { b: 1 } }], false))).not.toContain('required');
  });

  it('does not name each key of a map', () => {
    const map = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`id-${index}`, index]));
    expect(inferSchema([map], true)).not.toHaveProperty('properties');
  });
});

describe('an inferred mapping', () => {
  it('finds fields by the names that senders give them', () => {
    const record = {
      timestamp: '2026-03-01T12:00:00Z',
      rule: { level: 10, description: 'sshd: brute force', id: '5712', name: 'brute' },
      agent: { name: 'web-1', ip: '192.0.2.7' },
      data: { srcip: '203.0.113.9', srcuser: 'root' },
      html_url: 'https://example.com/1',
    };
    const { fields, severities } = inferMapping(
      [record, { ...record, rule: { ...record.rule, level: 12 } }, record],
      VALUE_READERS,
    );
    expect(fields).toMatchObject({
      severity: 'rule.level',
      event_time: 'timestamp',
      rule: 'rule.name',
      ip: 'data.srcip',
      link: 'html_url',
    });
    expect(severities).toEqual([10, 12]);
  });

  it('is one that a mapped source can be given, whatever the names', () => {
    assert(
      property(array(string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 3 }), (parents) => {
        const sample = parents.reduceRight<unknown>((inner, name) => ({ [name]: inner }), {
          title: 'found me',
        });
        const { fields } = inferMapping([sample], VALUE_READERS);
        // A name with a bar in it has no spelling, and is left out.
        if (fields.title === undefined) {
          expect(parents.join('')).toContain('|');
          return;
        }
        const expression = parseFieldExpression(fields.title);
        expect(expression).toBeDefined();
        expect(readAt(sample, expression ?? [], (value) => value)).toBe('found me');
      }),
    );
  });

  it('leaves out what is in few samples, and finds nothing in nothing', () => {
    expect(inferMapping([{ title: 'a' }, {}, {}], VALUE_READERS).fields).toEqual({});
    expect(inferMapping([], VALUE_READERS)).toMatchObject({ fields: {}, severities: [], statuses: [] });
  });
});
