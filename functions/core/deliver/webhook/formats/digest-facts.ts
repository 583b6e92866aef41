import type { Digest, DigestLine, DigestSummary } from '../../../model/wire/digest.ts';
import { countedAlerts, shownCount } from '../../../text/count-words.ts';
import { inertLine } from './inert-text.ts';
import { minuteOf } from './alert-facts.ts';

/** The first window begins with the message of the first alert, the longer ones after it with the end of the one before. */
const FIRST_WINDOW_MS = 5 * 60_000;
const MAX_TITLE = 120;
const MAX_SOURCE = 60;

/** The facts of a digest that a chat shows. Inert text, not yet escaped. */
export type DigestFacts = {
  /** `[high] 37 more: Disk nearly full`, on one line. */
  headline: string;
  /** Why these share a message. */
  why: string;
  /** `2 critical, 35 high`. */
  severities: string;
  /** The gravest first: `critical x2 Disk full (prometheus), 2026-01-15 09:12 UTC to 09:40 UTC`. */
  lines: string[];
  /** Where the rest is. */
  footer: string;
};

/** The facts of a digest: those of a flood begin with its title, those of a storm with its count. */
export function digestFacts(digest: Digest, summary: DigestSummary): DigestFacts {
  const [first] = summary.lines;
  const isWindow = digest.kind === 'window';
  const what =
    isWindow && first !== undefined
      ? `${shownCount(summary.count)} more: ${titleOf(first)}`
      : `${countedAlerts(summary.count)} held back and summed up`;
  return {
    headline: `[${summary.severity}] ${what}`,
    why: isWindow ? windowWords(digest) : stormWords(summary),
    severities: Object.entries(summary.by_severity)
      .map(([severity, count]) => `${shownCount(count)} ${severity}`)
      .join(', '),
    lines: [
      ...summary.lines.map(lineText),
      ...(summary.more_lines === 0
        ? []
        : [`and ${shownCount(summary.more_lines)} more kinds, ${countedAlerts(summary.more_alerts)} in all`]),
    ],
    footer: `digest ${digest.id} · all of it: tocsin deliveries list --digest ${digest.id}`,
  };
}

function windowWords({ opened_at: openedAt, closes_at: closesAt }: Digest): string {
  const isFirst = Date.parse(closesAt) - Date.parse(openedAt) <= FIRST_WINDOW_MS;
  return (
    `These came since the ${isFirst ? 'first message' : 'digest before'} at ${minuteOf(openedAt)} and share this message. ` +
    'As long as more come, the next digest takes twice as long, up to an hour.'
  );
}

function stormWords({ because }: DigestSummary): string {
  const isHeld = because.includes('outside-interval');
  const held = 'These came outside of the hours of this chat and were held until now.';
  if (isHeld && !because.includes('hourly-limit')) return held;
  const limit =
    'The hourly limit of messages to this chat was reached. What came after it is summed up here; nothing was dropped.';
  return isHeld ? `${held} ${limit}` : limit;
}

function lineText(line: DigestLine): string {
  const { severity, count, source_name: source, first_at: first, last_at: last } = line;
  const times =
    minuteOf(first) === minuteOf(last) ? minuteOf(first) : `${minuteOf(first)} to ${minuteOf(last)}`;
  return `${severity} x${shownCount(count)} ${titleOf(line)} (${inertLine(source).slice(0, MAX_SOURCE)}), ${times}`;
}

function titleOf({ title }: DigestLine): string {
  return inertLine(title).slice(0, MAX_TITLE) || '(no title)';
}
