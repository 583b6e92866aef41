import { conditionMatchers } from '../match/condition-matchers.ts';
import { indexMatchers } from '../match/index-matchers.ts';
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
  const all = [...routes.filter(isEnabled), ...unreadable.routes];
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
    silences: silenceBook(silences),
    hours: routeHours(intervals),
  };
}

/** The default route always applies. */
function isEnabled({ id, isEnabled: enabled = true }: Route): boolean {
  return enabled || id === DEFAULT_ROUTE_ID;
}

export function isUnreadable(route: Route | UnreadableRoute): route is UnreadableRoute {
  return 'problem' in route;
}

function at<T>(list: readonly T[], positions: readonly number[]): T[] {
  return positions.map((position) => list[position]).filter((found) => found !== undefined);
}
