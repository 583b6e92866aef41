import type { PlannedDelivery, RoutingTrace } from '../model/wire/accepted-alerts.ts';
import { isCanary, isEnded, isSystemAlert, passesSeverity, type Alert } from '../model/wire/alert.ts';
import { DEFAULT_ROUTE_NAME, type Route } from '../model/config/route.ts';
import type { Silence } from '../model/config/silence.ts';
import type { Outside } from '../model/wire/outside.ts';
import { routeOutside } from '../match/route-outside.ts';
import { ONLY_DESTINATION } from '../system-alerts/raise.ts';
import type { UnreadableRoute } from '../model/config/unreadable-config.ts';
import type { RoutingConfiguration } from './ports.ts';
import { compiledRoutes, isUnreadable } from './compiled-routes.ts';
import { routeCanary } from './route-canary.ts';
import { concernedBy, readableTarget, type Target, unreadableTarget } from './targets.ts';

/** The deliveries of an alert, and for every destination the reason why it is told or not. */
type Routing = { deliveries: PlannedDelivery[]; trace: RoutingTrace[] };

type Verdict = Omit<RoutingTrace, 'destination_id' | 'destination_name'>;

/**
 * Decides the deliveries of one alert. The ids are derived, so deciding twice cannot mint a second delivery.
 *
 * Every route that matches applies. An alert that matches none goes by the default route, which sends to every enabled destination until it
 * is pointed elsewhere. Each destination still takes only what its minimum severity lets through. System alerts go to
 * every enabled destination that takes them, but those they are about; when no other one takes them, to all the others.
 *
 * Configuration that cannot be read never counts as absent, and fails towards telling. A destination gets its deliveries all the
 * same, which end as dead letters. A route sends what its readable conditions let through to every destination that
 * it still names, or to every destination when it names none; since it may not have matched, the alert goes by the
 * default route too. A route that names no destination that exists does not count as matching.
 *
 * A route outside of its time intervals holds what it would tell, or drops it; a destination that another route leads to is told.
 * Critical alerts pass, unless the route says otherwise. So does the end of an alert, because a reader of the alert must hear
 * of its end; a destination that takes everything gets the end of a held alert after it.
 *
 * An end whose severity alone keeps it from a destination goes to it all the same, where ends are told to those who were told
 * before: the alert may have been graver when it fired.
 *
 * A silence comes last. The deliveries that it covers are planned all the same, so that each has a state and a reason. The end
 * of an alert passes it, because a reader of the alert must hear of its end.
 *
 * A canary has a way of its own, beside all of this.
 */
export function routeAlert(alert: Alert, configuration: RoutingConfiguration, atMs: number): Routing {
  if (isCanary(alert)) return routeCanary(alert);
  const routing: Routing = { deliveries: [], trace: [] };
  const { destinations, unreadable } = configuration;
  const targets = [...destinations.map(readableTarget), ...unreadable.destinations.map(unreadableTarget)];
  const named = new Set(targets.map(({ id }) => id));
  const routes = compiledRoutes(configuration);
  const concerned = concernedBy(alert, destinations);
  const rulesFor = (one: Alert): Rules => {
    const matching = routes
      .matching(one)
      .filter(({ destinationIds }) => destinationIds.some((id) => named.has(id)));
    return {
      isSystemAlertTaken: targets.some(
        ({ id, isEnabled, takesSystemAlerts }) => isEnabled && takesSystemAlerts && !concerned.has(id),
      ),
      matching,
      perhaps: routes.perhaps(one),
      outside: (route, { takesEverything }) =>
        routeOutside(route, one, { isMachine: takesEverything }, (hours) => routes.hours(hours, atMs)),
      fallback: matching.length > 0 ? undefined : { route: routes.fallback },
      named,
    };
  };
  const rules = rulesFor(alert);
  const end = endOfAnySeverity(alert);
  let rulesOfEnd: Rules | undefined;
  const decided = (target: Target): Verdict => {
    const verdict = decide(alert, target, concerned, rules);
    if (verdict.decision !== 'skip' || !target.takesEndsIfTold || end === undefined) return verdict;
    // It matches every route once more, so it is done only where a destination may be told by it.
    const ofEnd = decide(end, target, concerned, (rulesOfEnd ??= rulesFor(end)));
    return ofEnd.decision === 'skip' ? verdict : { ...ofEnd, because: 'perhaps-told-before' };
  };
  const silence = isEnded(alert) ? undefined : routes.silences.over(alert, atMs);
  for (const target of targets) {
    const verdict = silenced(decided(target), silence);
    routing.trace.push({ destination_id: target.id, destination_name: target.name, ...verdict });
    if (verdict.decision !== 'skip') {
      const { outside } = verdict;
      const by = {
        ...(verdict.silence !== undefined && { silence: { id: verdict.silence.id } }),
        ...(outside !== undefined && verdict.decision !== 'silence' && { outside }),
      };
      routing.deliveries.push(...target.plan(alert).map((planned) => ({ ...planned, ...by })));
    }
  }
  return routing;
}

