import { Validator, type OutputUnit, type SchemaDraft } from '@cfworker/json-schema';
import type { RecordSchemas } from '../model/config/source.ts';
import { isTimeOver, withinTime } from './within-time.ts';

const MAX_DETAIL_CHARACTERS = 240;

/**
 * How long one record may be looked at. The validator knows V8's regular expressions only, which a pattern such as
 * `^(a+)+$` and a text of forty characters keep busy for hours; the text is whatever a sender wrote. RE2, which routes use,
 * would make the function larger by a third.
 */
const LIMIT_MS = 250;

/**
 * Validators live as long as the source they were made for, which the configuration cache replaces every few seconds.
 * Schemas that took too long are not asked again before that: so a sender can use up one `LIMIT_MS` in that time.
 */
type Made = { validators: Validator[]; hasPatterns: boolean; isTooSlow: boolean };
const made = new WeakMap<RecordSchemas, Made>();

/** What is wrong, and whether it is the schema. */
export type SchemaMismatch = { detail: string; isSchemaBroken: boolean };

/**
 * Why a record matches none of a source's schemas; undefined when it matches one.
 *
 * A schema that cannot be evaluated, for example because it refers to another document, is no reason to refuse an
 * alert: see `isSchemaBroken`.
 */
export function schemaMismatch(record: unknown, schemas: RecordSchemas): SchemaMismatch | undefined {
  let closest: OutputUnit | undefined;
  try {
    const { validators, hasPatterns, isTooSlow } = madeOf(schemas);
    if (isTooSlow) return TOO_SLOW;
    for (const validator of validators) {
      const validate = () => validator.validate(record);
      const { valid, errors } = hasPatterns ? withinTime(LIMIT_MS, validate) : validate();
      if (valid) {
        return undefined;
      }
      closest ??= errors.at(-1);
    }
  } catch (error) {
    if (isTimeOver(error)) {
      madeOf(schemas).isTooSlow = true;
      return TOO_SLOW;
    }
    return { detail: `the schema cannot be evaluated: ${messageOf(error)}`, isSchemaBroken: true };
  }
  const which = schemas.documents.length === 1 ? 'the schema' : `any of ${schemas.documents.length} schemas`;
  const where = closest === undefined ? '' : `: ${closest.instanceLocation} ${closest.error}`;
  return {
    detail: `the record does not match ${which}${where}`.slice(0, MAX_DETAIL_CHARACTERS),
    isSchemaBroken: false,
  };
}

const TOO_SLOW = {
  detail: `the schema cannot be evaluated: its patterns took longer than ${String(LIMIT_MS)} ms for one record`,
  isSchemaBroken: true,
};

/** Why a document is no schema that records can be checked with; undefined when it is one. */
export function schemaProblem(document: string): string | undefined {
  const broken = unresolvedReference(document);
  if (broken !== undefined) {
    return broken;
  }
  const mismatch = schemaMismatch({}, { documents: [document], isStrict: false });
  return mismatch?.isSchemaBroken === true ? mismatch.detail : undefined;
}

function madeOf(schemas: RecordSchemas): Made {
  const known = made.get(schemas);
  if (known !== undefined) return known;
  const fresh = {
    validators: schemas.documents.map((document) => {
      const schema = JSON.parse(document) as Record<string, unknown>;
      return new Validator(schema, draftOf(schema['$schema']));
    }),
    // Formats are regular expressions of the library's own, and not all of them are linear either.
    hasPatterns: schemas.documents.some((document) =>
      /"(?:pattern|patternProperties|format)"/u.test(document),
    ),
    isTooSlow: false,
  };
  made.set(schemas, fresh);
  return fresh;
}

function draftOf(dialect: unknown): SchemaDraft {
  const name = typeof dialect === 'string' ? dialect : '';
  if (name.includes('draft-07')) {
    return '7';
  }
  return name.includes('2019-09') ? '2019-09' : '2020-12';
}

/** References to other documents are never fetched. */
function unresolvedReference(document: string): string | undefined {
  const references: string[] = [];
  const ids = new Set<string>();
  JSON.parse(document, (key: string, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') references.push(value);
    if (key === '$id' && typeof value === 'string') ids.add(value);
    return value;
  });
  const foreign = references.find((reference) => !reference.startsWith('#') && ids.size === 0);
  return foreign === undefined
    ? undefined
    : `it refers to ${JSON.stringify(foreign)}, and other documents are not fetched`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
