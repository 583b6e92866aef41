import { knownZone } from '../match/zone.ts';
import { quoted } from './problem.ts';

/** Whether a value names a time zone of the IANA database. */
export function isTimeZone(value: unknown): boolean {
  return typeof value === 'string' && knownZone(value) !== undefined;
}

export function timeZoneProblem(value: string): string | undefined {
  return isTimeZone(value)
    ? undefined
    : `${quoted(value)} is not a time zone; expected a name such as Europe/Berlin`;
}
