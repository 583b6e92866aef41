import { SEVERITIES, type Severity } from '../model/severity.ts';

const WORDS: Record<Severity, readonly string[]> = {
  info: ['info', 'informational', 'information', 'none', 'debug', 'ok', 'notice', 'note'],
  low: ['low', 'minor'],
  medium: ['medium', 'moderate', 'warning', 'warn', 'average'],
  high: ['high', 'error', 'major', 'important'],
  critical: ['critical', 'fatal', 'emergency', 'disaster', 'severe'],
};

const BY_WORD = new Map(
  SEVERITIES.flatMap((severity) => WORDS[severity].map((word) => [word, severity] as const)),
);

/** A severity word in any case; undefined for a word that no scale here knows. */
export function severityFromWord(value: unknown): Severity | undefined {
  return typeof value === 'string' ? BY_WORD.get(value.trim().toLowerCase()) : undefined;
}

/** 1..5, rising: LinuxGuard, OCSF (whose 6, fatal, is critical too). */
export function severityFromRising(value: unknown): Severity | undefined {
  const level = typeof value === 'string' && /^[1-6]$/u.test(value) ? Number(value) : value;
  return typeof level === 'number' && Number.isInteger(level) && level >= 1 && level <= 6
    ? SEVERITIES[Math.min(level, 5) - 1]
    : undefined;
}
