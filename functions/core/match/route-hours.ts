import type { Interval } from '../model/config/interval.ts';
import type { Route } from '../model/config/route.ts';
import type { Outside } from '../model/wire/outside.ts';
import { isOpen, nextChangeMs } from './opening-times.ts';
import { parseTimeIntervals } from './parse-time-intervals.ts';
import type { TimeInterval } from './time-interval.ts';

/** Nothing is held for longer, whatever the intervals say: what never opens would never be told. */
export const LONGEST_HOLD_MS = 7 * 86_400_000;

type Hours = Pick<Route, 'activeIntervalIds' | 'mutedIntervalIds' | 'outside'>;

/** Says of a route at an instant that it is outside of its intervals; undefined while it tells. */
export type RouteHours = (route: Hours, atMs: number) => Outside | undefined;

type Calendar = { name: string; times: TimeInterval[] };

/**
 * Reads the intervals that routes name. One that cannot be read, or is not there, fails towards telling: as an active one it is
 * always open, as a muted one never.
 *
 * The same question is answered once: alerts of one batch are judged at one instant.
 */
export function routeHours(intervals: readonly Interval[]): RouteHours {
  const calendars = new Map(
    intervals.map(({ id, name, times }): [string, Calendar] => [
      id,
      { name, times: parseTimeIntervals(times).intervals },
    ]),
  );
  const known = new WeakMap<Hours, { atMs: number; outside: Outside | undefined }>();
  return (route, atMs) => {
    const { activeIntervalIds: active = [], mutedIntervalIds: muted = [] } = route;
    if (active.length === 0 && muted.length === 0) return undefined;
    const last = known.get(route);
    if (last?.atMs === atMs) return last.outside;
    const outside = judge(route, calendarsOf(active, calendars), calendarsOf(muted, calendars), atMs);
    known.set(route, { atMs, outside });
    return outside;
  };
}

type Named = { calendars: Calendar[]; isComplete: boolean };

function calendarsOf(ids: readonly string[], calendars: ReadonlyMap<string, Calendar>): Named {
  const found = ids.map((id) => calendars.get(id)).filter((one) => one !== undefined && one.times.length > 0);
  return {
    calendars: found.filter((one) => one !== undefined),
    isComplete: found.length === ids.length,
  };
}

function judge({ outside }: Hours, active: Named, muted: Named, atMs: number): Outside | undefined {
  const activeTimes = active.calendars.flatMap(({ times }) => times);
  const mutedTimes = muted.calendars.flatMap(({ times }) => times);
  const isAlwaysActive = !active.isComplete || activeTimes.length === 0;
  const tells = (ms: number) => (isAlwaysActive || isOpen(activeTimes, ms)) && !isOpen(mutedTimes, ms);
  if (tells(atMs)) return undefined;
  const intervals = [...active.calendars, ...muted.calendars].map(({ name }) => name);
  if (outside === 'drop') return { intervals };
  const lastMs = atMs + LONGEST_HOLD_MS;
  let untilMs = atMs;
  while (untilMs < lastMs && !tells(untilMs)) {
    const changes = [nextChangeMs(activeTimes, untilMs), nextChangeMs(mutedTimes, untilMs)];
    untilMs = Math.min(lastMs, ...changes.filter((change) => change !== undefined));
  }
  return { intervals, until: new Date(untilMs).toISOString() };
}
