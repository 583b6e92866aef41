import { DEFAULT_ROUTE_ID } from '../../model/config/route.ts';
import { SEVERITIES } from '../../model/wire/severity.ts';
import {
  all,
  flag,
  isObject,
  list,
  mapOf,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from '../value-checks.ts';
import { parseMatchers } from '../../match/parse-matchers.ts';
import { expressionProblems } from '../../match/regular-expressions.ts';
import { BASE, readableFields, type StoredKind } from './stored-kind.ts';

/** An empty part would hold for every alert, or for none; the commands write neither. */
const FULL = { isEmptyAllowed: false };

const CONDITION: Shape = {
  sourceIds: optional(list(text, FULL)),
  types: optional(list(text, FULL)),
  minSeverity: optional(oneOf(SEVERITIES)),
  labels: optional(mapOf(text, FULL)),
  matchers: optional(list(matcher, FULL)),
};

const ROUTE: Shape = {
  ...BASE,
  destinationIds: list(text),
  condition: object(CONDITION),
  activeIntervalIds: optional(list(text, FULL)),
  mutedIntervalIds: optional(list(text, FULL)),
  outside: optional(oneOf(['hold', 'drop'])),
  holdsCritical: optional(flag),
  isEnabled: optional(flag),
};

export const STORED_ROUTE: StoredKind<'route'> = {
  kind: 'route',
  problem: all(object(ROUTE), namesSomebody),
  seen: (item, isNewer) => {
    const { config } = item;
    const condition = isObject(config) ? config['condition'] : undefined;
    return {
      destinationIds: [...destinationIdsIn(item)],
      condition: isNewer ? {} : { ...readableFields(condition, CONDITION), ...readableMatchers(condition) },
    };
  },
};

/** Only the default route may be pointed to nobody. */
function namesSomebody(config: unknown): string | undefined {
  return isObject(config) && config['id'] !== DEFAULT_ROUTE_ID && Array.isArray(config['destinationIds'])
    ? list(text, { isEmptyAllowed: false })(config['destinationIds'], 'destinationIds')
    : undefined;
}

/** Wherever they stand: a newer version may call the field something else. */
function destinationIdsIn(value: unknown): Set<string> {
  if (typeof value === 'string') return new Set(/^dst_\w+$/u.test(value) ? [value] : []);
  if (typeof value !== 'object' || value === null) return new Set();
  return new Set(Object.values(value).flatMap((inner) => [...destinationIdsIn(inner)]));
}

/** A broken one takes none of the others with it: all of them must hold, so that each one less tells more people. */
function readableMatchers(condition: unknown): { matchers?: string[] } {
  const written = isObject(condition) ? condition['matchers'] : undefined;
  if (!Array.isArray(written)) return {};
  const matchers = written.filter((one): one is string => matcher(one, '') === undefined);
  return matchers.length === 0 ? {} : { matchers };
}

/** Its regular expressions too, so that lists and `status` name a route that the router cannot follow. */
function matcher(value: unknown, path: string): string | undefined {
  const { matchers, problems } = parseMatchers(typeof value === 'string' ? value : '');
  if (matchers.length === 0 && problems.length === 0) {
    return `${path} is not what it should be; expected a matcher such as env!=dev`;
  }
  const [problem] = [...problems, ...expressionProblems(matchers)];
  return problem === undefined ? undefined : `${path} is no matcher: ${problem}`;
}
