import type { Route } from '../model/config/route.ts';
import { type Alert, isEnded } from '../model/wire/alert.ts';
import type { Outside } from '../model/wire/outside.ts';
import { LONGEST_HOLD_MS, type RouteHours } from './route-hours.ts';

/** How long after the opening an end is told that must come after its alert. The watcher runs every minute. */
const ENDS_AFTER_MS = 60_000;

/**
 * The hold, or the drop, of an alert that comes outside of the intervals of its route; undefined while the route tells.
 *
 * @param isMachine whether the destination takes every alert and every end as it comes: then an end waits for its alert
 */
export function routeOutside(
  route: Route,
  alert: Alert,
  { isMachine }: { isMachine: boolean },
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
 * A route that is gone or disabled holds nothing. A route that drops alerts by now still holds those that it held before:
 * they were promised for the opening. A delivery of which no route is known keeps its instant.
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
    // An end is held only where it goes to a machine.
    const held = { ...route, outside: 'hold' as const };
    const now = routeOutside(held, alert, { isMachine: true }, (one) => hours(one, atMs));
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
