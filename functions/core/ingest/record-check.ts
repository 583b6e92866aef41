import type { Source } from '../model/config/source.ts';
import type { SchemaMismatch } from './check-schema.ts';

/** Why a record matches none of its source's schemas; undefined when it matches one, and where there are none. */
export type RecordCheck = (record: unknown) => SchemaMismatch | undefined;

const TAKES_EVERYTHING: RecordCheck = () => undefined;

/**
 * What records of a source are held against.
 *
 * The validator is loaded for the first source that has schemas: it lies beside the code (`cdk/constructs/bundle-functions.ts`).
 */
export async function recordCheckOf({ schemas }: Pick<Source, 'schemas'>): Promise<RecordCheck> {
  if (schemas === undefined) return TAKES_EVERYTHING;
  const { schemaMismatch } = await import('#schemas');
  return (record) => schemaMismatch(record, schemas);
}
