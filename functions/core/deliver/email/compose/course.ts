import { isEnded, type Alert } from '../../../model/wire/alert.ts';
import { plainName } from '../../../text/plain-name.ts';

/** When an alert began, when it ended, and how often it was seen; from what its sender tells alone. Instants are ISO 8601. */
type Course = { sinceAt: string; endedAt?: string; lastedMs?: number; timesSeen?: number };

/** What senders call the time at which a condition began, wherever in the details it stands. */
const BEGINNINGS = new Set(
  (
    'startsat starttime startedat firedat firstseen firstseenat firstobservedat firsttriggeredat triggeredat eventfirstseen ' +
    'createdat firstevent firstoccurrence'
  ).split(' '),
);
/** What senders call the number of times that they saw it. */
const COUNTS = new Set('count occurrences timesseen eventcount occurrencecount hitcount'.split(' '));
/** Objects about the alert itself; any other may be about something that is older, such as a user. */
const WRAPPERS = new Set(
  'alert data detail details document event finding incident issue monitor service'.split(' '),
);
const MAX_LEVELS = 4;

/** The course of an alert by its details. Without a beginning in them, it began with the event. */
export function courseOf(alert: Alert): Course {
  const began = found(alert.details, 0, BEGINNINGS, instantOf);
  const timesSeen = found(alert.details, 0, COUNTS, countOf);
  const eventMs = Date.parse(alert.event_time);
  // A beginning after the event is about something else.
  const isBefore = began !== undefined && Date.parse(began) < eventMs;
  return {
    sinceAt: isBefore ? began : alert.event_time,
    ...(isEnded(alert) && { endedAt: alert.event_time }),
    ...(isEnded(alert) && isBefore && { lastedMs: eventMs - Date.parse(began) }),
    ...(timesSeen !== undefined && { timesSeen }),
  };
}

/** The first value under one of the names that can be read; what stands higher up comes first. Lists are about many. */
function found<T>(
  value: unknown,
  level: number,
  names: ReadonlySet<string>,
  read: (value: unknown) => T | undefined,
): T | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value) as [string, unknown][];
  for (const [name, inner] of entries) {
    const known = names.has(plainName(name)) ? read(inner) : undefined;
    if (known !== undefined) return known;
  }
  if (level === MAX_LEVELS) return undefined;
  for (const [name, inner] of entries) {
    if (!WRAPPERS.has(plainName(name))) continue;
    const below = found(inner, level + 1, names, read);
    if (below !== undefined) return below;
  }
  return undefined;
}

function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/u.test(value)) return undefined;
  const ms = Date.parse(value);
  // Year 1 stands for "not yet" (Alertmanager's endsAt).
  return Number.isNaN(ms) || ms < 0 ? undefined : new Date(ms).toISOString();
}

/** Once is no news. */
function countOf(value: unknown): number | undefined {
  const count = typeof value === 'string' && /^\d{1,9}$/u.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isInteger(count) && count > 1 ? count : undefined;
}