/**
 * The end of an alert as if it did not say its severity, which was another one perhaps while the alert fired. Undefined for
 * an alert that does not end, and where the severity keeps it from no destination.
 */
function endOfAnySeverity(alert: Alert): Alert | undefined {
  return !isEnded(alert) || isSystemAlert(alert) || alert.is_severity_assumed === true
    ? undefined
    : { ...alert, is_severity_assumed: true };
}

type Because = Pick<Verdict, 'because' | 'route' | 'outside'>;

type Rules = {
  matching: readonly Route[];
  /** Routes that cannot be read and may have matched. */
  perhaps: readonly UnreadableRoute[];
  /** The interval that keeps a route from telling now; undefined while it tells. */
  outside: (route: Route, target: Target) => Outside | undefined;
  /** The default route, where no other matches; without a route it sends to every destination. */
  fallback: { route: Route | UnreadableRoute | undefined } | undefined;
  /** The ids of all destinations. */
  named: ReadonlySet<string>;
  /** Whether any destination takes a system alert. If none does, all are told. */
  isSystemAlertTaken: boolean;
};

function decide(alert: Alert, target: Target, concerned: ReadonlySet<string>, rules: Rules): Verdict {
  if (!target.isEnabled) {
    return { decision: 'skip', because: 'destination-disabled' };
  }
  if (isSystemAlert(alert)) {
    const only = alert.details[ONLY_DESTINATION];
    if (only !== undefined && only !== target.id) {
      return { decision: 'skip', because: 'for-another-destination' };
    }
    if (concerned.has(target.id)) return { decision: 'skip', because: 'concerns-this-destination' };
    return target.takesSystemAlerts || only !== undefined || !rules.isSystemAlertTaken
      ? told(target, { because: 'system-alert' })
      : { decision: 'skip', because: 'system-alerts-off' };
  }
  const because = ledBy(target, rules);
  if (because === undefined) {
    return { decision: 'skip', because: 'no-route-matched' };
  }
  return passesSeverity(alert, target.minSeverity)
    ? told(target, because)
    : { decision: 'skip', because: 'below-minimum-severity' };
}

function silenced(verdict: Verdict, silence: Silence | undefined): Verdict {
  if (silence === undefined || verdict.decision === 'skip') return verdict;
  const { id, comment, author, endsAt: until } = silence;
  return { ...verdict, decision: 'silence', silence: { id, comment, author, until } };
}

/** The route that leads to a destination: one that matches, one that may have matched, or the default route. */
function ledBy(target: Target, rules: Rules): Because | undefined {
  const { matching, perhaps, outside, named } = rules;
  const { id } = target;
  const leading = matching
    .filter(({ destinationIds }) => destinationIds.includes(id))
    .map((route) => ({ route, outside: outside(route, target) }))
    .toSorted((a, b) => compare(opening(a.outside), opening(b.outside)));
  const [first] = leading;
  if (first !== undefined && first.outside === undefined) {
    return { because: 'route-matched', route: first.route.name };
  }
  const unreadable = perhaps.find((one) => mayName(one, id, named));
  if (unreadable !== undefined) {
    return { because: 'route-unreadable', route: unreadable.name ?? unreadable.id };
  }
  return first?.outside === undefined
    ? byDefault(target, rules)
    : { because: 'route-matched', route: first.route.name, outside: heldBy(leading, first.outside) };
}

/** The hold of a destination, with every route that would tell it later. */
function heldBy(leading: readonly { route: Route; outside: Outside | undefined }[], first: Outside): Outside {
  if (first.until === undefined) return first;
  const holding = leading.filter(({ outside }) => outside?.until !== undefined);
  return { ...first, routes: holding.map(({ route }) => route.id) };
}

/** A key that sorts open routes first, then those that hold by the instant of their opening, then those that drop. */
function opening(outside: Outside | undefined): string {
  return outside === undefined ? '' : (outside.until ?? 'never');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Why the default route leads to a destination; undefined where it does not. */
function byDefault(target: Target, { fallback, outside, named }: Rules): Because | undefined {
  if (fallback === undefined) return undefined;
  const { route } = fallback;
  const because = { because: 'default-route', route: DEFAULT_ROUTE_NAME } as const;
  if (route === undefined) return because;
  if (isUnreadable(route)) {
    return mayName(route, target.id, named) ? { ...because, because: 'route-unreadable' } : undefined;
  }
  if (route.destinationIds.length === 0 || !mayName(route, target.id, named)) return undefined;
  const held = outside(route, target);
  return held === undefined ? because : { ...because, outside: heldBy([{ route, outside: held }], held) };
}

function told(target: Target, verdict: Because): Verdict {
  const { outside } = verdict;
  return {
    decision: outside === undefined ? 'deliver' : outside.until === undefined ? 'drop' : 'hold',
    ...verdict,
    ...(!target.isReadable && { because: 'configuration-unreadable' }),
  };
}

/** A route that names no destination that exists may have named any. */
function mayName(
  { destinationIds }: Pick<Route, 'destinationIds'>,
  id: string,
  all: ReadonlySet<string>,
): boolean {
  const known = destinationIds.filter((named) => all.has(named));
  return known.length === 0 || known.includes(id);
}
