import type { Route } from '../model/config/route.ts';
import { type Alert, isEnded } from '../model/wire/alert.ts';
import type { Outside } from '../model/wire/outside.ts';
import { LONGEST_HOLD_MS, type RouteHours } from './route-hours.ts';

/** How long after the opening an end is told that must come after its alert. The watcher runs every minute. */
const ENDS_AFTER_MS = 60_000;

/**
 * What keeps a route from telling of an alert at an instant; undefined while it tells.
 *
 * @param isMachine whether the destination takes every alert and every end as it comes: then an end waits for its alert
 */
export function routeOutside(
  route: Route,
  alert: Alert,
  isMachine: boolean,
  hours: (route: Route) => Outside | undefined,
): Outside | undefined {
  if (alert.severity === 'critical' && route.holdsCritical !== true) return undefined;
  const outside = hours(route);
  if (outside === undefined || !isEnded(alert)) return outside;
  if (outside.until === undefined || !isMachine) return undefined;
  return { ...outside, until: iso(Date.parse(outside.until) + ENDS_AFTER_MS) };
}

/** Something that is held: by which routes, until when, and since when. */
type Held = { alert: Alert; outside: Outside; heldSince: string };

/**
 * Until when something is held, as its routes and their intervals are configured now; undefined where its time has come.
 *
 * A route that is gone or disabled holds nothing. One that drops what comes outside of its intervals by now still holds
 * what it held before: what was promised for the opening is told then. What no route is known of keeps its instant.
 */
export function heldUntil(
  { alert, outside, heldSince }: Held,
  { route: find, hours }: { route: (id: string) => Route | undefined; hours: RouteHours },
  atMs: number,
): string | undefined {
  const ids = outside.routes ?? [];
  if (ids.length === 0) return isAfter(outside.until, atMs) ? outside.until : undefined;
  const instants: string[] = [];
  for (const id of ids) {
    const route = find(id);
    if (route === undefined) return undefined;
    // Only what goes to a machine is held although it is an end.
    const now = routeOutside({ ...route, outside: 'hold' }, alert, true, (one) => hours(one, atMs));
    if (now?.until === undefined) return undefined;
    instants.push(now.until);
  }
  const longest = iso(Date.parse(heldSince) + LONGEST_HOLD_MS + (isEnded(alert) ? ENDS_AFTER_MS : 0));
  const first = [...instants, longest].toSorted()[0];
  return isAfter(first, atMs) ? first : undefined;
}

function isAfter(instant: string | undefined, atMs: number): instant is string {
  return instant !== undefined && Date.parse(instant) > atMs;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
