import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import { DESTINATION_FORMATS } from '../../../../../functions/core/model/config/destination.ts';
import { SEVERITIES } from '../../../../../functions/core/model/wire/severity.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT, goldenBody } from './golden.ts';
import { schemaProblems } from './schema-problems.ts';
import { anyCharacter } from '../../../../any-character.ts';

type Schema = Parameters<typeof schemaProblems>[1];
const FOLDER = new URL('../../../../../docs/reference/bodies/', import.meta.url);
const schemaOf = (format: string): Schema =>
  JSON.parse(readFileSync(new URL(`${format}.schema.json`, FOLDER), 'utf8')) as Schema;

/** A template's body is what the operator wrote. */
const WITH_SCHEMA = DESTINATION_FORMATS.filter((format) => format !== 'template');
const ENDS = ['resolved', 'dismissed'] as const;
/** Ending an alert at these receivers is another request, with another body. */
const ENDS_ELSEWHERE = new Set(['opsgenie']);

it.each(DESTINATION_FORMATS)('the published schema of %s takes its golden example', (format) => {
  const { $schema, ...schema } = schemaOf(format);
  expect($schema).toBe('https://json-schema.org/draft/2020-12/schema');
  expect(schemaProblems(JSON.parse(goldenBody(format)), schema)).toEqual([]);
});

describe.each(WITH_SCHEMA)('the schema of %s', (format) => {
  const schema = schemaOf(format);
  const problemsOf = (alert: Alert): string[] =>
    schemaProblems(JSON.parse(findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? ''), schema);

  it.each<[string, Alert]>([
    ['the golden alert', GOLDEN_ALERT],
    ...ENDS.map((status): [string, Alert] => [
      `its end, ${status}`,
      { ...GOLDEN_ALERT, status: ENDS_ELSEWHERE.has(format) ? 'firing' : status },
    ]),
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
      fc.property(fc.string({ unit: anyCharacter, maxLength: 60 }), (text) => {
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

  it('takes an alert of which every part is larger than anybody allows', () => {
    fc.assert(
      fc.property(fc.constantFrom('a', '&', '<', '*', '@', '\u65e5', '\u{1f600}', 'a b ', '\\'), (unit) => {
        const body = findWebhookFormat(format)?.render(oversized(unit), GOLDEN_CONTEXT) ?? '';
        expect(schemaProblems(JSON.parse(body), schema)).toEqual([]);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BYTES[format] ?? Number.POSITIVE_INFINITY);
        if (format === 'discord') expect(embedCharacters(body)).toBeLessThanOrEqual(6_000);
        if (format === 'opsgenie') expect(detailCharacters(body)).toBeLessThanOrEqual(8_000);
      }),
      { numRuns: 9 },
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

/** What a vendor takes in one request. */
const MAX_BYTES: Record<string, number> = {
  'microsoft-teams': 28_000,
  pagerduty: 524_288,
  'splunk-hec': 1_000_000,
};

function oversized(unit: string): Alert {
  const long = unit.repeat(2_500);
  const many = <T>(entry: T): T[] => Array.from({ length: 60 }, () => entry);
  const details = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`${index} ${unit.repeat(400)}`, unit.repeat(3_000)]),
  );
  return anAlert({
    title: long,
    type: long,
    description: unit.repeat(20_000),
    dedup_key: long,
    environment: long,
    source: { id: long, name: long, format: 'generic' },
    rule: { id: long, name: long, url: `https://a.example/${'r'.repeat(5_000)}` },
    mitre: many(long),
    resources: many({ type: long, id: long, name: long, region: long }),
    actors: many({ type: long, id: long, name: long }),
    observables: many({ type: long, value: long }),
    actions_taken: many({ name: long }),
    remediation: { summary: long, steps: many(long), url: `https://a.example/${'p'.repeat(1_900)}` },
    links: Array.from({ length: 50 }, (_, index) => ({ rel: long, url: `https://a.example/${index}` })),
    labels: details,
    details,
  });
}

/** Discord counts titles, descriptions, names and values of fields, and footers together. */
function embedCharacters(body: string): number {
  const [embed] = (JSON.parse(body) as { embeds: Embed[] }).embeds;
  const fields = embed?.fields.flatMap(({ name, value }) => [name, value]) ?? [];
  return [embed?.title, embed?.description, embed?.footer.text, ...fields].join('').length;
}
type Embed = {
  title: string;
  description?: string;
  footer: { text: string };
  fields: { name: string; value: string }[];
};

function detailCharacters(body: string): number {
  return Object.entries((JSON.parse(body) as { details: Record<string, string> }).details)
    .flat()
    .join('').length;
}
