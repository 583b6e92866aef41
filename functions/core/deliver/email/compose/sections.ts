import { dismissalWords, isEnded, isSystemAlert, type Alert } from '../../../model/wire/alert.ts';
import type { RecipientRole } from '../../../model/config/destination.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import { flattenDetails } from './flatten-details.ts';
import type { Block, Section } from './mail-document.ts';
import type { RemediationTable } from '../../../model/config/remediation.ts';
import { remediationSteps, type RemediationAdvice } from './remediation-steps.ts';
import { ours, shownLine, shownText, type ShownText } from './shown-text.ts';
import {
  actorRows,
  linkRows,
  observableRows,
  rawRows,
  resourceRows,
  technicalRows,
  timelineRows,
  type Rows,
} from './technical-rows.ts';

/** What each role reads, in which order. */
export function sectionsFor(role: RecipientRole, alert: Alert, table?: RemediationTable): Section[] {
  const advice = remediationSteps(alert, table);
  const whatHappened = happened(alert, role === 'executive' ? 800 : 4000);
  const done = whatWasDone(alert);
  const toDo = whatToDo(alert, advice);
  switch (role) {
    case 'executive':
      return [...whatHappened, impact(alert), ...done, ...whatComesNext(advice)];
    case 'it_admin':
      return [
        // Over is over: then the news is what matters, not the work.
        ...(isEnded(alert) ? [...whatHappened, toDo] : [toDo, ...whatHappened]),
        ...done,
        ...tableSection('Where, who and when', [
          ...resourceRows(alert),
          ...actorRows(alert),
          ...observableRows(alert),
          ...timelineRows(alert),
        ]),
        ...details(alert),
      ];
    case 'developer':
      return [
        ...whatHappened,
        ...tableSection('Technical facts', technicalRows(alert)),
        ...tableSection('Resources', resourceRows(alert)),
        ...tableSection('Actors', actorRows(alert)),
        ...tableSection('Observables', observableRows(alert)),
        ...tableSection('Timeline', timelineRows(alert)),
        ...done,
        ...details(alert),
        ...tableSection('Links', linkRows(alert)),
        toDo,
        ...tableSection('What arrived', rawRows(alert)),
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

function happened(alert: Alert, maxCharacters: number): Section[] {
  const blocks: Block[] = [];
  if (alert.status === 'resolved') {
    blocks.push(text(ours('This alert is resolved: the sender reports that the condition no longer holds.')));
  }
  if (alert.status === 'dismissed') {
    blocks.push(
      text(ours(`This alert was ${shownLine(dismissalWords(alert), 500)}. The condition may still hold.`)),
    );
  }
  if (alert.description !== undefined && alert.description.trim() !== '') {
    blocks.push(text(shownText(alert.description, maxCharacters)));
  }
  if (isSystemAlert(alert)) {
    blocks.push({ block: 'note', text: ours('This is about Tocsin itself, not about one of your sources.') });
  }
  return blocks.length === 0 ? [] : [{ heading: ours('What happened'), blocks }];
}

function impact(alert: Alert): Section {
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
  items.push(ours(`Since: ${minute(alert.event_time)}`));
  return { heading: ours('Impact'), blocks: [{ block: 'list', items }] };
}

function impactWords(alert: Alert): string {
  if (!isEnded(alert)) return `Severity is ${alert.severity}: ${MEANING[alert.severity]}.`;
  const was = alert.is_severity_assumed === true ? '' : `Severity was ${alert.severity}; `;
  return `${was}${alert.status === 'resolved' ? 'it is over.' : 'somebody decided not to act on it.'}`;
}

function whatToDo(alert: Alert, { summary, steps }: RemediationAdvice): Section {
  const blocks: Block[] = [];
  if (alert.status === 'resolved') {
    blocks.push(text(ours('Nothing, if it was resolved on purpose. Otherwise:')));
  }
  if (alert.status === 'dismissed') {
    blocks.push(text(ours('Nothing, if you agree with the decision. Otherwise:')));
  }
  if (summary !== undefined) blocks.push(text(summary));
  return { heading: ours('What to do'), blocks: [...blocks, { block: 'steps', steps }] };
}

function whatComesNext({ summary }: RemediationAdvice): Section[] {
  return summary === undefined ? [] : [{ heading: ours('What comes next'), blocks: [text(summary)] }];
}

function whatWasDone(alert: Alert): Section[] {
  const actions = alert.actions_taken ?? [];
  if (actions.length === 0 && isSystemAlert(alert)) return [];
  const items = actions.slice(0, 20).map(({ name, success }) => {
    const end = success === undefined ? '' : success ? ': succeeded' : ': FAILED';
    return ours(shownLine(name.replaceAll('_', ' '), 200) + end);
  });
  if (actions.length > 20) items.push(ours(`${String(actions.length - 20)} more`));
  const block: Block =
    items.length === 0 ? text(ours('The sender reports no action so far.')) : { block: 'list', items };
  return [{ heading: ours('What was done'), blocks: [block] }];
}

function details(alert: Alert): Section[] {
  const { rows, omitted } = flattenDetails(alert.details);
  if (rows.length === 0) return [];
  const blocks: Block[] = [{ block: 'table', rows }];
  if (omitted > 0) {
    blocks.push({ block: 'note', text: ours(`${String(omitted)} more details are not shown here.`) });
  }
  return [{ heading: ours('Details'), blocks }];
}

function tableSection(heading: string, rows: Rows): Section[] {
  const shown = rows
    .filter(({ value }) => value !== undefined && value.trim() !== '')
    .map(({ label, value = '' }) => ({ label: shownLine(label, 60), value: shownText(value, 500) }));
  return shown.length === 0 ? [] : [{ heading: ours(heading), blocks: [{ block: 'table', rows: shown }] }];
}

function text(words: ShownText): Block {
  return { block: 'text', text: words };
}

/** `2025-01-15T14:23:01.000Z` → `2025-01-15 14:23 UTC`. */
function minute(instant: string): ShownText {
  return shownLine(instant.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):.*Z$/, '$1 $2 UTC'), 40);
}
