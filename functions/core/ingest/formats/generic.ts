import type { Alert, AlertStatus } from '../../model/wire/alert.ts';
import type { Severity } from '../../model/wire/severity.ts';
import { isConfidence, liftedDetails } from '../lifted-details.ts';
import {
  fieldsAt,
  list,
  optional,
  pickTexts,
  text,
  textFields,
  texts,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { severityFromRising, severityFromWord } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import {
  asJudged,
  usualDismissal,
  usualInstant,
  usualResources,
  usualSeverity,
  usualSubjects,
  usualStatus,
} from '../usual-fields.ts';
import { usual } from '../usual-names.ts';
import type { AlertDraft, Format } from './format.ts';
import { readLine } from './text-line.ts';

/** Fields that become fields of the alert; everything else goes to `details`. */
const KNOWN = new Set([
  'type',
  'status',
  'severity',
  'title',
  'summary',
  'message',
  'description',
  'event_time',
  'source_alert_id',
  'dedup_key',
  'dismissal',
  'confidence',
  'rule',
  'mitre',
  'resources',
  'actors',
  'observables',
  'actions_taken',
  'remediation',
  'links',
  'environment',
  'labels',
  'details',
]);

/**
 * Our own documented JSON. Only `title` is required; `summary`, or the first line of `message`, stands in for it. Severity,
 * status, link, time and key are also read under the names that other tools give them.
 *
 * ```json
 * {"type": "threat_alert", "severity": "high", "title": "Threat Intel Match: 203.0.113.50", "status": "firing",
 *  "details": {"source_ip": "203.0.113.50"}, "remediation": {"steps": ["Block the address"]}}
 * ```
 */
export const generic: Format = {
  name: 'generic',
  summary: "Tocsin's own JSON: a title, and whatever else you have",
  preset: { auth: { type: 'bearer' } },
  read: readGeneric,
};

function readGeneric(record: Fields): AlertDraft {
  const message = text(record['message']);
  if (message !== undefined && Object.keys(record).length === 1) {
    return withoutType(readLine(message));
  }
  const title = text(record['title']) ?? text(record['summary']) ?? message?.split('\n', 1)[0];
  const confidence = record['confidence'];
  const ownStatus = statusFromWord(record['status']);
  const status = ownStatus === undefined ? otherStatus(record) : asJudged(record, ownStatus);
  const links = readLinks(record['links']);
  const url = links.links === undefined ? usual(record, 'link', webUrl) : undefined;
  return {
    ...optional('type', text(record['type'])),
    ...optional('status', status),
    ...(status === undefined && optional('unknownStatus', text(record['status']))),
    ...(status === 'dismissed' && readDismissal(record)),
    ...readSeverity(record),
    ...optional('title', title),
    ...optional('description', text(record['description']) ?? (message === title ? undefined : message)),
    ...optional('event_time', usualInstant(record['event_time']) ?? usual(record, 'time', usualInstant)),
    ...optional('source_alert_id', text(record['source_alert_id']) ?? usual(record, 'ownid', text)),
    ...optional('dedup_key', text(record['dedup_key']) ?? usual(record, 'key', text)),
    ...liftedDetails(fieldsAt(record, 'details')),
    ...(isConfidence(confidence) && { confidence }),
    ...optional('rule', readRule(record['rule'])),
    ...(record['mitre'] !== undefined && { mitre: texts(record['mitre']) }),
    ...usualSubjects(record),
    ...usualResources(record),
    ...listOf(record, 'resources', ['type', 'id', 'name', 'region', 'url']),
    ...listOf(record, 'actors', ['type', 'id', 'name']),
    ...readObservables(record['observables']),
    ...readActions(record['actions_taken']),
    ...readRemediation(record['remediation']),
    ...links,
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', text(record['environment']) ?? environmentOf(record)),
    labels: readLabels(record['labels']),
    details: readDetails(record),
  };
}

/**
 * What other tools call a status. The details may be about anything: a port that is closed there ends nothing. They are left out
 * only where a status was found, since most records have none.
 */
function otherStatus(record: Fields): AlertStatus | undefined {
  const status = usualStatus(record);
  return status === undefined || record['details'] === undefined
    ? status
    : usualStatus(without(record, 'details'));
}

/** A line of text is the same whichever of the two formats it comes to; only its type is the source's own. */
function withoutType({ type: _type, ...draft }: AlertDraft): AlertDraft {
  return draft;
}

/** Our own scale first; then what other tools call a severity. */
function readSeverity(record: Fields): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const severity = severityFromWord(record['severity']) ?? severityFromRising(record['severity']);
  if (severity !== undefined) {
    return { severity, ...optional('severityOriginal', text(record['severity'])) };
  }
  const told = usualSeverity(record);
  return told.severity === undefined ? { ...appriseSeverity(record), ...told } : told;
}

