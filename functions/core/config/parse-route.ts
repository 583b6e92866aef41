import { ROUTE_SETTINGS } from './settings/route-settings.ts';
import { readSettings } from './settings/setting.ts';
import { DEFAULT_ROUTE_NAME, type Route } from '../model/config/route.ts';
import { quoted } from '../text/quoted.ts';
import type { Parsed, Problem } from './problem.ts';

/** `Default`: beside the route `default` nobody would tell the two apart. */
function looksLikeDefault(name: string): boolean {
  return name !== DEFAULT_ROUTE_NAME && name.toLowerCase() === DEFAULT_ROUTE_NAME;
}

/** What an operator decides about a route; the rest is given by the gateway. */
export type RouteSettings = Omit<Route, 'id' | 'createdAt' | 'updatedAt' | 'isEnabled'>;

/**
 * The settings of a route from what an operator wrote, with every problem and its path.
 *
 * `ROUTE_SETTINGS` says what each may be. Whether the ids exist is for the caller to find out.
 */
export function parseRoute(input: unknown): Parsed<RouteSettings> {
  const problems: Problem[] = [];
  const given = readSettings(ROUTE_SETTINGS, input, problems);
  if (problems.length > 0) return { ok: false, problems };
  const {
    'condition.sourceIds': sourceIds,
    'condition.types': types,
    'condition.minSeverity': minSeverity,
    'condition.labels': labels,
    'condition.matchers': matchers,
    activeIntervalIds,
    mutedIntervalIds,
    outside,
    holdsCritical,
  } = given;
  if (looksLikeDefault(given.name ?? '')) {
    const message = `${quoted(given.name ?? '')} looks like the route "${DEFAULT_ROUTE_NAME}", which always exists; choose another name`;
    return { ok: false, problems: [{ path: 'name', message }] };
  }
  const hasIntervals = activeIntervalIds !== undefined || mutedIntervalIds !== undefined;
  if (!hasIntervals && (outside === 'drop' || holdsCritical === true)) {
    const path = outside === 'drop' ? 'outside' : 'holdsCritical';
    const message = 'means nothing without a time interval; name one with --active or --muted';
    return { ok: false, problems: [{ path, message }] };
  }
  return {
    ok: true,
    value: {
      name: given.name ?? '',
      destinationIds: given.destinationIds ?? [],
      condition: {
        ...(sourceIds !== undefined && { sourceIds }),
        ...(types !== undefined && { types }),
        ...(minSeverity !== undefined && { minSeverity }),
        ...(labels !== undefined && { labels }),
        ...(matchers !== undefined && { matchers }),
      },
      ...(activeIntervalIds !== undefined && { activeIntervalIds }),
      ...(mutedIntervalIds !== undefined && { mutedIntervalIds }),
      ...(hasIntervals && outside !== undefined && { outside }),
      ...(hasIntervals && holdsCritical !== undefined && { holdsCritical }),
    },
  };
}
