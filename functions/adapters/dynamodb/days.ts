const DAY_MS = 86_400_000;

/** The UTC day of an ISO 8601 instant: `2026-01-15`. */
export function dayOf(instant: string): string {
  return instant.slice(0, 10);
}

/** Every day from one instant to another, those of both among them, the earliest first. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let day = Date.parse(dayOf(from)); day <= Date.parse(dayOf(to)); day += DAY_MS) {
    days.push(dayOf(new Date(day).toISOString()));
  }
  return days;
}
