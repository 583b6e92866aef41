import { dismissalWords, isEnded, type Alert } from '../../../model/wire/alert.ts';
import type { StoryNote } from '../../../model/wire/story.ts';
import { detailsForPeople } from '../../../system-alerts/raise.ts';
import { inertLine } from './inert-text.ts';

/** One line of an alert as a person reads it. */
export type Fact = { name: string; value: string };

/** The facts that chat formats show beside title and description, the most telling first. Inert text, not yet escaped. */
export function alertFacts(alert: Alert, story?: StoryNote): Fact[] {
  const facts: [string, string | undefined][] = [
    ['Seen', story === undefined ? undefined : seenText(story)],
    ['Over', story?.ended === undefined ? undefined : overText(story.ended)],
    ['Dismissed', dismissedText(alert)],
    ['Type', alert.type],
    ['Source', alert.source.name],
    ['Environment', alert.environment],
    ['Rule', joined([alert.rule?.name, alert.rule?.id])],
    ['MITRE ATT&CK', alert.mitre?.join(', ')],
    ['Confidence', alert.confidence === undefined ? undefined : `${alert.confidence} %`],
    ['Resources', alert.resources?.map(({ type, name, id }) => joined([type, name ?? id])).join(', ')],
    ['Actors', alert.actors?.map(({ type, name, id }) => joined([type, name ?? id])).join(', ')],
    ['Observables', alert.observables?.map(({ type, value }) => `${type} ${value}`).join(', ')],
    ['Actions taken', alert.actions_taken?.map((action) => actionText(action)).join(', ')],
    ...Object.entries(detailsForPeople(alert)).map(([name, value]): [string, string] => [
      name,
      textOf(value),
    ]),
    ...Object.entries(alert.labels),
  ];
  return facts.flatMap(([name, value]) => {
    const fact = { name: inertLine(name), value: inertLine(value ?? '') };
    return fact.name === '' || fact.value === '' ? [] : [fact];
  });
}

/** Nothing where the sender says no more of it than the status does. */
function dismissedText(alert: Alert): string | undefined {
  const words = dismissalWords(alert);
  return alert.status !== 'dismissed' || words === 'dismissed' ? undefined : words;
}

/** `x37 since 2026-01-15 09:12 UTC`; nothing where it was seen once. */
function seenText({ count, since }: StoryNote): string | undefined {
  return count < 2 ? undefined : `x${count} since ${minuteOf(since)}`;
}

/** `resolved 2026-01-15 10:05 UTC, before this could be told`. */
function overText({ status, at }: NonNullable<StoryNote['ended']>): string {
  return `${status} ${minuteOf(at)}, before this could be told`;
}

/** The minute of an instant: `2026-01-15 09:12 UTC`. */
export function minuteOf(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

/** The steps of the remedy, one a line. */
export function remediationSteps(alert: Alert): string[] {
  const { summary, steps = [] } = alert.remediation ?? {};
  return [...(summary === undefined ? [] : [summary]), ...steps].map(inertLine).filter((step) => step !== '');
}

/** `high`, and `resolved` or `dismissed` in its place once it has ended: never told by a colour alone. */
export function stateWord(alert: Alert): string {
  return isEnded(alert) ? alert.status : alert.severity;
}

/** `high, resolved`; only the status where the sender ended the alert without saying its severity. */
export function severityText(alert: Alert): string {
  if (!isEnded(alert)) return alert.severity;
  return alert.is_severity_assumed === true ? alert.status : `${alert.severity}, ${alert.status}`;
}

/** The word before the text of an alert that has ended: `Resolved: `, `Dismissed: `. */
export function endedPrefix(alert: Alert): string {
  if (!isEnded(alert)) return '';
  return alert.status === 'dismissed' ? 'Dismissed: ' : 'Resolved: ';
}

/** The title on one line; never empty, also when all of it was invisible: receivers refuse an empty one. */
export function titleLine(alert: Alert): string {
  return inertLine(alert.title) || '(no title)';
}

/** `[high] Threat Intel Match: 203.0.113.50` on one line. */
export function headline(alert: Alert): string {
  return `[${stateWord(alert)}] ${titleLine(alert)}`;
}

/** Any value of `details` as text: JSON where it has structure. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

function actionText({ name, success }: { name: string; success?: boolean }): string {
  return success === undefined ? name : `${name} (${success ? 'done' : 'failed'})`;
}

function joined(parts: (string | undefined)[]): string {
  return [...new Set(parts.filter((part) => part !== undefined))].join(' ');
}
