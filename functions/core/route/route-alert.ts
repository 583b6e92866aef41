import type { PlannedDelivery, RoutingTrace } from '../model/wire/accepted-alerts.ts';
import { isEnded, isSystemAlert, passesSeverity, type Alert } from '../model/wire/alert.ts';
import type { Channel, Destination, EmailDestination, Recipient } from '../model/config/destination.ts';
import { takesSystemAlerts } from '../model/config/takes-system-alerts.ts';
import { deliveryId } from '../model/wire/ids.ts';
import { DEFAULT_ROUTE_NAME, type Route } from '../model/config/route.ts';
import type { Silence } from '../model/config/silence.ts';
import type { Severity } from '../model/wire/severity.ts';
import { CONCERNED_DESTINATION, CONCERNED_MAIL_SERVICE, ONLY_DESTINATION } from '../system-alerts/raise.ts';
import type { UnreadableDestination, UnreadableRoute } from '../model/config/unreadable-config.ts';
import type { RoutingConfiguration } from './ports.ts';
import { compiledRoutes, isUnreadable } from './compiled-routes.ts';

/** Who is told about an alert, and for every destination why or why not. */
type Routing = { deliveries: PlannedDelivery[]; trace: RoutingTrace[] };

type Verdict = Omit<RoutingTrace, 'destination_id' | 'destination_name'>;

/** A destination as far as a decision needs it, whether or not it can be read. */
type Target = {
  id: string;
  name: string;
  isEnabled: boolean;
  minSeverity?: Severity;
  /** Whether it is told of Tocsin itself. */
  takesSystemAlerts: boolean;
  plan(alert: Alert): PlannedDelivery[];
  isReadable: boolean;
};

/**
 * Decides the deliveries of one alert. The ids are derived, so deciding twice cannot mint a second delivery.
 *
 * Every route that matches applies. What matches none goes by the default route, which sends to every enabled destination until it
 * is pointed elsewhere. Each destination still takes only what its minimum severity lets through. System alerts go to
 * every enabled destination that takes them, but those they are about; when no other one takes them, to all the others.
 *
 * What cannot be read never counts as absent, and fails towards telling. A destination gets its deliveries all the
 * same, which end as dead letters. A route sends what its readable conditions let through to every destination that
 * it still names, or to every destination when it names none; since it may not have matched, the alert goes by the
 * default route too. A route that names no destination that exists does not count as matching.
 *
 * A silence comes last: what it covers is planned all the same, so that the delivery has a state and a reason. The end of an
 * alert passes it, because who heard the alert must hear its end.
 */
export function routeAlert(alert: Alert, configuration: RoutingConfiguration, atMs: number): Routing {
  const routing: Routing = { deliveries: [], trace: [] };
  const { destinations, unreadable } = configuration;
  const targets = [...destinations.map(readableTarget), ...unreadable.destinations.map(unreadableTarget)];
  const named = new Set(targets.map(({ id }) => id));
  const routes = compiledRoutes(configuration);
  const matching = routes
    .matching(alert)
    .filter(({ destinationIds }) => destinationIds.some((id) => named.has(id)));
  const concerned = concernedBy(alert, destinations);
  const rules: Rules = {
    isSystemAlertTaken: targets.some(
      ({ id, isEnabled, takesSystemAlerts }) => isEnabled && takesSystemAlerts && !concerned.has(id),
    ),
    matching,
    perhaps: routes.perhaps(alert),
    byDefault: matching.length > 0 ? () => undefined : (id) => defaultVerdict(id, routes.fallback, named),
    named,
  };
  const silence = isEnded(alert) ? undefined : routes.silences.over(alert, atMs);
  for (const target of targets) {
    const verdict = silenced(decide(alert, target, concerned, rules), silence);
    routing.trace.push({ destination_id: target.id, destination_name: target.name, ...verdict });
    if (verdict.decision !== 'skip') {
      const by = verdict.silence === undefined ? {} : { silence: { id: verdict.silence.id } };
      routing.deliveries.push(...target.plan(alert).map((planned) => ({ ...planned, ...by })));
    }
  }
  return routing;
}

type Because = Pick<Verdict, 'because' | 'route'>;

