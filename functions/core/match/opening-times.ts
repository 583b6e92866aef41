import { holdsOnDay, type TimeInterval } from './time-interval.ts';
import { offsetMs, offsetsAround } from './zone.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** No zone is further from UTC than 14 hours; until then a day that comes may still begin earlier. */
const MAX_OFFSET_MS = 14 * 3_600_000;
/** How far ahead a change is looked for: beyond a leap year's worth of days nothing waits for it. */
const HORIZON_MS = 400 * DAY_MS;
const WHOLE_DAY = [{ from: 0, to: 1_440 }];

/** Instants in ms; `to` is the first one that is outside. */
type Opening = { from: number; to: number };

/**
 * Whether one of the intervals holds at an instant: whether the wall clock there and then shows a time that it names.
 *
 * So an hour that the clocks skip never is, and one that they show twice is twice.
 */
export function isOpen(intervals: readonly TimeInterval[], ms: number): boolean {
  return intervals.some((interval) => {
    const wall = ms + offsetMs(ms, interval.location);
    const today = Math.floor(wall / DAY_MS) * DAY_MS;
    return [today, today - DAY_MS].some((day) =>
      hoursOf(interval, day).some(({ from, to }) => from <= wall && wall < to),
    );
  });
}

/** When `isOpen` changes next after an instant; undefined when it does not within 400 days. */
export function nextChangeMs(intervals: readonly TimeInterval[], ms: number): number | undefined {
  const untilMs = ms + HORIZON_MS;
  for (const { from, to } of openings(intervals, ms, untilMs)) {
    if (to > ms) {
      const change = from > ms ? from : to;
      return change < untilMs ? change : undefined;
    }
  }
  return undefined;
}

/** How much of the time between two instants is open, in ms. */
export function openMs(intervals: readonly TimeInterval[], fromMs: number, toMs: number): number {
  let total = 0;
  for (const { from, to } of openings(intervals, fromMs, toMs)) {
    total += Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs));
  }
  return total;
}

/** The times at which the intervals are open, in order, none touching another; the last one may be cut off after `untilMs`. */
function* openings(intervals: readonly TimeInterval[], fromMs: number, untilMs: number): Generator<Opening> {
  let known: Opening[] = [];
  // Two days early: the hours of a day may reach into the next, and its zone may be behind UTC.
  let day = Math.floor(fromMs / DAY_MS) * DAY_MS - 2 * DAY_MS;
  for (; day - MAX_OFFSET_MS < untilMs; day += DAY_MS) {
    const date = day;
    known = merged([...known, ...intervals.flatMap((interval) => openingsOn(interval, date))]);
    const settled = known.filter(({ to }) => to < day + DAY_MS - MAX_OFFSET_MS);
    yield* settled;
    known = known.slice(settled.length);
  }
  yield* known;
}

/** The hours of a day as instants, with a change of the clocks among them. */
function openingsOn(interval: TimeInterval, day: number): Opening[] {
  const hours = hoursOf(interval, day);
  if (hours.length === 0) return [];
  const { before, after, changesAt } = offsetsAround(day, interval.location);
  return hours
    .flatMap(({ from, to }) =>
      before === after
        ? [{ from: from - before, to: to - before }]
        : [
            { from: from - before, to: Math.min(to - before, changesAt) },
            { from: Math.max(from - after, changesAt), to: to - after },
          ],
    )
    .filter(({ from, to }) => from < to);
}

/** The hours that begin on a day, as if the wall clock were UTC. */
function hoursOf(interval: TimeInterval, day: number): Opening[] {
  if (!holdsOnDay(interval, day)) return [];
  return (interval.times ?? WHOLE_DAY).map(({ from, to }) => ({
    from: day + from * MINUTE_MS,
    to: day + (to > from ? to : to + 1_440) * MINUTE_MS,
  }));
}

function merged(openings: readonly Opening[]): Opening[] {
  const result: Opening[] = [];
  for (const { from, to } of openings.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}
