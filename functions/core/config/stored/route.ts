import { DEFAULT_ROUTE_ID } from '../../model/config/route.ts';
import { SEVERITIES } from '../../model/wire/severity.ts';
import {
  all,
  expects,
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
import { BASE, readableFields, type StoredKind } from './stored-kind.ts';

const CONDITION: Shape = {
  sourceIds: optional(list(text)),
  types: optional(list(text)),
  minSeverity: optional(oneOf(SEVERITIES)),
  labels: optional(mapOf(text)),
  matchers: optional(list(expects('a matcher such as env!=dev', isMatcher))),
};

const ROUTE: Shape = {
  ...BASE,
  destinationIds: list(text),
  condition: object(CONDITION),
  activeIntervalIds: optional(list(text)),
  mutedIntervalIds: optional(list(text)),
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
      condition: isNewer ? {} : readableFields(condition, CONDITION),
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

/** Its regular expressions are looked at by the router, which drops of a broken route only the matcher that is broken. */
function isMatcher(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const { matchers, problems } = parseMatchers(value);
  return problems.length === 0 && matchers.length > 0;
}
