import { severityId, type Severity } from '../model/wire/severity.ts';
import { type MatchedAlert, valuesOf } from './alert-fields.ts';
import { indexExpressions } from './expression-index.ts';
import { isNegative, isRegularExpression, type Matcher, printMatcher } from './matcher.ts';
import { compiledExpression } from './regular-expressions.ts';

/** Values and expressions of one alert, each looked up once. */
type Look = { values: readonly string[]; expressions: ReadonlySet<string> };
type LookAt = (name: string) => Look;

/**
 * Says which of many lists of matchers hold for an alert: their positions, in order. A list holds when all of its matchers
 * do, so an empty one always does.
 *
 * Made once for a configuration. An alert is compared with the lists that one of its values leads to, and with those that
 * nothing leads to, such as `env!=dev`: 1,000 routes by team cost it about what one costs.
 *
 * @param lists without an expression that is none: `expressionProblems` has nothing to say of them
 */
export function indexMatchers(
  lists: readonly (readonly Matcher[])[],
  compile: typeof compiledExpression = compiledExpression,
): (alert: MatchedAlert) => number[] {
  const expressions = expressionsByName(lists, compile);
  const { byValue, byExpression, always } = leads(lists);
  return (alert) => {
    const looks = new Map<string, Look>();
    const lookAt: LookAt = (name) => {
      const known = looks.get(name);
      if (known !== undefined) return known;
      const values = valuesOf(alert, name);
      const matched = values.map((value) => expressions.get(name)?.(value) ?? []);
      const look = { values, expressions: new Set(matched.flatMap((found) => [...found])) };
      looks.set(name, look);
      return look;
    };
    const candidates = new Set(always);
    for (const [name, lists] of byValue) {
      for (const value of lookAt(name).values) addAll(candidates, lists.get(value));
    }
    for (const [name, lists] of byExpression) {
      for (const pattern of lookAt(name).expressions) addAll(candidates, lists.get(pattern));
    }
    return [...candidates]
      .filter((position) => lists[position]?.every((matcher) => holds(alert, matcher, lookAt)))
      .toSorted((a, b) => a - b);
  };
}

function holds(alert: MatchedAlert, matcher: Matcher, lookAt: LookAt): boolean {
  const { name, operator, value } = matcher;
  // An alert that ends without saying its severity: whoever heard it fire hears the end (docs/decisions/0108).
  if (name === 'severity' && alert.is_severity_assumed === true) return true;
  const { values, expressions } = lookAt(name);
  switch (operator) {
    case '=':
    case '!=':
      return values.includes(value) !== isNegative(matcher);
    case '=~':
    case '!~':
      return expressions.has(value) !== isNegative(matcher);
    case '>=':
    case '>':
    case '<=':
    case '<':
      return COMPARISONS[operator](severityId(alert.severity), severityId(value as Severity));
  }
}

const COMPARISONS: Record<'>=' | '>' | '<=' | '<', (seen: number, asked: number) => boolean> = {
  '>=': (seen, asked) => seen >= asked,
  '>': (seen, asked) => seen > asked,
  '<=': (seen, asked) => seen <= asked,
  '<': (seen, asked) => seen < asked,
};

type Positions = Map<string, Map<string, number[]>>;

/**
 * Where each list is found: by a value or an expression that it asks for, the one that fewest lists ask for; or by nothing.
 *
 * Never by a severity, which may hold for an alert that does not say it.
 */
function leads(lists: readonly (readonly Matcher[])[]) {
  const asked = (list: readonly Matcher[]) =>
    list.filter(
      ({ name, operator, value }) =>
        name !== 'severity' && (operator === '=~' || (operator === '=' && value !== '')),
    );
  const usage = Map.groupBy(lists.flatMap(asked), printMatcher);
  const users = (matcher: Matcher) => usage.get(printMatcher(matcher))?.length ?? 0;
  const found = {
    byValue: new Map() as Positions,
    byExpression: new Map() as Positions,
    always: [] as number[],
  };
  for (const [position, list] of lists.entries()) {
    const lead = asked(list).toSorted((a, b) => users(a) - users(b))[0];
    if (lead === undefined) found.always.push(position);
    else put(lead.operator === '=' ? found.byValue : found.byExpression, lead, position);
  }
  return found;
}

function put(positions: Positions, { name, value }: Matcher, position: number): void {
  const ofName = positions.get(name) ?? new Map<string, number[]>();
  const ofValue = ofName.get(value) ?? [];
  ofValue.push(position);
  positions.set(name, ofName.set(value, ofValue));
}

function addAll(candidates: Set<number>, positions: readonly number[] | undefined): void {
  for (const position of positions ?? []) candidates.add(position);
}

/** For each name the patterns that one of its values matches. */
function expressionsByName(
  lists: readonly (readonly Matcher[])[],
  compile: typeof compiledExpression,
): Map<string, (value: string) => string[]> {
  const patterns = Map.groupBy(lists.flat().filter(isRegularExpression), ({ name }) => name);
  return new Map(
    Array.from(patterns, ([name, matchers]) => {
      const distinct = [...new Set(matchers.map(({ value }) => value))];
      const matching = indexExpressions(distinct, compile);
      return [name, (value: string) => Array.from(matching(value), (position) => distinct[position] ?? '')];
    }),
  );
}
