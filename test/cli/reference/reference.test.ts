import { readdirSync, readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configurationSchema } from '../../../cli/reference/configuration-schema.ts';
import { REFERENCE_FOLDER, referenceFiles } from '../../../cli/reference/reference-files.ts';
import { DESTINATION_FORMATS } from '../../../functions/core/model/config/destination.ts';

const validator = new Validator(configurationSchema(), '2020-12', false);
const problemsOf = (text: string): string[] =>
  validator.validate(parse(text)).errors.map(({ instanceLocation, error }) => `${instanceLocation} ${error}`);

const files = await referenceFiles();

describe('docs/reference', () => {
  it.each(Object.entries(files))(
    '%s is what the code says; npm run reference writes it anew',
    (name, text) => {
      expect(readFileSync(new URL(name, REFERENCE_FOLDER), 'utf8')).toBe(text);
    },
  );

  it('has a schema of the body of every format, and of no other', () => {
    const bodies = readdirSync(new URL('bodies/', REFERENCE_FOLDER)).map((name) =>
      name.replace('.schema.json', ''),
    );
    expect(bodies.toSorted()).toEqual(DESTINATION_FORMATS.toSorted());
  });
});

describe('the schema of the configuration', () => {
  it('takes the file of the page', () => {
    const page = readFileSync(new URL('../../../docs/configuration-as-code.md', import.meta.url), 'utf8');
    const [, file = ''] = /^```yaml\n([\s\S]*?)^```$/mu.exec(page) ?? [];
    expect(file).toContain('apiVersion');
    expect(problemsOf(file)).toEqual([]);
  });

  it.each([
    ['a kind that is none', 'rules: {}'],
    ['a field that is none', 'sources: {a: {formt: github}}'],
    ['a format that is none', 'sources: {a: {format: githib}}'],
    ['a secret', 'sources: {a: {secret: word}}'],
    ['a place that is none', 'sources: {a: {secret: {vault: word}}}'],
    ['a destination without a channel', 'destinations: {a: {to: [a@example.com]}}'],
    [
      'a field of the other channel',
      'destinations: {a: {channel: email, to: [a@example.com], url: "https://a"}}',
    ],
    ['a role that is none', 'destinations: {a: {channel: email, to: [a@example.com], role: boss}}'],
    ['a switch that is text', 'sources: {a: {strict: "on"}}'],
    [
      'the value of a header',
      'destinations: {a: {channel: webhook, url: "https://a", custom_header: {X: y}}}',
    ],
  ])('refuses %s', (_, text) => {
    expect(problemsOf(`apiVersion: tocsin/v1\n${text}`)).not.toEqual([]);
  });

  it('says of every field what it is', () => {
    const { $defs } = configurationSchema() as {
      $defs: Record<string, { properties?: Record<string, object> }>;
    };
    const fields = Object.values($defs).flatMap(({ properties = {} }) => Object.entries(properties));
    expect(fields.length).toBeGreaterThan(60);
    const unsaid = fields.filter(([, field]) => !('description' in field) && !('const' in field));
    expect(unsaid).toEqual([]);
  });
});
