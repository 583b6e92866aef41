import type { Alert, AlertStatus, Dismissal } from '../model/wire/alert.ts';
import type { Severity } from '../model/wire/severity.ts';
import type { AlertDraft } from './formats/format.ts';
import { instant, isFields, listed, optional, text, webUrl, type Fields } from './read-fields.ts';
import { graded, severityFromCvss, severityFromWord } from './severity-scales.ts';
import { statusFromWord } from './status-words.ts';
import { usual } from './usual-names.ts';

/** An alert from a record whose shape a format does not know, by the usual names of fields. Details are left to the caller. */
export function readUsual(record: Fields): AlertDraft {
  const title = usual(record, 'title', firstLine);
  const description = usual(record, 'description', text);
  const url = usual(record, 'link', webUrl);
  const status = usualStatus(record);
  return {
    ...usualSeverity(record),
    ...(status !== undefined && { status }),
    ...(status === 'dismissed' && usualDismissal(record)),
    ...optional('title', title),
    ...(description !== title && optional('description', description)),
    ...optional('event_time', usual(record, 'time', usualInstant)),
    ...optional('source_alert_id', usual(record, 'ownid', text) ?? usual(record, 'id', text)),
    ...optional('dedup_key', usual(record, 'key', text)),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...usualResources(record),
    ...usualSubjects(record),
  };
}

/** The severity by the usual names; a value at one of the plain names that nobody can read is told as it is. */
export function usualSeverity(record: Fields): { severity?: Severity; severityOriginal?: string } {
  const original = usual(record, 'severity', (value) =>
    severityFromWord(severityText(value)) === undefined ? undefined : severityText(value),
  );
  if (original !== undefined) {
    return { ...optional('severity', severityFromWord(original)), severityOriginal: original };
  }
  const score = usual(record, 'cvss', (value) => (severityFromCvss(value) === undefined ? undefined : value));
  return score === undefined || severityText(record['severity']) !== undefined
    ? optional('severityOriginal', severityText(record['severity']))
    : graded(score, severityFromCvss);
}

/** `{label: "HIGH"}`, `{name: "High"}` and the like stand for their word. */
function severityText(value: unknown): string | undefined {
  if (!isFields(value)) return text(value);
  return text(value['label'] ?? value['Label'] ?? value['name'] ?? value['description'] ?? value['value']);
}

export function usualStatus(record: Fields): AlertStatus | undefined {
  const isOver = record['resolved'] === true || record['is_resolved'] === true;
  return asJudged(record, usual(record, 'status', statusFromWord) ?? (isOver ? 'resolved' : undefined));
}

/**
 * What somebody closed as a false positive, or as something that may stay, was dismissed and did not come to an end; and what holds
 * but is muted was dismissed too.
 */
export function asJudged<Status extends AlertStatus | undefined>(
  record: Fields,
  status: Status,
): Status | 'dismissed' {
  const isDismissed = (value: unknown): true | undefined =>
    statusFromWord(value) === 'dismissed' ? true : undefined;
  const decidedBy = status === 'resolved' ? usual(record, 'reason', isDismissed) : asideOf(record);
  return decidedBy === undefined ? status : 'dismissed';
}

/** `muted: true`, or a word for it: `mute: MUTED`. */
function asideOf(record: Fields): string | undefined {
  return usual(record, 'aside', (value) =>
    value === true ? 'muted' : statusFromWord(value) === 'dismissed' ? text(value)?.toLowerCase() : undefined,
  );
}

/** Who put an alert aside and why, by the usual names: a person is a text or has a login, a name or an address. */
export function usualDismissal(record: Fields): { dismissal?: Dismissal } {
  const dismissal: Dismissal = {
    ...optional(
      'reason',
      usual(record, 'reason', dismissingWord) ?? usual(record, 'reason', text) ?? asideOf(record),
    ),
    ...optional('by', usual(record, 'by', personText)),
    ...optional('comment', usual(record, 'comment', text)),
  };
  return Object.keys(dismissal).length === 0 ? {} : { dismissal };
}

/** Of several fields the one that says why: `classification: BenignPositive` before `determination: unknown`. */
function dismissingWord(value: unknown): string | undefined {
  return statusFromWord(value) === 'dismissed' ? text(value) : undefined;
}

/** Kinds of places that senders name in a field of its own. */
const PLACES = ['repository', 'project', 'host', 'cluster', 'service'] as const;

/** What an alert is about beside its place: the vulnerability, the file and the package that it names. */
export function usualSubjects(record: Fields): Pick<AlertDraft, 'subjects'> {
  return listed(
    'subjects',
    (['vulnerability', 'file', 'package'] as const).map((subject) =>
      usual(record, subject, (value) => (typeof value === 'string' ? text(value) : undefined)),
    ),
  );
}

/** Where an alert is from, by the usual names: a place is a text or has a name. */
export function usualResources(record: Fields): Pick<AlertDraft, 'resources'> {
  return listed(
    'resources',
    PLACES.map((type) => {
      const name = usual(record, type, placeText);
      return name === undefined ? undefined : { type, name };
    }),
  );
}

function placeText(value: unknown): string | undefined {
  const named = isFields(value) ? (value['full_name'] ?? value['name'] ?? value['hostname']) : value;
  return typeof named === 'string' ? text(named) : undefined;
}

export function personText(value: unknown): string | undefined {
  if (!isFields(value)) return typeof value === 'string' ? text(value) : undefined;
  return text(value['login'] ?? value['name'] ?? value['email'] ?? value['id']);
}

/** A smaller number is a duration, a count or a version. */
const EARLIEST_SECOND = 1e8;

/** Midnight is not when it happened: devices write the time into a field of its own, without a zone. */
const DATE_ALONE = /^\s*\d{4}-\d{2}-\d{2}\s*$/u;

/** Numbers of seconds or milliseconds are often sent as texts. */
export function usualInstant(value: unknown): Alert['event_time'] | undefined {
  if (typeof value === 'string' && DATE_ALONE.test(value)) return undefined;
  if (typeof value === 'number' && value < EARLIEST_SECOND) return undefined;
  return instant(
    typeof value === 'string' && /^\d{10,19}(?:\.\d+)?$/u.test(value.trim()) ? Number(value) : value,
  );
}

function firstLine(value: unknown): string | undefined {
  return typeof value === 'string' ? text(value.trim().split('\n', 1)[0]) : undefined;
}
