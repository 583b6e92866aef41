/** A day and a time of the reader's clock, as the pickers give them: `2026-03-01`, `18:00`. */
export type ChosenTime = { day: string; time: string };

/** The instant of a chosen time (ISO 8601); undefined until a day is chosen. A time that is left out is midnight. */
export function instantOf({ day, time }: ChosenTime): string | undefined {
  if (day === '') return undefined;
  const instant = new Date(`${day}T${time === '' ? '00:00' : time}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}
