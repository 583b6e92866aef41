import { type Matcher, OPERATORS, type Operator } from '../model/config/matcher.ts';

export { type Matcher, OPERATORS, type Operator };

/** What a matcher can name beside labels. `source` is the name or the id of the source. */
export const FIELD_NAMES = [
  'source',
  'type',
  'severity',
  'status',
  'format',
  'environment',
  'title',
] as const;
type FieldName = (typeof FIELD_NAMES)[number];

/** Names a label even where a field has the same name. */
export const LABEL_PREFIX = 'labels.';

export function isFieldName(name: string): name is FieldName {
  return (FIELD_NAMES as readonly string[]).includes(name);
}

export function isRegularExpression({ operator }: Pick<Matcher, 'operator'>): boolean {
  return operator === '=~' || operator === '!~';
}

/** Whether the matcher holds where `=`, `=~` or the comparison of the same value does not. */
export function isNegative({ operator }: Pick<Matcher, 'operator'>): boolean {
  return operator === '!=' || operator === '!~';
}

/** Characters that end a name or a value without quotes; `\\` is not one of them in a value. */
const BARE_NAME = /^[^\s{}!=~<>,"'`\\]+$/u;
const BARE_VALUE = /^[\p{L}\p{N}_.:/@+-]+$/u;

/**
 * A matcher as `parseMatchers` reads it, in the one form that everything prints: `env!=dev`, `team=""`, `type=~"a|b"`.
 *
 * Regular expressions are always in quotes, so that a comma or a brace of theirs is safe wherever it is pasted.
 */
export function printMatcher({ name, operator, value }: Matcher): string {
  const isBare = !isRegularExpression({ operator }) && BARE_VALUE.test(value);
  return `${BARE_NAME.test(name) ? name : inQuotes(name)}${operator}${isBare ? value : inQuotes(value)}`;
}

/** `env!=dev,severity>=high`; the empty list is `{}`. */
export function printMatchers(matchers: readonly Matcher[]): string {
  return matchers.length === 0 ? '{}' : matchers.map(printMatcher).join(',');
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
