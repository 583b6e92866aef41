import type { PlannedDelivery, RoutingTrace } from '../model/accepted-alerts.ts';
import { isSystemAlert, type Alert } from '../model/alert.ts';
import type { Destination } from '../model/destination.ts';
import { deliveryId } from '../model/ids.ts';
import type { Route } from '../model/route.ts';
import { meetsSeverity } from '../model/severity.ts';
import { CONCERNED_DESTINATION, CONCERNED_MAIL_SERVICE } from '../model/system-alert.ts';
import { matchesRoute } from './match.ts';

/** Who is told about an alert, and for every destination why or why not. */
export type Routing = { deliveries: PlannedDelivery[]; trace: RoutingTrace[] };

type Verdict = Pick<RoutingTrace, 'decision' | 'because' | 'route'>;

/**
 * Decides the deliveries of one alert. The ids are derived, so deciding twice cannot mint a second delivery.
 *
 * Without any route every enabled destination takes what its minimum severity lets through; system alerts go to
 * every enabled destination but those they are about.
 */
export function routeAlert(
  alert: Alert,
  configuration: { routes: readonly Route[]; destinations: readonly Destination[] },
): Routing {
  const routing: Routing = { deliveries: [], trace: [] };
  const concerned = concernedBy(alert, configuration.destinations);
  const matching = configuration.routes.filter((route) => matchesRoute(alert, route));
  for (const destination of configuration.destinations) {
    const verdict = decide(alert, destination, concerned, configuration.routes.length > 0, matching);
    routing.trace.push({ destination_id: destination.id, destination_name: destination.name, ...verdict });
    if (verdict.decision === 'deliver') {
      routing.deliveries.push(...planDeliveries(alert, destination));
    }
  }
  return routing;
}

function decide(
  alert: Alert,
  destination: Destination,
  concerned: ReadonlySet<string>,
  hasRoutes: boolean,
  matching: readonly Route[],
): Verdict {
  if (!destination.isEnabled) {
    return { decision: 'skip', because: 'destination-disabled' };
  }
  if (isSystemAlert(alert)) {
    return concerned.has(destination.id)
      ? { decision: 'skip', because: 'concerns-this-destination' }
      : { decision: 'deliver', because: 'system-alert' };
  }
  const route = matching.find(({ destinationIds }) => destinationIds.includes(destination.id));
  if (hasRoutes && route === undefined) {
    return { decision: 'skip', because: 'no-route-matched' };
  }
  if (!meetsSeverity(alert.severity, destination.minSeverity)) {
    return { decision: 'skip', because: 'below-minimum-severity' };
  }
  return route === undefined
    ? { decision: 'deliver', because: 'no-routes-configured' }
    : { decision: 'deliver', because: 'route-matched', route: route.name };
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

/** One delivery per webhook, one per recipient of a mail destination. */
function planDeliveries(alert: Alert, destination: Destination): PlannedDelivery[] {
  if (destination.channel === 'webhook') {
    return [{ id: deliveryId(alert.id, destination.id), destination_id: destination.id, channel: 'webhook' }];
  }
  return destination.recipients.map(({ address }) => ({
    id: deliveryId(alert.id, destination.id, address),
    destination_id: destination.id,
    channel: 'email',
    recipient: address,
  }));
}
