const SECONDS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS;

/** What a duration looks like, for messages. */
export const DURATION_EXAMPLES = 'for example 30s, 15m, 24h, 7d or 1h30m';

/** Seconds of `30s`, `15m`, `24h`, `7d` or `1h30m`; undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (!/^(?:\d{1,9}[smhd])+$/.test(text)) return undefined;
  const units = new Set<string>();
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d{1,9})([smhd])/g)) {
    // "1h1h" is a slip of the keyboard rather than two hours.
    if (units.has(unit ?? '')) return undefined;
    units.add(unit ?? '');
    seconds += Number(count) * SECONDS[unit as Unit];
  }
  return seconds;
}

/** Seconds as text with at most two units: 86,400 -> `1d`, 5,400 -> `1h30m`. */
export function formatDuration(seconds: number): string {
  return unitsOf(seconds).slice(0, 2).join('') || '0s';
}

/** Whole seconds as `parseDuration` reads them, none left out: 90,061 -> `1d1h1m1s`. */
export function writeDuration(seconds: number): string {
  return unitsOf(seconds).join('') || '0s';
}

function unitsOf(seconds: number): string[] {
  const parts: string[] = [];
  let rest = Math.round(seconds);
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const count = Math.floor(rest / SECONDS[unit]);
    rest -= count * SECONDS[unit];
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts;
}
