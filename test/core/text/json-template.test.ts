import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillTemplate, parseTemplate } from '../../../functions/core/text/json-template.ts';
import { template } from '../../../functions/core/deliver/webhook/formats/template.ts';
import { anAlert, GOLDEN_CONTEXT } from '../deliver/webhook/formats/golden.ts';
import { anyCharacter } from '../../any-character.ts';

function fill(text: string, view: unknown): unknown {
  const parsed = parseTemplate(text);
  return parsed.ok ? fillTemplate(parsed.template, view) : parsed.problem;
}

describe('a template', () => {
  it.each<[string, string, unknown, unknown]>([
    ['text in a string', '{"a": "x {{title}} y"}', { title: 'T' }, { a: 'x T y' }],
    ['white space inside the braces', '{"a": "{{  title }}"}', { title: 'T' }, { a: 'T' }],
    ['a number as text', '{"a": "{{severity_id}}"}', { severity_id: 4 }, { a: '4' }],
    ['a list as text', '{"a": "{{mitre}}"}', { mitre: ['T1', 'T2'] }, { a: 'T1, T2' }],
    ['an object as text', '{"a": "{{details}}"}', { details: { b: 1 } }, { a: '{"b":1}' }],
    ['a place in a list', '{"a": "{{resources.1.name}}"}', { resources: [{}, { name: 'n' }] }, { a: 'n' }],
    ['a name with dots', '{"a": "{{labels.app.io/name}}"}', { labels: { 'app.io/name': 'n' } }, { a: 'n' }],
    ['what is not there', '{"a": "{{description}}", "b": {{json details.x}}}', {}, { a: '', b: null }],
    [
      'a whole value',
      '{"a": {{json details}}, "b": [{{json severity_id}}]}',
      { details: { c: [1] }, severity_id: 4 },
      { a: { c: [1] }, b: [4] },
    ],
    ['a whole value in quotes', '{"a": "{{json labels}}"}', { labels: { b: 'c' } }, { a: { b: 'c' } }],
    [
      'values that are not placeholders',
      '{"a": [1, true, null, "}}", {"__proto__": 2}]}',
      {},
      JSON.parse('{"a": [1, true, null, "}}", {"__proto__": 2}]}'),
    ],
    [
      'nothing that every object has',
      '{"a": "{{details.constructor}}", "b": {{json details.__proto__}}}',
      { details: {} },
      { a: '', b: null },
    ],
  ])('fills in %s', (_what, text, view, expected) => {
    expect(fill(text, view)).toEqual(expected);
  });

  it('does not read what it filled in', () => {
    expect(fill('{"a": "{{title}}{{type}}"}', { title: '{{json details}}', type: '$&' })).toEqual({
      a: '{{json details}}$&',
    });
  });

  it('is JSON whatever the alert holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const view = { title: text, details: { [text]: text } };
        const filled = fill('{"a": "<{{title}}>", "b": {{json details}}}', view);
        expect(JSON.parse(JSON.stringify(filled))).toEqual({ a: `<${text}>`, b: { [text]: text } });
      }),
    );
  });

  it.each([
    ['{"a": {{title}}}', /\{\{title\}\} outside of a string; expected "\{\{title\}\}" or \{\{json title\}\}/],
    ['{"a": "x",}', /is not JSON/],
    ['', /is not JSON/],
    ['"{{title}}"', /not a JSON object or array/],
    ['{"a": "{{titel}}"}', /no field "titel"/],
    ['{"a": "{{title"}', /without its/],
    ['{"a": "{{#if title}}x{{/if}}"}', /is not a path/],
    ['{"a": "{{details..x}}"}', /is not a path/],
    ['{"a": "{{}}"}', /is not a path/],
    ['{"a": "see {{json details}}"}', /inside a longer string/],
    ['{"{{title}}": 1}', /in the field name/],
    [`{"a": "${'{{title}}'.repeat(101)}"}`, /101 placeholders/],
    [`{"a": "${'x'.repeat(40_000)}"}`, /longer than 32768/],
    [`${'['.repeat(40)}${']'.repeat(40)}`, /nested deeper/],
  ])('is refused when it is %j', (text, message) => {
    const parsed = parseTemplate(text);
    expect(parsed.ok ? 'taken' : parsed.problem).toMatch(message);
  });

  it('cuts what its placeholders stand for when the body would be too large', () => {
    const text = `[${Array.from({ length: 99 }, () => '{{json details}}').join(', ')}, "{{title}}"]`;
    const context = { ...GOLDEN_CONTEXT, destination: { ...GOLDEN_CONTEXT.destination, template: text } };
    const body = template.render(anAlert({ details: { a: 'x'.repeat(200_000) } }), context);
    expect(body.length).toBeLessThan(10_000);
    expect(JSON.parse(body)).toContain('Something happened');
  });
});
