import * as v from 'valibot';
import { printMatcher } from '../../match/matcher.ts';
import { parseMatchers } from '../../match/parse-matchers.ts';
import { expressionProblems } from '../../match/regular-expressions.ts';
import { quoted } from '../problem.ts';
import { MIN_SEVERITY } from './destination-settings.ts';
import { choice, minSeverity, name, reading, yesOrNo } from './schemas.ts';
import type { Route } from '../../model/config/route.ts';
import type { Problem } from '../problem.ts';
import type { Settings } from './setting.ts';

/** Types are dotted or dashed words; a star stands for any run of characters. */
const TYPE_GLOB = /^[\p{L}\p{N}._:/*-]{1,128}$/u;
const MAX_ENTRIES = 50;

const [{ flag, help, updateHelp }] = MIN_SEVERITY.options;

/** What an operator decides about a route. */
export const ROUTE_SETTINGS = {
  name: { schema: name, options: [{ flag: '--name <name>', help: 'what you call it', isRequired: true }] },
  destinationIds: {
    schema: v.pipe(v.unknown(), reading(readDestinations)),
    refersTo: 'destination',
    options: [
      {
        flag: '--to <destinations>',
        help: 'destinations, by name or id, separated by commas',
        isRequired: true,
        takes: 'commas',
      },
    ],
    json: { key: 'destination_ids', of: ({ destinationIds }) => destinationIds },
  },
  'condition.sourceIds': {
    schema: v.optional(v.pipe(v.unknown(), reading(readList))),
    refersTo: 'source',
    options: [
      {
        flag: '--source <sources>',
        help: 'only alerts of these sources',
        updateHelp: 'only alerts of these sources; any for every source',
        takes: 'commas',
      },
    ],
    none: 'any',
    json: {
      key: 'condition',
      of: ({ condition: { sourceIds, types, minSeverity: minimum, labels, matchers } }) => ({
        ...(sourceIds !== undefined && { source_ids: sourceIds }),
        ...(types !== undefined && { types }),
        ...(minimum !== undefined && { min_severity: minimum }),
        ...(labels !== undefined && { labels }),
        ...(matchers !== undefined && { match: matchers }),
      }),
    },
  },
  'condition.types': {
    schema: v.optional(v.pipe(v.unknown(), reading(readTypes))),
    options: [
      {
        flag: '--type <globs>',
        help: 'only these types; * stands for anything',
        updateHelp: 'only these types; any for every type',
        takes: 'commas',
      },
    ],
    none: 'any',
  },
  'condition.minSeverity': { schema: minSeverity, options: [{ flag, help, updateHelp }], none: 'any' },
  'condition.labels': {
    schema: v.optional(v.pipe(v.unknown(), reading(readLabels))),
    options: [
      {
        flag: '--label <name=value>',
        help: 'only alerts with this label; may be repeated',
        updateHelp: 'only alerts with this label; may be repeated; any for whatever labels',
        takes: 'several',
      },
    ],
    none: 'any',
  },
  'condition.matchers': {
    schema: v.optional(v.pipe(v.unknown(), reading(readMatchers))),
    options: [
      {
        flag: '--match <matchers>',
        help: `only alerts for which it holds: env!=dev, team=~"a|b", severity>=high; may be repeated`,
        updateHelp: 'only alerts for which it holds; may be repeated; any for no matcher',
        takes: 'several',
      },
    ],
    none: 'any',
  },
  activeIntervalIds: {
    schema: v.optional(v.pipe(v.unknown(), reading(readList))),
    refersTo: 'interval',
    options: [
      {
        flag: '--active <intervals>',
        help: 'tell at once only while one of these time intervals is open; the rest is held until then',
        updateHelp: 'tell at once only while one of these time intervals is open; any for always',
        takes: 'commas',
      },
    ],
    none: 'any',
    json: { key: 'active', of: ({ activeIntervalIds }) => activeIntervalIds ?? [] },
  },
  mutedIntervalIds: {
    schema: v.optional(v.pipe(v.unknown(), reading(readList))),
    refersTo: 'interval',
    options: [
      {
        flag: '--muted <intervals>',
        help: 'hold alerts while one of these time intervals is open',
        updateHelp: 'hold alerts while one of these time intervals is open; any for none',
        takes: 'commas',
      },
    ],
    none: 'any',
    json: { key: 'muted', of: ({ mutedIntervalIds }) => mutedIntervalIds ?? [] },
  },
  outside: {
    schema: v.optional(choice(['hold', 'drop'])),
    options: [
      {
        flag: '--outside <what>',
        help: 'what becomes of an alert outside of the intervals: hold it until they open, or drop it',
        usual: 'hold',
      },
    ],
    json: { key: 'outside', of: ({ outside = 'hold' }) => outside },
  },
  holdsCritical: {
    schema: v.optional(yesOrNo),
    options: [
      {
        flag: '--hold-critical <on|off>',
        help: 'whether critical alerts are held or dropped too',
        usual: 'off',
        words: { on: true, off: false },
      },
    ],
    json: { key: 'hold_critical', of: ({ holdsCritical }) => holdsCritical === true },
  },
} as const satisfies Settings<Omit<Route, 'id' | 'createdAt' | 'updatedAt' | 'isEnabled'>>;

function readDestinations(input: unknown, problems: Problem[]): string[] {
  if (input !== undefined && !(Array.isArray(input) && input.length === 0)) return readList(input, problems);
  problems.push({ path: '', message: 'missing; expected at least one destination' });
  return [];
}

/** Each as it is printed, so that two ways to write one matcher are stored as one. */
function readMatchers(input: unknown, problems: Problem[]): string[] {
  const written: string[] = [];
  for (const [index, text] of readList(input, problems).entries()) {
    const parsed = parseMatchers(text);
    const wrong = [...parsed.problems, ...expressionProblems(parsed.matchers)];
    if (wrong.length === 0 && parsed.matchers.length === 0) {
      wrong.push(`${quoted(text)} matches everything; leave it out`);
    }
    problems.push(...wrong.map((message) => ({ path: `[${index}]`, message })));
    written.push(...parsed.matchers.map(printMatcher));
  }
  if (written.length > MAX_ENTRIES) {
    problems.push({ path: '', message: `${written.length} matchers; expected at most ${MAX_ENTRIES}` });
  }
  return [...new Set(written)];
}

function readTypes(input: unknown, problems: Problem[]): string[] {
  const types = readList(input, problems);
  for (const [index, type] of types.entries()) {
    if (TYPE_GLOB.test(type)) continue;
    problems.push({
      path: `[${index}]`,
      message: `${quoted(type)} is no type; expected letters, digits, . _ - : / and * for anything`,
    });
  }
  return types;
}

function readList(input: unknown, problems: Problem[]): string[] {
  if (
    !Array.isArray(input) ||
    !input.every((entry): entry is string => typeof entry === 'string' && entry !== '')
  ) {
    problems.push({ path: '', message: 'must be a list of words, none of them empty' });
    return [];
  }
  if (input.length === 0) problems.push({ path: '', message: 'is empty; leave it out for everything' });
  if (input.length > MAX_ENTRIES)
    problems.push({ path: '', message: `${input.length} entries; expected at most ${MAX_ENTRIES}` });
  return [...new Set(input)];
}

function readLabels(input: unknown, problems: Problem[]): Record<string, string> {
  const entries =
    typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : [];
  if (entries.length === 0 || entries.length > MAX_ENTRIES) {
    problems.push({ path: '', message: `expected 1 to ${MAX_ENTRIES} labels such as environment=prod` });
  }
  const labels: Record<string, string> = {};
  for (const [key, value] of entries) {
    if (key === '' || key === '__proto__' || typeof value !== 'string' || value === '') {
      problems.push({ path: '', message: `${quoted(key)} is no label; expected name=value` });
    } else labels[key] = value;
  }
  return labels;
}
