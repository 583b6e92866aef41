import type { Route } from '../model/config/route.ts';
import { labelMatcher, minSeverityMatcher, sourceMatcher, typeMatcher } from './match-shorthands.ts';
import type { Matcher } from './matcher.ts';
import { parseMatchers } from './parse-matchers.ts';

/** Every part of a route's condition as matchers, all of which must hold; an absent part holds for every alert. */
export function conditionMatchers(condition: Route['condition']): Matcher[] {
  const { sourceIds, types, minSeverity, labels = {}, matchers = [] } = condition;
  return [
    ...(minSeverity === undefined ? [] : [minSeverityMatcher(minSeverity)]),
    ...(sourceIds === undefined ? [] : [sourceMatcher(sourceIds)]),
    ...(types === undefined ? [] : [typeMatcher(types)]),
    ...Object.entries(labels).map(([name, value]) => labelMatcher(name, value)),
    ...matchers.flatMap((text) => parseMatchers(text).matchers),
  ];
}
