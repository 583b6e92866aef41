import { ALERT_STATUSES } from '../model/wire/alert.ts';
import { SEVERITIES } from '../model/wire/severity.ts';
import { quoted } from '../text/quoted.ts';
import type { Matcher } from './matcher.ts';

/** Longer than this is a mistake. */
const MAX_CHARACTERS = 1_024;

/** What a matcher looks like, for messages. */
export const MATCHER_FORM = 'expected name=value, name!=value, name=~"regular expression" or name!~"…"';

/** What is wrong with a matcher in itself: values that no alert can have, and comparisons of what has no order. */
export function matcherProblem({ name, operator, value }: Matcher): string | undefined {
  if (name.length + value.length > MAX_CHARACTERS) {
    return `the matcher of ${quoted(name)} has ${name.length + value.length} characters; expected at most ${MAX_CHARACTERS}`;
  }
  if (operator === '=~' || operator === '!~') return undefined;
  if (name !== 'severity' && operator !== '=' && operator !== '!=') {
    return `${quoted(name)} has no order, so ${operator} means nothing; only severity takes ${operator}; ${MATCHER_FORM}`;
  }
  const known: readonly string[] | undefined =
    name === 'severity' ? SEVERITIES : name === 'status' ? ALERT_STATUSES : undefined;
  return known === undefined || known.includes(value)
    ? undefined
    : `${name} ${quoted(value)} is not known; expected ${name}${operator}${known.join(`, ${name}${operator}`)}`;
}
