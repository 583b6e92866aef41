import { ours, shownLine, type ShownText } from './shown-text.ts';

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):(\d\d)(?:\.\d+)?Z$/u;

type Precision = 'minute' | 'second';

/**
 * An instant as its reader's clock says it, and in UTC: `2026-11-21 03:38 Europe/Berlin (02:38 UTC)`, `2026-11-21 02:38 UTC`
 * without a zone; the day of UTC too, where it is another. What is no instant stays as it came.
 */
export function shownInstant(iso: string, timeZone?: string, precision: Precision = 'minute'): ShownText {
  const at = INSTANT.exec(iso);
  if (at === null) return shownLine(iso, 40);
  const utc = partsOf(iso, 'UTC', precision);
  if (timeZone === undefined || timeZone === 'UTC') return ours(`${utc.day} ${utc.time} UTC`);
  const local = partsOf(iso, timeZone, precision);
  const day = local.day === utc.day ? '' : `${utc.day} `;
  return ours(`${local.day} ${local.time} ${timeZone} (${day}${utc.time} UTC)`);
}

/** `2026-01-15 14:23:01 to 14:27:59 UTC`; both days when they differ. */
export function shownRange(first: string, last: string, timeZone = 'UTC'): ShownText {
  if (first === last) return shownInstant(first, timeZone, 'second');
  const from = partsOf(first, timeZone, 'second');
  const to = partsOf(last, timeZone, 'second');
  const end = from.day === to.day ? to.time : `${to.day} ${to.time}`;
  const utc = timeZone === 'UTC' ? '' : ` (from ${partsOf(first, 'UTC', 'second').time} UTC)`;
  return ours(`${from.day} ${from.time} to ${end} ${timeZone}${utc}`);
}

/** `45 s`, `12 min`, `2 h 14 min`, `3 days 4 h`: two units, the larger first. */
export function shownDuration(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return `${String(Math.floor(ms / 1_000))} s`;
  if (minutes < 60) return `${String(minutes)} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return withRest(`${String(hours)} h`, minutes % 60, 'min');
  const days = Math.floor(hours / 24);
  return withRest(`${String(days)} ${days === 1 ? 'day' : 'days'}`, hours % 24, 'h');
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${String(rest)} ${unit}`;
}

/** Day and time of an instant in a zone. The Swedish way to write them is that of ISO 8601. */
function partsOf(iso: string, timeZone: string, precision: Precision): { day: string; time: string } {
  const [day = '', time = ''] = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  })
    .format(new Date(iso))
    .split(' ');
  return { day, time: precision === 'minute' ? time.slice(0, 5) : time };
}