type Rules = {
  matching: readonly Route[];
  /** Routes that cannot be read and may have matched. */
  perhaps: readonly UnreadableRoute[];
  /** Why the default route leads to a destination; undefined where it does not. */
  byDefault: (destinationId: string) => Because | undefined;
  /** The ids of all destinations. */
  named: ReadonlySet<string>;
  /** Whether somebody takes a system alert: if nobody does, everybody is told. */
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
  const because = ledBy(target.id, rules);
  if (because === undefined) {
    return { decision: 'skip', because: 'no-route-matched' };
  }
  return passesSeverity(alert, target.minSeverity)
    ? told(target, because)
    : { decision: 'skip', because: 'below-minimum-severity' };
}

function silenced(verdict: Verdict, silence: Silence | undefined): Verdict {
  if (silence === undefined || verdict.decision !== 'deliver') return verdict;
  const { id, comment, author, endsAt: until } = silence;
  return { ...verdict, decision: 'silence', silence: { id, comment, author, until } };
}

/** What leads to a destination: a route that matches, one that may have matched, or the default route. */
function ledBy(id: string, { matching, perhaps, byDefault, named }: Rules): Because | undefined {
  const route = matching.find(({ destinationIds }) => destinationIds.includes(id));
  if (route !== undefined) return { because: 'route-matched', route: route.name };
  const unreadable = perhaps.find((one) => mayName(one, id, named));
  return unreadable === undefined
    ? byDefault(id)
    : { because: 'route-unreadable', route: unreadable.name ?? unreadable.id };
}

function defaultVerdict(
  id: string,
  fallback: Route | UnreadableRoute | undefined,
  named: ReadonlySet<string>,
): Because | undefined {
  const isPointedToNobody =
    fallback !== undefined && !isUnreadable(fallback) && fallback.destinationIds.length === 0;
  if (isPointedToNobody || (fallback !== undefined && !mayName(fallback, id, named))) return undefined;
  return fallback !== undefined && isUnreadable(fallback)
    ? { because: 'route-unreadable', route: DEFAULT_ROUTE_NAME }
    : { because: 'default-route', route: DEFAULT_ROUTE_NAME };
}

function told(target: Target, verdict: Because): Verdict {
  return {
    decision: 'deliver',
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

function readableTarget(destination: Destination): Target {
  const { id, name, isEnabled, minSeverity } = destination;
  return {
    id,
    name,
    isEnabled,
    ...(minSeverity !== undefined && { minSeverity }),
    takesSystemAlerts: takesSystemAlerts(destination),
    plan: (alert) =>
      destination.channel === 'webhook'
        ? [planned(alert, id, 'webhook')]
        : recipientsFor(alert, destination).map(({ address }) => planned(alert, id, 'email', address)),
    isReadable: true,
  };
}

/** Executives hear of Tocsin itself only where somebody said so, or where nobody else would. */
function recipientsFor(alert: Alert, { recipients, systemAlerts }: EmailDestination): Recipient[] {
  const others = recipients.filter(({ role }) => role !== 'executive');
  return isSystemAlert(alert) && systemAlerts === undefined && others.length > 0 ? others : recipients;
}

function unreadableTarget(destination: UnreadableDestination): Target {
  const { id, name = id, isDisabled, minSeverity, recipients } = destination;
  // Both functions look at the configuration before they do anything, so either can write the dead letter.
  const channel = destination.channel ?? 'webhook';
  return {
    id,
    name,
    isEnabled: !isDisabled,
    ...(minSeverity !== undefined && { minSeverity }),
    // What cannot be read is no reason to tell nobody else.
    takesSystemAlerts: false,
    plan: (alert) =>
      channel === 'webhook' || recipients.length === 0
        ? [planned(alert, id, channel)]
        : recipients.map((address) => planned(alert, id, channel, address)),
    isReadable: false,
  };
}

/** One delivery per webhook, one per recipient of a mail destination. */
function planned(alert: Alert, id: string, channel: Channel, recipient?: string): PlannedDelivery {
  return {
    id: deliveryId(alert.id, id, recipient),
    destination_id: id,
    channel,
    ...(recipient !== undefined && { recipient }),
  };
}

/** The destinations that a system alert is about: it is told to the others. */
function concernedBy(alert: Alert, destinations: readonly Destination[]): ReadonlySet<string> {
  if (!isSystemAlert(alert)) {
    return new Set();
  }
  if (alert.details[CONCERNED_MAIL_SERVICE] !== undefined) {
    const ways = destinations.filter(({ isEnabled }) => isEnabled);
    const bySes = ways.filter((way) => way.channel === 'email' && way.transport === undefined);
    // A mail about a quota is better than nobody who knows.
    return new Set(bySes.length === ways.length ? [] : bySes.map(({ id }) => id));
  }
  return new Set([String(alert.details[CONCERNED_DESTINATION])]);
}
