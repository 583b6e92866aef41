import { dismissalWords, isEnded, isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RecipientRole } from '../../../model/config/destination.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import { courseOf } from './course.ts';
import { rowOf, type Row } from './flatten-details.ts';
import { liveLink } from './live-links.ts';
import type { Block, Section } from './mail-document.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import { remediationSteps, type RemediationAdvice } from './remediation-steps.ts';
import { briefly, ours, shownLine, shownText, type ShownText } from './shown-text.ts';
import {
  actorRows,
  linkRows,
  observableRows,
  rawRows,
  resourceRows,
  technicalRows,
  timelineRows,
  untoldLabelRows,
  type Rows,
} from './technical-rows.ts';
import { tellingDetails } from './telling-details.ts';
import { shownDuration, shownInstant } from './times.ts';

/** What the sections are written for, beside the alert itself. */
type Reader = {
  role: RecipientRole;
  /** Their clock; UTC without one. */
  timeZone?: string | undefined;
  /** The operator's own steps by alert type. */
  remediation?: RemediationTable | undefined;
  /** Which gateway commands are for, as `withTarget` takes it. */
  target?: string | undefined;
};

/** What each role reads, in which order. */
export function sectionsFor(alert: Alert, { role, timeZone, remediation, target }: Reader): Section[] {
  const advice = remediationSteps(alert, remediation, target);
  const whatHappened = happened(alert, role === 'executive' ? 800 : 4000);
  const done = whatWasDone(alert);
  const toDo = whatToDo(alert, advice);
  switch (role) {
    case 'executive':
      return [...whatHappened, impact(alert, timeZone), ...done, ...whatComesNext(advice)];
    case 'it_admin':
      return [
        // Over is over: then the news is what matters, not the work.
        ...(isEnded(alert) ? [...whatHappened, ...toDo] : [...toDo, ...whatHappened]),
        ...done,
        ...tableSection(alert, 'Where, who and when', [
          // The page of the alert itself is linked below its title.
          ...resourceRows(alert).map(({ label, value }) => ({ label, value })),
          ...actorRows(alert),
          ...observableRows(alert),
          ...untoldLabelRows(alert),
          ...timelineRows(alert, timeZone),
        ]),
        ...details(alert),
      ];
    case 'developer':
      return [
        ...whatHappened,
        ...tableSection(alert, 'Technical facts', technicalRows(alert)),
        ...tableSection(alert, 'Resources', resourceRows(alert)),
        ...tableSection(alert, 'Actors', actorRows(alert)),
        ...tableSection(alert, 'Observables', observableRows(alert)),
        ...tableSection(alert, 'Timeline', timelineRows(alert, timeZone)),
        ...done,
        ...details(alert),
        ...tableSection(alert, 'Links', linkRows(alert)),
        ...toDo,
        ...tableSection(alert, 'What arrived', rawRows(alert)),
      ];
  }
}

/** What a severity asks of people who do not read alerts every day. */
const MEANING: Readonly<Record<Severity, string>> = {
  critical: 'somebody has to act now',
  high: 'somebody has to act today',
  medium: 'it should be looked at this week',
  low: 'it should be known, there is no hurry',
  info: 'nothing has to be done',
};

/** What a phone shows on its first two screens. */
const BRIEF_DESCRIPTION = 800;

function happened(alert: Alert, maxCharacters: number): Section[] {
  const blocks: Block[] = [];
  if (alert.status === 'resolved') {
    const { lastedMs } = courseOf(alert);
    const lasted = lastedMs === undefined ? '' : ` It lasted ${shownDuration(lastedMs)}.`;
    blocks.push(
      text(ours(`This alert is resolved: the sender reports that the condition no longer holds.${lasted}`)),
    );
  }
  if (alert.status === 'dismissed') {
    blocks.push(
      text(ours(`This alert was ${shownLine(dismissalWords(alert), 500)}. The condition may still hold.`)),
    );
  }
  const description = alert.description?.trim() ?? '';
  if (description !== '' && !alert.title.includes(description)) {
    blocks.push(text(shownText(description, maxCharacters), BRIEF_DESCRIPTION));
  }
  if (isSystemAlert(alert)) {
    blocks.push({ block: 'note', text: ours('This is about Tocsin itself, not about one of your sources.') });
  }
  return blocks.length === 0 ? [] : [{ heading: ours('What happened'), blocks }];
}

