import {
  DEFAULT_ROUTE_ID,
  DEFAULT_ROUTE_NAME,
  EVERY_DESTINATION,
  type Route,
} from '../../functions/core/model/config/route.ts';
import type { Listed, UnreadableRoute } from '../../functions/core/model/config/unreadable-config.ts';

/** The words that the default route takes instead of destinations. */
export const TO_ALL = 'all';
export const TO_NONE = 'none';

export function isDefaultRoute(nameOrId: string): boolean {
  return nameOrId === DEFAULT_ROUTE_NAME || nameOrId === DEFAULT_ROUTE_ID;
}

/** Where the default route leads, and what of it lies in the table. */
type DefaultRoute = { stored: Route | undefined; to: 'all' | 'none' | 'listed' };

export function defaultRouteOf({ readable }: Listed<Route, UnreadableRoute>): DefaultRoute {
  const stored = readable.find(({ id }) => id === DEFAULT_ROUTE_ID);
  return { stored, to: stored === undefined ? TO_ALL : ledTo(stored) };
}

function ledTo({ destinationIds }: Route): DefaultRoute['to'] {
  if (destinationIds.length === 0) return TO_NONE;
  return destinationIds.includes(EVERY_DESTINATION) ? TO_ALL : 'listed';
}

/** The default route as a change of it reads it: its destinations are a word where they are no list. */
export function wordedDefault({ stored, to }: DefaultRoute, now: string): Route {
  const usual = {
    id: DEFAULT_ROUTE_ID,
    name: DEFAULT_ROUTE_NAME,
    condition: {},
    createdAt: now,
    updatedAt: now,
  };
  const { destinationIds = [], ...others } = stored ?? {};
  return { ...usual, ...others, destinationIds: to === 'listed' ? destinationIds : [to] };
}

/**
 * The default route as it is to lie in the table, from its settings with a word or ids in place of its destinations; undefined
 * where it is as if nobody had changed it. One that leads to nobody has no hours.
 */
export function storedDefault(
  { destinationIds: to, activeIntervalIds, mutedIntervalIds, outside, holdsCritical }: DefaultSettings,
  stored: Route | undefined,
  now: string,
): Route | undefined {
  const hasHours = activeIntervalIds !== undefined || mutedIntervalIds !== undefined;
  const [word] = to;
  if (word === TO_ALL && !hasHours) return undefined;
  return {
    id: DEFAULT_ROUTE_ID,
    name: DEFAULT_ROUTE_NAME,
    destinationIds: storedIds(to),
    condition: {},
    ...(word !== TO_NONE && {
      ...(activeIntervalIds !== undefined && { activeIntervalIds }),
      ...(mutedIntervalIds !== undefined && { mutedIntervalIds }),
      ...(outside !== undefined && { outside }),
      ...(holdsCritical !== undefined && { holdsCritical }),
    }),
    createdAt: stored?.createdAt ?? now,
    updatedAt: now,
  };
}

function storedIds(to: readonly string[]): string[] {
  const [word] = to;
  if (word === TO_ALL) return [EVERY_DESTINATION];
  return word === TO_NONE ? [] : [...to];
}

type DefaultSettings = Pick<
  Route,
  'destinationIds' | 'activeIntervalIds' | 'mutedIntervalIds' | 'outside' | 'holdsCritical'
>;

/** Whether one of the words stands where destinations may. */
export function isDefaultWord(to: readonly string[]): boolean {
  return to.length === 1 && (to[0] === TO_ALL || to[0] === TO_NONE);
}

/** `every enabled destination`, `nobody`, or the names. */
export function describeDefault(
  { stored, to }: DefaultRoute,
  destinationName: (id: string) => string,
): string {
  if (to === 'all') return 'every enabled destination';
  return to === 'none' ? 'nobody' : (stored?.destinationIds ?? []).map(destinationName).join(', ');
}

export function defaultRouteView({ stored, to }: DefaultRoute): object {
  return {
    id: DEFAULT_ROUTE_ID,
    name: DEFAULT_ROUTE_NAME,
    is_default: true,
    to,
    destination_ids: to === 'listed' ? (stored?.destinationIds ?? []) : [],
    active: stored?.activeIntervalIds ?? [],
    muted: stored?.mutedIntervalIds ?? [],
    outside: stored?.outside ?? 'hold',
    hold_critical: stored?.holdsCritical === true,
    ...(stored !== undefined && { updated_at: stored.updatedAt }),
  };
}
