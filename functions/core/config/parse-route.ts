import { readMinSeverity } from './parse-destination.ts';
import { quoted, readFields, readName } from './problem.ts';
import type { Route } from '../model/config/route.ts';
import type { Parsed, Problem } from './problem.ts';

/** What an operator decides about a route; the rest is given by the gateway. */
export type RouteSettings = Omit<Route, 'id' | 'createdAt' | 'updatedAt'>;

const CONDITION_FIELDS = ['sourceIds', 'types', 'minSeverity', 'labels'] as const;
/** Types are dotted or dashed words; a star stands for any run of characters. */
const TYPE_GLOB = /^[\p{L}\p{N}._:/*-]{1,128}$/u;
const MAX_ENTRIES = 50;

/**
 * The settings of a route from what an operator wrote, with every problem and its path.
 *
 * Shape: `{name, destinationIds: ['dst_…'], condition?: {sourceIds?, types?, minSeverity?, labels?: {k: 'v'}}}`.
 * Whether the ids exist is for the caller to find out.
 */
export function parseRoute(input: unknown): Parsed<RouteSettings> {
  const problems: Problem[] = [];
  const fields = readFields(input, '', ['name', 'destinationIds', 'condition'], problems);
  const name = readName(fields['name'], 'name', problems);
  const destinationIds = readList(fields['destinationIds'] ?? [], 'destinationIds', problems);
  if (destinationIds.length === 0) {
    problems.push({ path: 'destinationIds', message: 'missing; expected at least one destination' });
  }
  const given = readFields(fields['condition'] ?? {}, 'condition', CONDITION_FIELDS, problems);
  const condition: Route['condition'] = {};
  if (given['sourceIds'] !== undefined)
    condition.sourceIds = readList(given['sourceIds'], 'condition.sourceIds', problems);
  if (given['types'] !== undefined) {
    condition.types = readList(given['types'], 'condition.types', problems);
    for (const [index, type] of condition.types.entries()) {
      if (!TYPE_GLOB.test(type)) {
        problems.push({
          path: `condition.types[${index}]`,
          message: `${quoted(type)} is no type; expected letters, digits, . _ - : / and * for anything`,
        });
      }
    }
  }
  const minSeverity = readMinSeverity(given['minSeverity'], 'condition.minSeverity', problems);
  if (minSeverity !== undefined) condition.minSeverity = minSeverity;
  if (given['labels'] !== undefined) condition.labels = readLabels(given['labels'], problems);
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, value: { name, destinationIds, condition } };
}

function readList(input: unknown, path: string, problems: Problem[]): string[] {
  if (
    !Array.isArray(input) ||
    !input.every((entry): entry is string => typeof entry === 'string' && entry !== '')
  ) {
    problems.push({ path, message: 'must be a list of words, none of them empty' });
    return [];
  }
  if (input.length > MAX_ENTRIES)
    problems.push({ path, message: `${input.length} entries; expected at most ${MAX_ENTRIES}` });
  return [...new Set(input)];
}

function readLabels(input: unknown, problems: Problem[]): Record<string, string> {
  const path = 'condition.labels';
  const entries =
    typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    problems.push({ path, message: `expected 1 to ${MAX_ENTRIES} labels such as environment=prod` });
  }
  const labels: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (key === '' || key === '__proto__' || typeof value !== 'string' || value === '') {
      problems.push({ path, message: `${quoted(key)} is no label; expected name=value` });
    } else labels[key] = value;
  }
  return labels;
}
