import { DEFAULT_ROUTE_ID, DEFAULT_ROUTE_NAME, type Route } from '../../functions/core/model/config/route.ts';
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
  return {
    stored,
    to: stored === undefined ? 'all' : stored.destinationIds.length === 0 ? 'none' : 'listed',
  };
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
    destination_ids: stored?.destinationIds ?? [],
    ...(stored !== undefined && { updated_at: stored.updatedAt }),
  };
}
