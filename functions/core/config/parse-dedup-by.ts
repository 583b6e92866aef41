import { DEDUP_FIELDS } from '../model/config/source.ts';
import { FIELD_PATH_EXAMPLES, parseFieldExpression } from '../match/field-path.ts';
import { quoted, type Problem } from './problem.ts';

const MAX_FIELDS = 12;
/** The end of a finding, or one that grows worse, would be another finding. */
const CHANGING = new Set(['status', 'severity', 'severity_id', 'event_time', 'received_at', 'id']);

/** The fields of an alert that make its dedup key; `['none']` is the empty list. */
export function readDedupBy(value: unknown, problems: Problem[]): string[] {
  const given = Array.isArray(value) ? value.map((path) => String(path).trim()) : [];
  if (given.length === 1 && given[0] === 'none') return [];
  if (given.length > MAX_FIELDS) {
    problems.push({ path: '', message: `has ${given.length} fields; expected at most ${MAX_FIELDS}` });
  }
  for (const path of given.slice(0, MAX_FIELDS)) {
    const problem = dedupFieldProblem(path);
    if (problem !== undefined) problems.push({ path: '', message: problem });
  }
  return given;
}

/** What is wrong with one of them, in words. */
export function dedupFieldProblem(path: string): string | undefined {
  const expression = parseFieldExpression(path);
  if (expression === undefined) return `${quoted(path)} is no path; ${FIELD_PATH_EXAMPLES}`;
  for (const alternative of expression) {
    const first = 'path' in alternative ? alternative.path[0] : undefined;
    if (first !== undefined && CHANGING.has(first)) {
      return `${quoted(path)} changes while a finding lasts, so that every change would be another finding; leave it out`;
    }
    if (first === undefined || !DEDUP_FIELDS.some((field) => field === first)) {
      return `${quoted(path)} is not in an alert; expected a path that begins with one of ${DEDUP_FIELDS.join(', ')}`;
    }
  }
  return undefined;
}
