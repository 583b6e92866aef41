import { FIELD_PATH_EXAMPLES, parseFieldExpression } from '../match/field-path.ts';
import { SEVERITY_SCALES } from '../model/wire/severity.ts';
import { MAPPED_FIELDS } from '../model/config/source.ts';
import { quoted, readChoice, readFields } from './problem.ts';
import type { FieldMapping } from '../model/config/source.ts';
import type { Problem } from './problem.ts';

const MAX_EXPRESSION_LENGTH = 1_024;
const MAX_RESOLVED_WORDS = 20;

/**
 * Where the fields of an alert stand in a source's payloads.
 *
 * Shape: `{fields: {title: 'alert.name | message', severity: '/alert/level'}, severityScale?: 'priority',
 * resolvedWhen?: ['closed']}`. Without a scale severities are words; the direction of numbers is never guessed.
 */
export function readMapping(input: unknown, problems: Problem[]): FieldMapping | undefined {
  if (input === undefined) return undefined;
  const given = readFields(input, 'mapping', ['fields', 'severityScale', 'resolvedWhen'], problems);
  const paths = readFields(given['fields'] ?? {}, 'mapping.fields', MAPPED_FIELDS, problems);
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
        path: `mapping.fields.${field}`,
        message: `${quoted(written)} is not a path; expected ${FIELD_PATH_EXAMPLES}`,
      });
    }
  }
  const severityScale = readChoice(
    given['severityScale'],
    SEVERITY_SCALES,
    'mapping.severityScale',
    problems,
    'words',
  );
  return {
    fields,
    severityScale: severityScale ?? 'words',
    resolvedWhen: readWords(given['resolvedWhen'], problems),
  };
}

function readWords(input: unknown, problems: Problem[]): string[] {
  if (input === undefined) return [];
  if (
    Array.isArray(input) &&
    input.length <= MAX_RESOLVED_WORDS &&
    input.every((word): word is string => typeof word === 'string' && word.trim() !== '')
  ) {
    return input.map((word) => word.trim().toLowerCase());
  }
  problems.push({
    path: 'mapping.resolvedWhen',
    message: `expected at most ${MAX_RESOLVED_WORDS} words, for example closed, resolved`,
  });
  return [];
}
