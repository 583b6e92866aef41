import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AWS_EVENT_PATTERNS } from '../../../../functions/core/config/aws-event-patterns.ts';
import { AWS_EVENTS } from '../../../../functions/core/model/config/aws-events.ts';
import { readEventPattern } from '../../../../local/emulators/eventbridge/event-pattern.ts';
import { alertOf } from './read-payload.ts';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8'));

type Sample = { what: string; page: string; rule: string | null; event: object; alert?: object };
const { samples } = read('aws-documented/events.json') as { samples: Sample[] };
const schemas = read('aws-documented/schemas.json') as Record<string, unknown>;

/** Whose rule of the door takes an event. */
const takenBy = (event: unknown): string[] =>
  AWS_EVENTS.filter((events) =>
    readEventPattern(AWS_EVENT_PATTERNS[events]({ namePrefix: 'Tocsin' }))(event),
  );

describe("events as AWS's own pages show them", () => {
  it.each(samples)('$what goes where it should', ({ rule, event }) => {
    expect(takenBy(event)).toEqual(rule === null ? [] : [rule]);
  });

  it.each(samples.filter(({ alert }) => alert !== undefined))('$what is read', ({ event, alert }) => {
    expect(alertOf('aws-event', event)).toMatchObject(alert ?? {});
  });

  it('each shows where it is from', () => {
    for (const { page } of samples) expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//u);
  });
});

/** Fields of a sample that the schema of its event does not have. */
function unknownFields(value: unknown, schema: unknown, path: string): string[] {
  if (Array.isArray(value) && Array.isArray(schema)) {
    return value.flatMap((one) => unknownFields(one, schema[0], `${path}[]`));
  }
  if (typeof value !== 'object' || value === null || typeof schema !== 'object' || schema === null) return [];
  const fields = schema as Record<string, unknown>;
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = fields[name] ?? fields['*'];
    return known === undefined ? [`${path}.${name}`] : unknownFields(inner, known, `${path}.${name}`);
  });
}

/** CloudTrail writes it into every record; the registry's schema of a sign-in is older. */
const LATER_THAN_THE_SCHEMA = new Set(['detail.recipientAccountId']);

describe("samples against EventBridge's registry of schemas", () => {
  const files = readdirSync(new URL('formats/aws-event/', FIXTURES)).filter((file) => file.endsWith('.json'));
  const ours = files
    .map((file) => [file, read(`formats/aws-event/${file}`) as Record<string, unknown>] as const)
    .filter(([, event]) => `${String(event['source'])}|${String(event['detail-type'])}` in schemas);

  it.each(ours)('%s has no field that the service does not send', (_file, event) => {
    const schema = schemas[`${String(event['source'])}|${String(event['detail-type'])}`];
    const found = unknownFields(event['detail'], schema, 'detail').filter(
      (field) => !LATER_THAN_THE_SCHEMA.has(field),
    );
    expect(found).toEqual([]);
  });

  it('a schema is there for four of the services', () => {
    expect(ours.map(([file]) => file)).toEqual([
      'cloudwatch-alarm.json',
      'guardduty.json',
      'health.json',
      'root-login.json',
    ]);
  });
});
