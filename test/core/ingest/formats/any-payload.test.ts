import { readdirSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../../functions/core/ingest/formats/index.ts';
import { expandRecords } from '../../../../functions/core/ingest/expand-records.ts';
import { fixture, formatOf } from './read-payload.ts';

const FIXTURES = new URL('../../../fixtures/formats/', import.meta.url);
const documentsOf = (format: string): unknown[] =>
  readdirSync(FIXTURES, { withFileTypes: true }).some((entry) => entry.name === format)
    ? readdirSync(new URL(`${format}/`, FIXTURES)).map((file) => fixture(`${format}/${file}`))
    : [{ action: 'created', alert: { number: 1 }, repository: { full_name: 'a/b' } }];

type Node = Record<string, unknown> | unknown[];
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** The document with one value somewhere in it, chosen by `at`, put in place of what was there. */
function changed(document: unknown, at: number, value: unknown): unknown {
  const places: [Node, string][] = [];
  const copy = structuredClone(document);
  const walk = (node: unknown): void => {
    if (!isNode(node)) return;
    for (const [key, inner] of Object.entries(node)) {
      places.push([node, key]);
      walk(inner);
    }
  };
  walk(copy);
  const place = places[at % Math.max(places.length, 1)];
  if (place === undefined) return value;
  Object.assign(place[0], { [place[1]]: value });
  return copy;
}

const mapping = {
  fields: {
    title: 'rule.name',
    severity: 'rule.prio',
    ip: 'src.ips',
    confidence: 'score',
    event_time: 'when',
  },
  severityScale: 'priority' as const,
  resolvedWhen: ['closed'],
};

describe('a payload that is not what the vendor documents', () => {
  it.each(FORMATS.map((format) => format.name))('%s reads what it can, and never fails', (name) => {
    const context = { headers: {}, source: { mapping } };
    const documents = documentsOf(name);
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.jsonValue({ maxDepth: 3 }), (which, at, value) => {
        const document = changed(documents[which % documents.length], at, value);
        for (const record of expandRecords([document], formatOf(name), context)) {
          if (typeof record !== 'object' || record === null || Array.isArray(record)) continue;
          const draft = formatOf(name).read(record as Record<string, unknown>, context);
          expect(['string', 'undefined']).toContain(typeof draft.title);
          // Whatever is in an alert can be sent.
          expect(JSON.parse(JSON.stringify(draft))).toBeDefined();
        }
      }),
      {
        numRuns: 300,
        // What cannot be written out as a text, in every place.
        examples: Array.from({ length: 60 }, (_, at): [number, number, fc.JsonValue] => [
          0,
          at,
          { toString: false },
        ]),
      },
    );
  });
});
