import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import { SEVERITIES } from '../../../../../functions/core/model/wire/severity.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT } from './golden.ts';
import { schemaProblems } from './schema-problems.ts';

type Schema = Parameters<typeof schemaProblems>[1];
const FOLDER = new URL('../../../../fixtures/webhook-schemas/', import.meta.url);
const schemaOf = (format: string): Schema =>
  JSON.parse(readFileSync(new URL(`${format}.schema.json`, FOLDER), 'utf8')) as Schema;

describe.each(['cloudevents', 'ocsf', 'microsoft-teams'])('the schema of %s', (format) => {
  const schema = schemaOf(format);
  const problemsOf = (alert: Alert): string[] =>
    schemaProblems(JSON.parse(findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? ''), schema);

  it.each<[string, Alert]>([
    ['the golden alert', GOLDEN_ALERT],
    ['its end', { ...GOLDEN_ALERT, status: 'resolved' }],
    ['an alert with nothing but what is required', anAlert()],
    [
      'an alert with empty parts',
      anAlert({ rule: {}, mitre: [], resources: [{}], actors: [], remediation: {}, links: [] }),
    ],
    ['a fractional confidence', anAlert({ confidence: 49.5 })],
    ...SEVERITIES.map((severity): [string, Alert] => [`severity ${severity}`, anAlert({ severity })]),
  ])('takes %s', (_what, alert) => {
    expect(problemsOf(alert)).toEqual([]);
  });

  it('takes any text in any place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const alert = anAlert({
          title: text,
          type: text,
          description: text,
          dedup_key: text,
          tenant_id: text,
          source: { id: text, name: text, format: 'generic' },
          rule: { id: text, url: text },
          mitre: [text],
          resources: [{ type: text, id: text }],
          observables: [{ type: text, value: text }],
          remediation: { summary: text, url: text },
          links: [{ rel: text, url: `https://a.example/${text}` }],
          labels: { [text]: text },
        });
        expect(problemsOf(alert)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('refuses a document that lacks a field, or has one too many', () => {
    const body = JSON.parse(findWebhookFormat(format)?.render(GOLDEN_ALERT, GOLDEN_CONTEXT) ?? '') as Record<
      string,
      unknown
    >;
    for (const name of schema.required ?? []) {
      const { [name]: _left, ...others } = body;
      expect(schemaProblems(others, schema)).not.toEqual([]);
    }
    expect(schemaProblems({ ...body, surplus: 1 }, schema)).toEqual(['$ has the unknown field surplus']);
  });
});
