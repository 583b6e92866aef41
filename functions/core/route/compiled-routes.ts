import { conditionMatchers } from '../match/condition-matchers.ts';
import { indexMatchers } from '../match/index-matchers.ts';
import { isRegularExpression } from '../match/matcher.ts';
import { expressionProblems } from '../match/regular-expressions.ts';
import { routeHours, type RouteHours } from '../match/route-hours.ts';
import { type SilenceBook, silenceBook } from '../match/silences.ts';
import { DEFAULT_ROUTE_ID, type Route } from '../model/config/route.ts';
import type { UnreadableRoute } from '../model/config/unreadable-config.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { RoutingConfiguration } from './ports.ts';

/** The routes of a configuration, ready to be asked about alert after alert. */
type CompiledRoutes = {
  /** Those that are enabled and match; the default route is never among them. */
  matching(alert: Alert): Route[];
  /** Those that cannot be read and may have matched. */
  perhaps(alert: Alert): UnreadableRoute[];
  /** Undefined until it is pointed elsewhere. */
  fallback: Route | UnreadableRoute | undefined;
  /** Those of the configuration, and those with a regular expression that is none. */
  unreadable: readonly UnreadableRoute[];
  silences: SilenceBook;
  hours: RouteHours;
};

const compiled = new WeakMap<RoutingConfiguration, CompiledRoutes>();
/** The one that was compiled last: a configuration that is read again is mostly the same. */
let last: { text: string; routes: CompiledRoutes } | undefined;

/** Compiles the routes of a configuration, once for each version of it. */
export function compiledRoutes(configuration: RoutingConfiguration): CompiledRoutes {
  const known = compiled.get(configuration);
  if (known !== undefined) return known;
  const { routes: all, silences, intervals } = configuration;
  const text = JSON.stringify([all, configuration.unreadable.routes, silences, intervals]);
  const routes = last?.text === text ? last.routes : compile(configuration);
  last = { text, routes };
  compiled.set(configuration, routes);
  return routes;
}

function compile({
  routes,
  silences = [],
  intervals = [],
  unreadable,
}: RoutingConfiguration): CompiledRoutes {
  const all = [...routes.filter(isEnabled).map(checked), ...unreadable.routes];
  const fallback = all.find(({ id }) => id === DEFAULT_ROUTE_ID);
  const others = all.filter((route) => route !== fallback);
  const readable = others.filter((route): route is Route => !isUnreadable(route));
  const perhaps = others.filter(isUnreadable);
  const matching = indexMatchers(readable.map(({ condition }) => conditionMatchers(condition)));
  const maybe = indexMatchers(perhaps.map(({ condition }) => conditionMatchers(condition)));
  return {
    matching: (alert) => at(readable, matching(alert)),
    perhaps: (alert) => at(perhaps, maybe(alert)),
    fallback,
    unreadable: all.filter(isUnreadable),
    silences: silenceBook(silences),
    hours: routeHours(intervals),
  };
}

/** The default route always applies. */
function isEnabled({ id, isEnabled: enabled = true }: Route): boolean {
  return enabled || id === DEFAULT_ROUTE_ID;
}

/** A route with a regular expression that is none counts as one that cannot be read, without that matcher. */
function checked(route: Route): Route | UnreadableRoute {
  const [problem] = expressionProblems(conditionMatchers(route.condition));
  if (problem === undefined) return route;
  const { matchers = [], ...shorthands } = route.condition;
  const plain = matchers.filter((text) => !conditionMatchers({ matchers: [text] }).some(isRegularExpression));
  return {
    kind: 'route',
    id: route.id,
    name: route.name,
    problem: `condition.matchers: ${problem}`,
    destinationIds: route.destinationIds,
    condition: { ...shorthands, matchers: plain },
  };
}

export function isUnreadable(route: Route | UnreadableRoute): route is UnreadableRoute {
  return 'problem' in route;
}

function at<T>(list: readonly T[], positions: readonly number[]): T[] {
  return positions.map((position) => list[position]).filter((found) => found !== undefined);
}
