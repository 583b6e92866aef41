import { FIELD_PATH_EXAMPLES, parseFieldExpression } from '../match/field-path.ts';
import { MAPPED_FIELDS } from '../model/config/source.ts';
import { quoted, readFields } from './problem.ts';
import type { FieldMapping } from '../model/config/source.ts';
import type { Problem } from './problem.ts';

const MAX_EXPRESSION_LENGTH = 1_024;
const MAX_RESOLVED_WORDS = 20;

/**
 * Where the fields of an alert stand in a source's payloads: `{title: 'alert.name | message', severity: '/alert/level'}`.
 */
export function readMappedFields(input: unknown, problems: Problem[]): FieldMapping['fields'] {
  const paths = readFields(input, '', MAPPED_FIELDS, problems);
  const fields: FieldMapping['fields'] = {};
  for (const field of MAPPED_FIELDS) {
    const written = paths[field];
    if (written === undefined) continue;
    const isPath =
      typeof written === 'string' &&
      written.length <= MAX_EXPRESSION_LENGTH &&
      parseFieldExpression(written) !== undefined;
    if (isPath) fields[field] = written;
    else {
      problems.push({
        path: field,
        message: `${quoted(written)} is not a path; expected ${FIELD_PATH_EXAMPLES}`,
      });
    }
  }
  return fields;
}

/** Values of a status that mean that the condition is over, in lower case. */
export function readResolvedWords(input: unknown, problems: Problem[]): string[] {
  if (
    Array.isArray(input) &&
    input.length <= MAX_RESOLVED_WORDS &&
    input.every((word): word is string => typeof word === 'string' && word.trim() !== '')
  ) {
    return input.map((word) => word.trim().toLowerCase());
  }
  problems.push({
    path: '',
    message: `expected at most ${MAX_RESOLVED_WORDS} words, for example closed, resolved`,
  });
  return [];
}
