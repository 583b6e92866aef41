import { quoted } from './problem.ts';

/** Whether a value names a time zone of the IANA database. */
export function isTimeZone(value: unknown): boolean {
  try {
    return typeof value === 'string' && Intl.DateTimeFormat('en-US', { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}

export function timeZoneProblem(value: string): string | undefined {
  return isTimeZone(value)
    ? undefined
    : `${quoted(value)} is not a time zone; expected a name such as Europe/Berlin`;
}
