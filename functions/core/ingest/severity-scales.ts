import { SEVERITIES, type Severity, type SeverityScale } from '../model/wire/severity.ts';
import { optional, text } from './read-fields.ts';

const WORDS: Record<Severity, readonly string[]> = {
  info: ['info', 'informational', 'information', 'none', 'debug', 'ok', 'notice', 'note', 'trace', 'verbose'],
  low: ['low', 'minor', 'lowest', 'trivial', 'very low', 'very-low'],
  medium: ['medium', 'moderate', 'warning', 'warn', 'average', 'med'],
  high: ['high', 'error', 'err', 'major', 'important'],
  critical: [
    'critical',
    'crit',
    'fatal',
    'emergency',
    'emerg',
    'disaster',
    'severe',
    'panic',
    'highest',
    'very high',
    'very-high',
    'blocker',
  ],
};

const BY_WORD = new Map(
  SEVERITIES.flatMap((severity) => WORDS[severity].map((word) => [word, severity] as const)),
);

/** Words beside a severity that say nothing about it: `Severity: High`, `High risk`. */
const FILLERS = new Set([
  'severity',
  'sev',
  'priority',
  'prio',
  'level',
  'risk',
  'urgency',
  'impact',
  'alert',
]);

/** P0..P5, SEV0..SEV5, S1..S5, falling: 0 and 1 are the worst. */
const LABEL = /^(?:p|prio|priority|s|sev|severity)([0-5])$/u;
const NAME_BEFORE_DIGIT = /\b(p|prio|priority|s|sev|severity)[\s_:#.-]+(?=[0-5]\b)/gu;
/** Longer than any severity that a tool writes; free text is no severity. */
const MAX_CHARACTERS = 40;

/**
 * A severity word in any case, or a label such as `P1`, `SEV_1`, `Sev1`, alone or together: `Critical (P1)`, `1 - High`.
 *
 * undefined for what no scale here knows, for two that contradict each other, and for a bare number, whose direction
 * only its format or the operator knows.
 */
export function severityFromWord(value: unknown): Severity | undefined {
  if (typeof value !== 'string' || value.length > MAX_CHARACTERS) {
    return undefined;
  }
  const written = value.trim().toLowerCase();
  const exact = BY_WORD.get(written);
  if (exact !== undefined) {
    return exact;
  }
  const parts = written
    .replaceAll('_', ' ')
    .replaceAll(NAME_BEFORE_DIGIT, '$1')
    .split(/[^a-z0-9]+/u)
    .filter((part) => part !== '' && !FILLERS.has(part));
  const found = new Set<Severity>();
  for (const part of parts) {
    const severity = BY_WORD.get(part) ?? severityFromLabel(part);
    if (severity !== undefined) found.add(severity);
    // A number beside a word is the word's place in a list; any other part may turn the meaning around.
    else if (!/^\d{1,2}$/u.test(part)) return undefined;
  }
  return found.size === 1 ? [...found][0] : undefined;
}

function severityFromLabel(part: string): Severity | undefined {
  const level = LABEL.exec(part)?.[1];
  return level === undefined ? undefined : SEVERITIES[5 - Math.max(1, Number(level))];
}

/** 1..5, rising: LinuxGuard, OCSF (whose 6, fatal, is critical too). */
export function severityFromRising(value: unknown): Severity | undefined {
  const level = typeof value === 'string' && /^[1-6]$/u.test(value) ? Number(value) : value;
  return typeof level === 'number' && Number.isInteger(level) && level >= 1 && level <= 6
    ? SEVERITIES[Math.min(level, 5) - 1]
    : undefined;
}

/** P1..P5, falling: P1 is the worst; also `1`..`5` where a source declares this scale, and the labels and words above. */
function severityFromPriority(value: unknown): Severity | undefined {
  const written = text(value)?.trim() ?? '';
  return /^[0-5]$/u.test(written) ? severityFromLabel(`p${written}`) : severityFromWord(value);
}

const SYSLOG_WORDS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
];
const SYSLOG_SHORT_WORDS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug'];
const BY_SYSLOG_LEVEL: readonly Severity[] = [
  'critical',
  'critical',
  'critical',
  'high',
  'medium',
  'info',
  'info',
  'info',
];

