import type { AlertStatus } from '../model/wire/alert.ts';

/**
 * What senders call the states of an alert. Words of monitoring tools, scanners and ticket systems; a word that means two
 * things among them (`complete`, `unknown`) is left out.
 */
const WORDS: Record<AlertStatus, readonly string[]> = {
  firing: [
    'ack',
    'acked',
    'acknowledge',
    'acknowledged',
    'activated',
    'active',
    'alarm',
    'alert',
    'alert state event start',
    'alerting',
    'appeared',
    'create',
    'created',
    'crit',
    'critical',
    'degraded',
    'detected',
    'down',
    'fail',
    'failed',
    'failing',
    'failure',
    'fired',
    'firing',
    'in progress',
    'investigating',
    'monitoring',
    'new',
    'no data',
    'non compliant',
    'noncompliant',
    'not resolved',
    'not ok',
    'notified',
    'offline',
    'ongoing',
    'open',
    'opened',
    'identified',
    'pending',
    'problem',
    'raised',
    're triggered',
    'red',
    'reopen',
    'reopened',
    'start',
    'started',
    'trigger',
    'triggered',
    'true positive',
    'unhealthy',
    'unreachable',
    'unresolved',
    'update',
    'updated',
    'warn',
    'warning',
    'yellow',
  ],
  resolved: [
    'alert state event end',
    'auto closed',
    'auto resolved',
    'autoresolved',
    'cleared',
    'clear',
    'close',
    'closed',
    'compliant',
    'deactivated',
    'done',
    'end',
    'ended',
    'fixed',
    'green',
    'healthy',
    'inactive',
    'mitigated',
    'normal',
    'ok',
    'okay',
    'online',
    'pass',
    'passed',
    'passing',
    'postmortem',
    'recover',
    'recovered',
    'recovery',
    'remediated',
    'resolve',
    'resolved',
    'restored',
    'solved',
    'up',
  ],
  dismissed: [
    'accepted risk',
    'auto dismissed',
    'autodismissed',
    'benign',
    'benign positive',
    'disabled',
    'dismiss',
    'dismissed',
    'false positive',
    'ignored',
    'muted',
    'not an issue',
    'paused',
    'risk accepted',
    'silenced',
    'snoozed',
    'suppressed',
    'tolerable risk',
    'used in tests',
    'will not fix',
    'won t fix',
    'wont fix',
  ],
};

const BY_WORD = new Map(
  Object.entries(WORDS).flatMap(([status, words]) =>
    words.map((word) => [word, status as AlertStatus] as const),
  ),
);

/** What has the state, as in `INCIDENT_CLOSED` and `alert.triggered`; alone some of these words are states themselves. */
const NOUNS = /\b(?:alarm|alert|case|check|event|finding|incident|issue|monitor|problem|state|status)\b ?/gu;

/** Behind them stands what the state is now: `Warning -> OK`. */
const ARROW = /->|=>|\u2192/u;
/** Between two words for a state: `Closed - False Positive`, `Closed (Resolved)`. */
const BETWEEN = /\s[-\u2013\u2014]\s|[:;,/|()[\]]|\bas\b/iu;
/** How it came to the state, which is none: `resolved by alice`, `automatically closed`. */
const MANNER = /\bby\b.*$|\b(?:automatically|manually)\b/giu;

/**
 * The status that a word means, in any case and with any punctuation: `Won't fix`, `NON_COMPLIANT`, `autoDismissed`.
 *
 * Several words for one status are that status, and one that was put aside among them says why it is over.
 */
export function statusFromWord(value: unknown): AlertStatus | undefined {
  if (typeof value !== 'string' || value.length > 60) {
    return undefined;
  }
  const exact = statusOf(value);
  if (exact !== undefined) return exact;
  const parts = (value.split(ARROW).at(-1) ?? value)
    .replaceAll(MANNER, '')
    .split(BETWEEN)
    .filter((part) => part.trim() !== '');
  const found = new Set(parts.map(statusOf));
  if (found.has(undefined)) return undefined;
  return found.has('dismissed') ? 'dismissed' : found.size === 1 ? [...found][0] : undefined;
}

function statusOf(value: string): AlertStatus | undefined {
  const words = value
    .replaceAll(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, ' ')
    .trim();
  return BY_WORD.get(words) ?? BY_WORD.get(words.replaceAll(NOUNS, '').trim());
}
