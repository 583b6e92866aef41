import { quoted } from '../text/quoted.ts';
import { quotedWord } from '../text/shell-word.ts';
import { LABEL_PREFIX, isFieldName, type Matcher, printMatcher } from './matcher.ts';
import { parseMatchers } from './parse-matchers.ts';

/** A type that is one of these globs, in which `*` stands for any run of characters: `type=~"github\\..*|loud"`. */
export function typeMatcher(globs: readonly string[]): Matcher {
  return oneOf('type', globs, (glob) => glob.split('*').map(escaped).join('.*'));
}

/** A source that is one of these, by name or id. */
export function sourceMatcher(sources: readonly string[]): Matcher {
  return oneOf('source', sources, escaped);
}

/** `severity>=high` */
export function minSeverityMatcher(severity: string): Matcher {
  return { name: 'severity', operator: '>=', value: severity };
}

/** A label of the alert, also one that is called as a field is: `labels.type=web`. */
export function labelMatcher(name: string, value: string): Matcher {
  return {
    name: isFieldName(name) || name.startsWith(LABEL_PREFIX) ? `${LABEL_PREFIX}${name}` : name,
    operator: '=',
    value,
  };
}

/**
 * `env=dev` as a matcher of that label, or what is wrong with it. What is a matcher rather than a label is told its right form:
 * `env!=dev` is no label called `env!`.
 *
 * A value may hold whatever it likes, for example `=`; quotes around it are optional.
 */
export function parseLabel(text: string): Matcher | { problem: string } {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/su.exec(text) ?? [];
  const isPlain = /^[^\s{}!=~<>,"'`\\]+$/u.test(name) && !/^[=~]/u.test(value);
  if (isPlain && value !== '' && !value.startsWith('"')) return labelMatcher(name, value);
  const { matchers, problems } = parseMatchers(text);
  const [matcher] = matchers;
  if (problems.length > 0 || matcher === undefined || matchers.length > 1) {
    return { problem: `${quoted(text)} is no label; expected name=value` };
  }
  if (matcher.operator === '=' && matcher.value !== '') return labelMatcher(matcher.name, matcher.value);
  return {
    problem: `${quoted(text)} is a matcher and no label; expected name=value, or --match ${quotedWord(printMatcher(matcher))}`,
  };
}

function oneOf(name: string, values: readonly string[], toPattern: (value: string) => string): Matcher {
  const [only] = values;
  const isPlain = values.length === 1 && only !== undefined && toPattern(only) === escaped(only);
  return isPlain
    ? { name, operator: '=', value: only }
    : { name, operator: '=~', value: values.map(toPattern).join('|') };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\.+*?()|[\]{}^$]/gu, String.raw`\$&`);
}