const APPRISE_TYPES: Record<string, Severity> = {
  info: 'info',
  success: 'info',
  warning: 'medium',
  failure: 'high',
};

/**
 * Apprise says in `type` how bad it is: `{"version": "1.0", "title": …, "message": …, "type": "failure"}`.
 *
 * https://github.com/caronc/apprise/wiki/Notify_Custom_JSON
 */
function appriseSeverity(record: Fields): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const type = text(record['type']) ?? '';
  const isApprise = record['version'] !== undefined && typeof record['message'] === 'string';
  return isApprise && Object.hasOwn(APPRISE_TYPES, type)
    ? { ...optional('severity', APPRISE_TYPES[type]), severityOriginal: type }
    : {};
}

function readDismissal(record: Fields): Pick<AlertDraft, 'dismissal'> {
  const dismissal = pickTexts(record['dismissal'], ['reason', 'by', 'comment']);
  return Object.keys(dismissal).length === 0 ? usualDismissal(record) : { dismissal };
}

/** Our own example names it as a label. */
function environmentOf(record: Fields): string | undefined {
  const labels = fieldsAt(record, 'labels');
  return text(labels['environment']) ?? text(labels['env']);
}

function readRule(value: unknown): Alert['rule'] {
  if (typeof value === 'string' && value.trim() !== '') {
    return { name: value };
  }
  const rule = pickTexts(value, ['id', 'name', 'url']);
  return Object.keys(rule).length === 0 ? undefined : rule;
}

function listOf<K extends 'resources' | 'actors'>(
  record: Fields,
  name: K,
  names: string[],
): { [P in K]?: Alert[K] } {
  const entries = list(record[name])
    .map((entry) => (typeof entry === 'string' ? { name: entry } : pickTexts(entry, names)))
    .filter((entry) => Object.keys(entry).length > 0);
  return (entries.length === 0 ? {} : { [name]: entries }) as { [P in K]?: Alert[K] };
}

function readObservables(value: unknown): Pick<AlertDraft, 'observables'> {
  const observables = list(value).flatMap((entry) => {
    const { type, value: observed } = pickTexts(entry, ['type', 'value']);
    return observed === undefined ? [] : [{ type: type ?? 'unknown', value: observed }];
  });
  return observables.length === 0 ? {} : { observables };
}

function readActions(value: unknown): Pick<AlertDraft, 'actions_taken'> {
  const actions = list(value).flatMap((entry) => {
    const name = typeof entry === 'string' ? entry : text(fieldsAt(entry)['name']);
    const success = fieldsAt(entry)['success'];
    return name === undefined ? [] : [{ name, ...(typeof success === 'boolean' && { success }) }];
  });
  return actions.length === 0 ? {} : { actions_taken: actions };
}

function readRemediation(value: unknown): Pick<AlertDraft, 'remediation'> {
  const fields = fieldsAt(value);
  const remediation = {
    ...optional('summary', text(typeof value === 'string' ? value : fields['summary'])),
    ...(texts(fields['steps']).length > 0 && { steps: texts(fields['steps']) }),
    ...optional('url', webUrl(fields['url'])),
  };
  return Object.keys(remediation).length === 0 ? {} : { remediation };
}

function readLinks(value: unknown): Pick<AlertDraft, 'links'> {
  const links = list(value).flatMap((entry) => {
    const url = webUrl(typeof entry === 'string' ? entry : fieldsAt(entry)['url']);
    return url === undefined ? [] : [{ rel: text(fieldsAt(entry)['rel']) ?? 'related', url }];
  });
  return links.length === 0 ? {} : { links };
}

/** The object itself where all its fields are texts. */
function readLabels(value: unknown): Record<string, string> {
  const labels = fieldsAt(value);
  return areTexts(labels) ? labels : textFields(labels);
}

function areTexts(fields: Fields): fields is Record<string, string> {
  return Object.values(fields).every((value) => typeof value === 'string' && text(value) !== undefined);
}

/** The object itself where the record has no field that is not known. */
function readDetails(record: Fields): Fields {
  const details = fieldsAt(record, 'details');
  const others = Object.entries(record).filter(([name]) => !KNOWN.has(name));
  return others.length === 0 ? details : { ...details, ...Object.fromEntries(others) };
}
