import { isOpen, nextChangeMs } from '../../functions/core/match/opening-times.ts';
import { parseTimeIntervals } from '../../functions/core/match/parse-time-intervals.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { Route } from '../../functions/core/model/config/route.ts';

/** Whether an interval is open at an instant, and when that changes. */
function openingOf({ times }: Interval, atMs: number): { isOpen: boolean; changesAt: string | null } {
  const { intervals } = parseTimeIntervals(times);
  const changeMs = nextChangeMs(intervals, atMs);
  return {
    isOpen: isOpen(intervals, atMs),
    changesAt: changeMs === undefined ? null : new Date(changeMs).toISOString(),
  };
}

/** `open until 2026-01-15T17:00:00.000Z`. */
export function describeOpening(interval: Interval, atMs: number): string {
  const { isOpen: open, changesAt } = openingOf(interval, atMs);
  if (changesAt === null) return open ? 'open, without an end' : 'closed, and it does not open again';
  return `${open ? 'open' : 'closed'} until ${changesAt}`;
}

/** The routes that name it. */
export function routesNaming(routes: readonly Route[], id: string): Route[] {
  return routes.filter(({ activeIntervalIds = [], mutedIntervalIds = [] }) =>
    [...activeIntervalIds, ...mutedIntervalIds].includes(id),
  );
}

export function intervalView(interval: Interval, routes: readonly Route[], atMs: number): object {
  const { isOpen: open, changesAt } = openingOf(interval, atMs);
  const { id, name, times, createdAt, updatedAt } = interval;
  return {
    id,
    name,
    times,
    is_open: open,
    changes_at: changesAt,
    routes: routesNaming(routes, id).map((route) => route.name),
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
