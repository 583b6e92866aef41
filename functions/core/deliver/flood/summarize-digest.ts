import type { DigestEntry, DigestLine, DigestSummary, HeldBecause } from '../../model/digest.ts';
import { SEVERITIES, severityId, type Severity } from '../../model/severity.ts';

/** Lines that a mail shows; the others are counted. */
const SHOWN_LINES = 20;

/**
 * What a closed digest says; undefined when nobody joined it.
 *
 * The entries of one key are one line. The order of the entries does not matter, so every attempt says the same.
 */
export function summarizeDigest(entries: readonly DigestEntry[]): DigestSummary | undefined {
  const lines = linesOf(entries);
  const [gravest] = lines;
  if (gravest === undefined) {
    return undefined;
  }
  const shown = lines.slice(0, SHOWN_LINES);
  const others = lines.slice(SHOWN_LINES);
  return {
    count: sum(entries),
    first_at: least(entries.map(({ firstAt }) => firstAt)),
    last_at: greatest(entries.map(({ lastAt }) => lastAt)),
    severity: gravest.severity,
    by_severity: bySeverity(entries),
    because: (['flood', 'hourly-limit', 'mail-quota'] satisfies HeldBecause[]).filter((reason) =>
      entries.some(({ because }) => because === reason),
    ),
    lines: shown,
    more_lines: others.length,
    more_alerts: sum(others),
  };
}

function linesOf(entries: readonly DigestEntry[]): DigestLine[] {
  const byKey = new Map<string, DigestEntry[]>();
  for (const entry of entries) {
    const known = byKey.get(entry.key);
    if (known === undefined) {
      byKey.set(entry.key, [entry]);
    } else {
      known.push(entry);
    }
  }
  return [...byKey.values()].map(lineOf).sort(gravestFirst);
}

function lineOf(entries: DigestEntry[]): DigestLine {
  // The title of the gravest, and of those the first: titles of one key may differ.
  const [shown] = entries.toSorted(
    (a, b) =>
      severityId(b.severity) - severityId(a.severity) ||
      compare(a.firstAt, b.firstAt) ||
      compare(a.alertId, b.alertId),
  );
  return {
    title: shown?.title ?? '',
    source_name: shown?.sourceName ?? '',
    severity: shown?.severity ?? 'info',
    count: sum(entries),
    first_at: least(entries.map(({ firstAt }) => firstAt)),
    last_at: greatest(entries.map(({ lastAt }) => lastAt)),
  };
}

function gravestFirst(a: DigestLine, b: DigestLine): number {
  return (
    severityId(b.severity) - severityId(a.severity) ||
    b.count - a.count ||
    compare(a.first_at, b.first_at) ||
    compare(a.title, b.title)
  );
}

function bySeverity(entries: readonly DigestEntry[]): Partial<Record<Severity, number>> {
  return Object.fromEntries(
    SEVERITIES.toReversed().flatMap((severity) => {
      const count = entries.reduce((total, entry) => total + countOf(entry, severity), 0);
      return count === 0 ? [] : [[severity, count]];
    }),
  );
}

function countOf({ severity: own, count, bySeverity: counts }: DigestEntry, severity: Severity): number {
  return counts === undefined ? (own === severity ? count : 0) : (counts[severity] ?? 0);
}

function sum(counted: readonly { count: number }[]): number {
  return counted.reduce((total, { count }) => total + count, 0);
}

/** Not `Math.min(...)`, nor a sort: a storm has a hundred thousand entries. */
function least(instants: readonly string[]): string {
  return instants.reduce((first, instant) => (instant < first ? instant : first));
}

function greatest(instants: readonly string[]): string {
  return instants.reduce((last, instant) => (instant > last ? instant : last));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
