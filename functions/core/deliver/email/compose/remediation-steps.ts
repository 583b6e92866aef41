import { isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import { ours, shownLine, shownText, type ShownText } from './shown-text.ts';

/** For senders that report without advice. An operator's own table goes before it. */
export const DEFAULT_REMEDIATION: RemediationTable = [
  {
    type: 'github.secret_scanning_alert*',
    steps: [
      'Revoke the secret at its issuer and create a new one',
      'Search the logs of its issuer for use by others',
      'Remove it from the repository and close the alert',
    ],
  },
  {
    type: 'github.dependabot_alert*',
    steps: [
      'Find out whether the vulnerable package is reachable in what you run',
      'Update it to a version with the fix, or remove it',
      'Deploy, and check that the alert closes by itself',
    ],
  },
  {
    type: 'github.code_scanning_alert*',
    steps: [
      'Read the finding at the file and line it names',
      'Correct the code, or dismiss the finding with a reason',
      'Look for the same mistake elsewhere',
    ],
  },
  {
    type: 'threat_alert*',
    steps: [
      'Check whether the address or file is still active',
      'Block it, and isolate the systems that it reached',
      'Change the credentials that were used there',
      'Keep logs and memory for the investigation',
    ],
  },
];

const MAX_STEPS = 20;

/** What a recipient should do: in order, and what to say before it. */
export type RemediationAdvice = { summary?: ShownText; steps: ShownText[] };

/**
 * The alert's own steps, else the operator's for its type, else the built-in ones; then where more is written. An
 * operator's page goes before the sender's. Both are text, as everything in a mail but the way to unsubscribe.
 */
export function remediationSteps(alert: Alert, table: RemediationTable = []): RemediationAdvice {
  const { summary, steps: given = [], url } = alert.remediation ?? {};
  const known = [...table, ...DEFAULT_REMEDIATION].find((entry) => matches(entry.type, alert.type));
  const link = url ?? alert.links?.find(({ rel }) => rel === 'console')?.url ?? alert.links?.[0]?.url;
  const steps = given.length > 0 ? given : (known?.steps ?? []);
  const page = given.length > 0 ? undefined : known?.url;
  const shown = steps.slice(0, MAX_STEPS).map((step) => shownText(step, 600));
  if (steps.length > MAX_STEPS) {
    shown.push(ours(`${String(steps.length - MAX_STEPS)} more steps stand in the alert's record`));
  }
  if (page !== undefined) {
    shown.push(ours(`More in your runbook: ${shownLine(page, 500)}`));
  } else if (link !== undefined) {
    shown.push(
      ours(`${shown.length > 0 ? 'More at the sender' : 'See at the sender'}: ${shownLine(link, 500)}`),
    );
  }
  if (shown.length === 0) {
    shown.push(
      isSystemAlert(alert)
        ? ours('Look at the dashboard and the logs of Tocsin')
        : ours(`The sender gives no steps: ask whoever looks after "${shownLine(alert.source.name, 100)}"`),
    );
  }
  return { ...(summary !== undefined && { summary: shownText(summary, 1000) }), steps: shown };
}

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
