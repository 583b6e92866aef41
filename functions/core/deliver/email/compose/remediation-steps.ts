import { matchesGlob } from '../../../match/glob.ts';
import { isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import { withTarget } from '../../../text/command-line.ts';
import { DEFAULT_REMEDIATION } from './default-remediation.ts';
import { documentationLink, liveLink, type LiveLink } from './live-links.ts';
import type { Step } from './mail-document.ts';
import { ours, shownLine, shownText, type ShownText } from './shown-text.ts';

const MAX_STEPS = 20;

/** What a recipient should do: in order, and what to say before it. Without steps there is nothing to say. */
export type RemediationAdvice = { summary?: ShownText; steps: Step[] };

/**
 * The alert's own steps, else the operator's for its type, else the built-in ones; then where more is written. An
 * operator's page goes before the sender's.
 *
 * @param target which gateway the commands of a system alert are for, as `withTarget` takes it
 */
export function remediationSteps(alert: Alert, table: RemediationTable = [], target = ''): RemediationAdvice {
  const { summary, steps: given = [] } = alert.remediation ?? {};
  const own = table.find((entry) => matchesEntry(entry.type, alert.type));
  const builtIn = DEFAULT_REMEDIATION.find((entry) => matchesGlob(alert.type, entry.type));
  const steps = given.length > 0 ? given : ((own ?? builtIn)?.steps ?? []);
  const shown = steps.slice(0, MAX_STEPS).map((step): Step => ({ words: stepWords(step, alert, target) }));
  if (steps.length > MAX_STEPS) {
    shown.push({ words: ours(`${String(steps.length - MAX_STEPS)} more steps stand in the alert's record`) });
  }
  const page = given.length === 0 ? own?.url : undefined;
  const documentation = given.length === 0 && own === undefined ? builtIn?.url : undefined;
  if (page !== undefined) {
    const link = documentationLink(page) ?? liveLink(page, alert);
    shown.push(link === undefined ? { words: ours(`More: ${shownLine(page, 500)}`) } : linked('More', link));
  } else {
    shown.push(...senderPage(alert, shown.length > 0, documentation));
  }
  return { ...(summary !== undefined && { summary: shownText(summary, 1000) }), steps: shown };
}

/** Commands stand in the steps that Tocsin itself wrote, and nowhere else. */
function stepWords(step: string, alert: Alert, target: string): ShownText {
  return isSystemAlert(alert) ? shownText(withTarget(step, target), 600) : shownText(step, 600);
}

/** What our table or the sender names as a page about this kind, then the sender's page about this very alert. */
function senderPage(alert: Alert, isMore: boolean, documentation: string | undefined): Step[] {
  const console = alert.links?.find(({ rel }) => rel === 'console')?.url ?? alert.links?.[0]?.url;
  const advice = alert.remediation?.url;
  const link = documentation === undefined ? undefined : documentationLink(documentation);
  const more = link === undefined ? [] : [linked('More', link)];
  const page = advice ?? console;
  if (page === undefined) return more;
  const live = liveLink(page, alert);
  // A live link to the alert itself stands below the title.
  if (live !== undefined && advice === undefined) return more;
  const words = isMore ? 'More at the sender' : 'See at the sender';
  return [
    ...more,
    live === undefined ? { words: ours(`${words}: ${shownLine(page, 500)}`) } : linked(words, live),
  ];
}

function linked(words: string, link: LiveLink): Step {
  return { words: ours(words), link };
}

function matchesEntry(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}
