import { quoted } from './problem.ts';
import { keywordProblem } from './schema-keywords.ts';
import type { Problem } from './problem.ts';

const MAX_DOCUMENTS = 10;
/** A table item ends at 400 KB, and ingest reads it. */
const MAX_BYTES = 100_000;
const DIALECTS = ['draft-07', '2019-09', '2020-12'];

/** JSON Schemas, as text, of which a record must match one. */
export function readDocuments(documents: unknown, problems: Problem[]): string[] {
  const texts = Array.isArray(documents) ? documents.filter((text) => typeof text === 'string') : [];
  if (!Array.isArray(documents) || texts.length !== documents.length || texts.length > MAX_DOCUMENTS) {
    problems.push({ path: '', message: `expected 1 to ${MAX_DOCUMENTS} JSON Schemas` });
    return [];
  }
  const compact = texts.map((text, index) => readSchema(text, index, problems));
  const bytes = compact.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_BYTES) {
    problems.push({ path: '', message: `${bytes} bytes of schemas; expected at most ${MAX_BYTES}` });
  }
  return compact;
}

function readSchema(text: string, index: number, problems: Problem[]): string {
  const path = `[${index}]`;
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    problems.push({ path, message: 'is not JSON; expected a JSON Schema' });
    return '';
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    problems.push({ path, message: 'is not an object; expected a JSON Schema' });
    return '';
  }
  const dialect = '$schema' in schema ? schema.$schema : undefined;
  if (
    dialect !== undefined &&
    !DIALECTS.some((known) => typeof dialect === 'string' && dialect.includes(known))
  ) {
    problems.push({
      path,
      message: `$schema ${quoted(dialect)} is not known; expected draft-07, 2019-09 or 2020-12`,
    });
  }
  const problem = keywordProblem(schema);
  if (problem !== undefined) problems.push({ path, message: problem });
  return JSON.stringify(schema);
}
