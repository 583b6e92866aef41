import { expressionProblems } from '../../match/regular-expressions.ts';
import { matcherProblem } from '../../match/matcher-problem.ts';
import type { Silence } from '../../model/config/silence.ts';
import { OPERATORS } from '../../model/config/matcher.ts';
import {
  all,
  expects,
  instant,
  isObject,
  list,
  object,
  oneOf,
  type Shape,
  shortText,
  text,
} from '../value-checks.ts';
import { BASE, type StoredKind } from './stored-kind.ts';

const matcher = object({
  name: text,
  operator: oneOf(OPERATORS),
  value: expects('a text', (value) => typeof value === 'string'),
});

const SILENCE: Shape = {
  ...BASE,
  matcherSets: list(list(matcher), { isEmptyAllowed: false }),
  startsAt: instant,
  endsAt: instant,
  comment: shortText,
  author: shortText,
};

/** What a newer version adds may narrow a silence, so that it raises the version: an unreadable silence mutes nothing. */
export const STORED_SILENCE: StoredKind<'silence'> = {
  kind: 'silence',
  problem: all(object(SILENCE), endsAfterItStarts, matchersHold),
  seen: () => ({}),
};

function endsAfterItStarts(config: unknown): string | undefined {
  return isObject(config) && Date.parse(String(config['endsAt'])) < Date.parse(String(config['startsAt']))
    ? 'endsAt is before startsAt'
    : undefined;
}

/** Looked at here and nowhere else: so lists and `status` name what mutes nothing, as the router does. */
function matchersHold(config: unknown): string | undefined {
  const matchers = (config as Silence).matcherSets.flat();
  const problem = matchers.map(matcherProblem).find(Boolean) ?? expressionProblems(matchers)[0];
  return problem && `matcherSets: ${problem}`;
}
