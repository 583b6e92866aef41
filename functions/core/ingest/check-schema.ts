import { Validator, type OutputUnit, type SchemaDraft } from '@cfworker/json-schema';
import type { RecordSchemas } from '../model/config/source.ts';

const MAX_DETAIL_CHARACTERS = 240;

/** Validators live as long as the source they were made for, which the configuration cache replaces every few seconds. */
const validators = new WeakMap<RecordSchemas, Validator[]>();

/**
 * Why a record matches none of a source's schemas; undefined when it matches one.
 *
 * A schema that cannot be evaluated, for example because it refers to another document, is no reason to refuse an
 * alert: see `isSchemaBroken`.
 */
export function schemaMismatch(
  record: unknown,
  schemas: RecordSchemas,
): { detail: string; isSchemaBroken: boolean } | undefined {
  let closest: OutputUnit | undefined;
  try {
    for (const validator of validatorsOf(schemas)) {
      const { valid, errors } = validator.validate(record);
      if (valid) {
        return undefined;
      }
      closest ??= errors.at(-1);
    }
  } catch (error) {
    return { detail: `the schema cannot be evaluated: ${messageOf(error)}`, isSchemaBroken: true };
  }
  const which = schemas.documents.length === 1 ? 'the schema' : `any of ${schemas.documents.length} schemas`;
  const where = closest === undefined ? '' : `: ${closest.instanceLocation} ${closest.error}`;
  return {
    detail: `the record does not match ${which}${where}`.slice(0, MAX_DETAIL_CHARACTERS),
    isSchemaBroken: false,
  };
}

/** Why a document is no schema that records can be checked with; undefined when it is one. */
export function schemaProblem(document: string): string | undefined {
  const broken = unresolvedReference(document);
  if (broken !== undefined) {
    return broken;
  }
  const mismatch = schemaMismatch({}, { documents: [document], isStrict: false });
  return mismatch?.isSchemaBroken === true ? mismatch.detail : undefined;
}

function validatorsOf(schemas: RecordSchemas): Validator[] {
  let made = validators.get(schemas);
  if (made === undefined) {
    made = schemas.documents.map((document) => {
      const schema = JSON.parse(document) as Record<string, unknown>;
      return new Validator(schema, draftOf(schema['$schema']));
    });
    validators.set(schemas, made);
  }
  return made;
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
