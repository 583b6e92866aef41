const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Of one zone: three years of days. */
const MAX_REMEMBERED_DAYS = 1_000;

/** The clocks of a zone around one day: `after` from `changesAt` on, and the same as `before` on most days. */
type ZoneOffsets = { before: number; after: number; changesAt: number };

type Zone = { formatter: Intl.DateTimeFormat; atDays: Map<number, number> };

const zones = new Map<string, Zone>();

/**
 * The name of a time zone as the IANA database spells it; undefined when it has none such. A name that stands for another
 * one there (`Asia/Kolkata`, which the engine calls `Asia/Calcutta`) stays as it was written.
 */
export function knownZone(name: string): string | undefined {
  if (name === '') return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return undefined;
  }
}

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
export function offsetMs(ms: number, zone: string): number {
  const parts = new Map(
    zoneOf(zone)
      .formatter.formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(ms / 1_000) * 1_000;
}

/**
 * The offsets that hold on a day of the wall clock, two days before it to three days after, in which a zone changes its
 * clocks once at most.
 *
 * @param day the day's beginning as if the wall clock were UTC
 */
export function offsetsAround(day: number, zone: string): ZoneOffsets {
  let low = day - 2 * DAY_MS;
  let high = day + 3 * DAY_MS;
  const before = offsetAtDay(low, zone);
  const after = offsetAtDay(high, zone);
  if (before === after) return { before, after, changesAt: low };
  while (high - low > MINUTE_MS) {
    const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
    if (offsetMs(middle, zone) === before) low = middle;
    else high = middle;
  }
  return { before, after, changesAt: high };
}

/** Days are asked for one after the other, and each is the first of one and the last of another. */
function offsetAtDay(ms: number, zone: string): number {
  const { atDays } = zoneOf(zone);
  const known = atDays.get(ms);
  if (known !== undefined) return known;
  if (atDays.size >= MAX_REMEMBERED_DAYS) atDays.clear();
  const offset = offsetMs(ms, zone);
  atDays.set(ms, offset);
  return offset;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const zone = { formatter, atDays: new Map<number, number>() };
  zones.set(timeZone, zone);
  return zone;
}
