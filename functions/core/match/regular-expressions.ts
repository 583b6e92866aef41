import { RE2JS, RE2JSException } from 're2js';
import { RecentMap } from '../recent-map.ts';
import { quoted } from '../text/quoted.ts';
import { isRegularExpression, type Matcher } from './matcher.ts';

/** Enough for every configuration; the oldest makes room. */
const MAX_REMEMBERED = 5_000;
const remembered = new RecentMap<string, RE2JS>(MAX_REMEMBERED);

/**
 * A test whether a whole value matches a regular expression of RE2, in time that grows with the value and never explodes: the
 * value is whatever a sender wrote. As in Prometheus 3, `.` matches a new line too.
 *
 * Compiled once, however often the configuration is read.
 */
export function compiledExpression(pattern: string): (value: string) => boolean {
  const known = remembered.get(pattern);
  const compiled = known ?? RE2JS.compile(pattern, RE2JS.DOTALL);
  if (known === undefined) remembered.set(pattern, compiled);
  return (value) => compiled.testExact(value);
}

/** What is wrong with the regular expressions of matchers, in words: one entry for each that is none. */
export function expressionProblems(matchers: readonly Matcher[]): string[] {
  return matchers.filter(isRegularExpression).flatMap(({ name, value }) => {
    try {
      compiledExpression(value);
      return [];
    } catch (error) {
      if (!(error instanceof RE2JSException)) throw error;
      // With DOTALL the engine writes its own `(?s)` before what it was given.
      const what = error.message.replace('error parsing regexp: ', '').replace('`(?s)', '`');
      return [
        `${quoted(value)} of ${quoted(name)} is no regular expression of RE2: ${what}; RE2 has no lookahead, no lookbehind and no back-references`,
      ];
    }
  });
}