function impact(alert: Alert, timeZone: string | undefined): Section {
  const names = (alert.resources ?? []).flatMap(({ name, id, type }) => {
    const called = name ?? id;
    return called === undefined ? [] : [shownLine(type === undefined ? called : `${type} ${called}`, 120)];
  });
  const items: ShownText[] = [ours(impactWords(alert))];
  if (names.length > 0) {
    const more = names.length > 5 ? ` and ${String(names.length - 5)} more` : '';
    items.push(ours(`Affected: ${names.slice(0, 5).join(', ')}${more}`));
  }
  if (alert.environment !== undefined) items.push(ours(`Environment: ${shownLine(alert.environment, 100)}`));
  const { sinceAt, lastedMs } = courseOf(alert);
  items.push(ours(`Since: ${shownInstant(sinceAt, timeZone)}`));
  if (lastedMs !== undefined) items.push(ours(`Lasted: ${shownDuration(lastedMs)}`));
  return { heading: ours('Impact'), blocks: [{ block: 'list', items }] };
}

function impactWords(alert: Alert): string {
  if (!isEnded(alert)) return `Severity is ${alert.severity}: ${MEANING[alert.severity]}.`;
  const was = alert.is_severity_assumed === true ? '' : `Severity was ${alert.severity}; `;
  return `${was}${alert.status === 'resolved' ? 'it is over.' : 'somebody decided not to act on it.'}`;
}

function whatToDo(alert: Alert, { summary, steps }: RemediationAdvice): Section[] {
  if (summary === undefined && steps.length === 0) return [];
  const blocks: Block[] = [];
  if (alert.status === 'resolved') {
    blocks.push(text(ours('Nothing, if it was resolved on purpose. Otherwise:')));
  }
  if (alert.status === 'dismissed') {
    blocks.push(text(ours('Nothing, if you agree with the decision. Otherwise:')));
  }
  if (summary !== undefined) blocks.push(text(summary));
  if (steps.length > 0) blocks.push({ block: 'steps', steps });
  return [{ heading: ours('What to do'), blocks }];
}

function whatComesNext({ summary }: RemediationAdvice): Section[] {
  return summary === undefined ? [] : [{ heading: ours('What comes next'), blocks: [text(summary)] }];
}

function whatWasDone(alert: Alert): Section[] {
  const actions = alert.actions_taken ?? [];
  if (actions.length === 0) return [];
  const items = actions.slice(0, 20).map(({ name, success }) => {
    const end = success === undefined ? '' : success ? ': succeeded' : ': FAILED';
    return ours(shownLine(name.replaceAll('_', ' '), 200) + end);
  });
  if (actions.length > 20) items.push(ours(`${String(actions.length - 20)} more`));
  return [{ heading: ours('What was done'), blocks: [{ block: 'list', items }] }];
}

/** First what a responder asks for; the rest is for a search in the text part. */
function details(alert: Alert): Section[] {
  const { telling, all, omitted } = tellingDetails(alert);
  if (all.length === 0) return [];
  const told = new Set(telling.map(({ label, value }) => `${label}\n${value}`));
  const rest = all.filter(({ label, value }) => !told.has(`${label}\n${value}`));
  const blocks: Block[] = [];
  if (telling.length > 0) blocks.push({ block: 'table', rows: telling });
  if (rest.length > 0) {
    blocks.push(note(`${countedMore(rest.length, telling.length > 0)} in the text part of this mail.`));
    blocks.push({ block: 'table', rows: rest, isOnlyText: true });
  }
  if (omitted > 0) blocks.push(note(`${String(omitted)} more details are not shown here.`));
  return [{ heading: ours('Details'), blocks }];
}

function countedMore(count: number, isMore: boolean): string {
  const more = isMore ? ' more' : '';
  return count === 1 ? `1${more} detail stands` : `${String(count)}${more} details stand`;
}

function tableSection(alert: Alert, heading: string, rows: Rows): Section[] {
  const shown = rows.flatMap((row) => shownRows(row, alert));
  return shown.length === 0 ? [] : [{ heading: ours(heading), blocks: [{ block: 'table', rows: shown }] }];
}

/** A web address that may be opened has a row of its own; any other stands behind its value, as text. */
function shownRows({ label, value = '', url }: Rows[number], alert: Alert): Row[] {
  const name = shownLine(label, 60);
  const link = liveLink(url, alert);
  const words = link === undefined ? [value, url ?? ''] : [value];
  const text = words.filter((part) => part.trim() !== '').join(' · ');
  const rows = text === '' ? [] : [rowOf(name, shownText(text, 500))];
  if (link === undefined) return rows;
  return [...rows, { label: rows.length === 0 ? name : ours(`${name} page`), value: link.label, link }];
}

function text(words: ShownText, maxBrief?: number): Block {
  const brief = maxBrief === undefined ? undefined : briefly(words, maxBrief);
  return { block: 'text', text: words, ...(brief !== undefined && { brief }) };
}

function note(words: string): Block {
  return { block: 'note', text: ours(words) };
}
