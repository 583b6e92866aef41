import type { DigestEntry, DigestLine, DigestSummary, HeldBecause } from '../../model/wire/digest.ts';
import { SEVERITIES, severityId, type Severity } from '../../model/wire/severity.ts';

/** Lines that a digest shows; the others are counted. */
const SHOWN_LINES = 20;

/** A line while entries are added to it. The ids of its entries decide which title is shown. */
type Line = Omit<DigestLine, 'source_name'> & { sourceName: string; alertId: string; titledAt: string };

/**
 * The summary of a closed digest; undefined when no delivery joined it.
 *
 * The entries of one key are one line. The order of the entries does not matter, so every attempt says the same.
 */
export function summarizeDigest(entries: readonly DigestEntry[]): DigestSummary | undefined {
  const summarizer = digestSummarizer();
  for (const entry of entries) summarizer.add(entry);
  return summarizer.summary();
}

/** The same, entry by entry. Its memory grows with the keys and not with the entries. */
export function digestSummarizer() {
  const lines = new Map<string, Line>();
  const counts = new Map<Severity, number>();
  const reasons = new Set<HeldBecause>();
  let count = 0;
  let firstAt: string | undefined;
  let lastAt = '';

  return {
    add: (entry: DigestEntry): void => {
      const known = lines.get(entry.key);
      if (known === undefined) lines.set(entry.key, newLine(entry));
      else addToLine(known, entry);
      for (const severity of SEVERITIES) {
        const more = countOf(entry, severity);
        if (more > 0) counts.set(severity, (counts.get(severity) ?? 0) + more);
      }
      reasons.add(entry.because);
      count += entry.count;
      firstAt = firstAt === undefined || entry.firstAt < firstAt ? entry.firstAt : firstAt;
      lastAt = entry.lastAt > lastAt ? entry.lastAt : lastAt;
    },

    summary: (): DigestSummary | undefined => {
      const sorted = [...lines.values()].sort(gravestFirst);
      const [gravest] = sorted;
      if (gravest === undefined || firstAt === undefined) {
        return undefined;
      }
      const others = sorted.slice(SHOWN_LINES);
      return {
        count,
        first_at: firstAt,
        last_at: lastAt,
        severity: gravest.severity,
        by_severity: Object.fromEntries(
          SEVERITIES.toReversed().flatMap((severity) => {
            const many = counts.get(severity);
            return many === undefined ? [] : [[severity, many]];
          }),
        ),
        because: (['flood', 'hourly-limit', 'mail-quota', 'outside-interval'] satisfies HeldBecause[]).filter(
          (reason) => reasons.has(reason),
        ),
        lines: sorted.slice(0, SHOWN_LINES).map(shownLine),
        more_lines: others.length,
        more_alerts: others.reduce((total, line) => total + line.count, 0),
      };
    },
  };
}

function newLine({ title, sourceName, severity, count, firstAt, lastAt, alertId }: DigestEntry): Line {
  return {
    title,
    sourceName,
    severity,
    count,
    first_at: firstAt,
    last_at: lastAt,
    alertId,
    titledAt: firstAt,
  };
}

function addToLine(line: Line, entry: DigestEntry): void {
  // The title of the gravest, and of those the first: titles of one key may differ.
  const order =
    severityId(entry.severity) - severityId(line.severity) ||
    compare(line.titledAt, entry.firstAt) ||
    compare(line.alertId, entry.alertId);
  if (order > 0) {
    line.title = entry.title;
    line.sourceName = entry.sourceName;
    line.severity = entry.severity;
    line.titledAt = entry.firstAt;
    line.alertId = entry.alertId;
  }
  line.count += entry.count;
  if (entry.firstAt < line.first_at) line.first_at = entry.firstAt;
  if (entry.lastAt > line.last_at) line.last_at = entry.lastAt;
}

function shownLine({ title, sourceName, severity, count, first_at, last_at }: Line): DigestLine {
  return { title, source_name: sourceName, severity, count, first_at, last_at };
}

function gravestFirst(a: Line, b: Line): number {
  return (
    severityId(b.severity) - severityId(a.severity) ||
    b.count - a.count ||
    compare(a.first_at, b.first_at) ||
    compare(a.title, b.title)
  );
}

function countOf({ severity: own, count, bySeverity: counts }: DigestEntry, severity: Severity): number {
  if (counts !== undefined) return counts[severity] ?? 0;
  return own === severity ? count : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
