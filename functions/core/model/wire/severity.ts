/** The five severities, least first. The index plus one is the `severity_id` (1..5) of LinuxGuard and OCSF. */
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof SEVERITIES)[number];
export type SeverityId = 1 | 2 | 3 | 4 | 5;

export function severityId(severity: Severity): SeverityId {
  return (SEVERITIES.indexOf(severity) + 1) as SeverityId;
}

/** Whether a severity is at or above a threshold; no threshold takes everything. */
export function meetsSeverity(severity: Severity, minimum: Severity | undefined): boolean {
  return minimum === undefined || severityId(severity) >= severityId(minimum);
}

export function isSeverity(value: unknown): value is Severity {
  return typeof value === 'string' && (SEVERITIES as readonly string[]).includes(value);
}

/** How a sender's severities read; declared by the operator of a mapped source, because the direction cannot be guessed. */
export const SEVERITY_SCALES = [
  'words',
  'rising',
  'priority',
  'syslog',
  'cvss',
  'percent',
  'guardduty',
  'wazuh',
] as const;
export type SeverityScale = (typeof SEVERITY_SCALES)[number];