/** Syslog 0..7, falling, or its words (RFC 5424, table 2); Falco's priorities are the same words. */
export function severityFromSyslog(value: unknown): Severity | undefined {
  const word = text(value)?.trim().toLowerCase() ?? '';
  const level = /^[0-7]$/u.test(word)
    ? Number(word)
    : Math.max(SYSLOG_WORDS.indexOf(word), SYSLOG_SHORT_WORDS.indexOf(word));
  return level < 0 ? undefined : BY_SYSLOG_LEVEL[level];
}

/** CVSS v3 and v4 scores, 0.0..10.0, by the qualitative scale of FIRST: 0 is none. */
export function severityFromCvss(value: unknown): Severity | undefined {
  const score = numberBetween(value, 0, 10);
  return score === 0 ? 'info' : aboveThresholds(score, { low: 0, medium: 4, high: 7, critical: 9 });
}

/** GuardDuty, 0.0..10.0: below 1 is nothing to act on. */
export function severityFromGuardduty(value: unknown): Severity | undefined {
  return aboveThresholds(numberBetween(value, 0, 10), { low: 1, medium: 4, high: 7, critical: 9 });
}

/** Security Hub's normalized severity of ASFF, 0..100. */
export function severityFromAsffNormalized(value: unknown): Severity | undefined {
  return aboveThresholds(numberBetween(value, 0, 100), { low: 1, medium: 40, high: 70, critical: 90 });
}

/** CEF, 0..10 or its words (ArcSight, "Implementing CEF", header "Severity"): 0-3 low, 4-6 medium, 7-8 high, 9-10 very high. */
export function severityFromCef(value: unknown): Severity | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'very-high' || word === 'very high') return 'critical';
  const number = numberBetween(typeof value === 'string' ? value.trim() : value, 0, 10);
  return number === undefined
    ? severityFromWord(value)
    : aboveThresholds(number, { low: 0, medium: 4, high: 7, critical: 9 });
}

/** Wazuh's rule level, 0..16: its table ends at 15, its text at 16. */
export function severityFromWazuh(value: unknown): Severity | undefined {
  return aboveThresholds(numberBetween(value, 0, 16), { low: 4, medium: 7, high: 12, critical: 15 });
}

/** The `severity` label of Prometheus rules: a word by convention, where `none` is low and `page` wakes someone. */
export function severityFromAlertmanager(value: unknown): Severity | undefined {
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  if (word === 'none') return 'low';
  return word === 'page' ? 'critical' : severityFromWord(word);
}

/** The level of a Sentry event or issue. */
export function severityFromSentry(value: unknown): Severity | undefined {
  const levels: Record<string, Severity> = {
    debug: 'info',
    info: 'info',
    warning: 'medium',
    error: 'high',
    fatal: 'critical',
  };
  return typeof value === 'string' && Object.hasOwn(levels, value.toLowerCase())
    ? levels[value.toLowerCase()]
    : undefined;
}

/** What a mapped source can declare its severities to be; the direction is never guessed. */
export const SCALES: Record<SeverityScale, (value: unknown) => Severity | undefined> = {
  words: severityFromWord,
  rising: severityFromRising,
  priority: severityFromPriority,
  syslog: severityFromSyslog,
  cvss: severityFromCvss,
  percent: severityFromAsffNormalized,
  guardduty: severityFromGuardduty,
  wazuh: severityFromWazuh,
};

/** The mapped severity with the sender's own value beside it; an unknown value is kept, and not mapped. */
export function graded(
  value: unknown,
  scale: (value: unknown) => Severity | undefined,
): { severity?: Severity; severityOriginal?: string } {
  return { ...optional('severity', scale(value)), ...optional('severityOriginal', text(value)) };
}

function numberBetween(value: unknown, least: number, most: number): number | undefined {
  const number = typeof value === 'string' && /^\d{1,3}(?:\.\d+)?$/u.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= least && number <= most ? number : undefined;
}

/** The highest severity whose threshold is reached; a threshold of 0 means anything above it. */
function aboveThresholds(
  value: number | undefined,
  thresholds: Record<Exclude<Severity, 'info'>, number>,
): Severity | undefined {
  if (value === undefined) return undefined;
  const { low, medium, high, critical } = thresholds;
  if (value >= critical) return 'critical';
  if (value >= high) return 'high';
  if (value >= medium) return 'medium';
  return value >= low ? 'low' : 'info';
}
