import { quoted } from '../text/quoted.ts';
import { type Matcher, OPERATORS, type Operator, printMatcher } from './matcher.ts';
import { MATCHER_FORM as FORM, matcherProblem } from './matcher-problem.ts';

/** More than this is a mistake, and every alert would pay for it. */
const MAX_MATCHERS = 50;

const NAME = /^(?:"((?:[^"\\]|\\.)*)"|([^\s{}!=~<>,"'`\\]+))\s*(.*)$/su;

/** What a text of matchers says; `problems` is empty where all of it could be read. */
type ParsedMatchers = { matchers: Matcher[]; problems: string[] };

/**
 * Reads matchers as Alertmanager's amtool takes them, all of which must hold: `env!=dev`, `{team="a", type=~"github\\..*"}`.
 *
 * - braces around the list, quotes around a value and a comma at the end are optional
 * - in a value `\\"`, `\\\\` and `\\n` are a quote, a backslash and a new line; any other backslash stands for itself
 * - `severity` also takes `>=`, `>`, `<=` and `<`
 *
 * What amtool reads in a way that its writer hardly meant is refused with the right form: see
 * docs/decisions/0150-matchers-are-amtools-and-stricter.md. Whether a regular expression is one is for
 * `regular-expressions.ts` to say, because most functions never need its engine.
 */
export function parseMatchers(text: string): ParsedMatchers {
  const problems: string[] = [];
  const inside = withoutBraces(text.trim(), problems);
  const pieces = inside === undefined ? [] : split(inside, problems);
  const matchers = pieces
    .map((piece) => parseMatcher(piece, problems))
    .filter((found) => found !== undefined);
  if (pieces.length > MAX_MATCHERS) {
    problems.push(`${pieces.length} matchers; expected at most ${MAX_MATCHERS}`);
  }
  return { matchers, problems };
}

function withoutBraces(text: string, problems: string[]): string | undefined {
  if (!text.startsWith('{')) return text;
  if (text.endsWith('}')) return text.slice(1, -1);
  problems.push(`${quoted(text)} has no closing brace; expected {name=value}, or no brace at all`);
  return undefined;
}

/** At commas outside of quotes. A comma at the end says nothing. */
function split(text: string, problems: string[]): string[] {
  const pieces: string[] = [];
  let piece = '';
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\\') {
      piece += text.slice(at, at + 2);
      at += 1;
    } else if (character === ',' && !isQuoted) {
      pieces.push(piece.trim());
      piece = '';
    } else {
      isQuoted = character === '"' ? !isQuoted : isQuoted;
      piece += character;
    }
  }
  if (piece.trim() !== '') pieces.push(piece.trim());
  if (isQuoted) {
    problems.push(`${quoted(text)} has a quote without its partner; a quote in a value is written \\"`);
    return [];
  }
  if (pieces.includes('')) problems.push(`${quoted(text)} has a comma without a matcher before it; ${FORM}`);
  return pieces.filter((found) => found !== '');
}

function parseMatcher(piece: string, problems: string[]): Matcher | undefined {
  const [, quotedName, bareName = '', rest = ''] = NAME.exec(piece) ?? [];
  const name = quotedName === undefined ? bareName : unescaped(quotedName);
  const operator = operatorOf(rest);
  if (name === '' || operator === undefined) {
    problems.push(`${quoted(piece)} is no matcher; ${FORM}`);
    return undefined;
  }
  const value = readValue(rest.slice(operator.length).trim(), { piece, name, operator }, problems);
  if (value === undefined) return undefined;
  const matcher = { name, operator, value };
  const problem = matcherProblem(matcher);
  if (problem === undefined) return matcher;
  problems.push(problem);
  return undefined;
}

/** The longest one: `=~` is no `=` before a value that begins with `~`. */
function operatorOf(text: string): Operator | undefined {
  return OPERATORS.filter((operator) => text.startsWith(operator)).toSorted((a, b) => b.length - a.length)[0];
}

function readValue(
  text: string,
  { piece, name, operator }: { piece: string; name: string; operator: Operator },
  problems: string[],
): string | undefined {
  const whole = /^"((?:[^"\\]|\\.)*)"$/su.exec(text)?.[1];
  if (whole !== undefined) return unescaped(whole);
  const right = printMatcher({ name, operator, value: unescaped(text.replaceAll(/^['`"]|['`"]$/gu, '')) });
  if (/^['`].*['`]$/su.test(text)) {
    problems.push(`${quoted(piece)} has quotes of another kind; expected ${right}`);
  } else if (/(?:^|[^\\])(?:\\\\)*"/u.test(text)) {
    problems.push(
      `${quoted(piece)} has a quote inside its value; expected \\" there, and quotes around the value`,
    );
  } else if (/^[=~!<>]/u.test(text)) {
    problems.push(
      `${quoted(piece)}: ${quoted(`${operator}${text.charAt(0)}`)} is no operator; ${FORM}, and quotes around a value that begins with ${text.charAt(0)}`,
    );
  } else if (/[{}]/u.test(text)) {
    problems.push(`${quoted(piece)} has a brace in a value without quotes; expected ${right}`);
  } else if (/\s[^\s=~!<>]+\s*[=!<>]/u.test(text)) {
    problems.push(
      `${quoted(piece)} looks like two matchers; expected a comma between them, or quotes around the value`,
    );
  } else {
    return unescaped(text);
  }
  return undefined;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\n])/gu, (_all, character) => (character === 'n' ? '\n' : String(character)));
}
