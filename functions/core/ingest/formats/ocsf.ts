import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  texts,
  textFields,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import type { Resource } from '../../model/wire/alert.ts';
import { severityFromRising, severityFromWord } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Findings in the Open Cybersecurity Schema Framework: Detection Finding (class 2004) first of all, and the other
 * classes of its category, which share `finding_info`; the older Security Finding (2001) keeps it under `finding`.
 *
 * `activity_id` 3 closes; a `severity_id` of 0 (unknown) or 99 (other) is left to the source's default.
 * https://schema.ocsf.io/1.6.0/classes/detection_finding and
 * https://github.com/ocsf/ocsf-schema/blob/main/events/findings/finding.json (2026-11-21)
 */
export const ocsf: Format = {
  name: 'ocsf',
  summary: 'OCSF findings (Detection Finding, class 2004, and its neighbours)',
  preset: { auth: { type: 'bearer' } },
  read: readOcsf,
};

const KNOWN = [
  'message',
  'severity',
  'severity_id',
  'finding_info',
  'finding',
  'resources',
  'observables',
  'remediation',
  'time',
  'confidence_score',
];
const KNOWN_FINDING = ['title', 'desc', 'uid', 'src_url', 'attacks', 'analytic', 'remediation'];

export function readOcsf(record: Fields): AlertDraft {
  if (
    !isFields(record['finding']) &&
    !isFields(record['finding_info']) &&
    record['class_uid'] === undefined &&
    record['severity_id'] === undefined
  ) {
    return { ...readUsual(record), type: 'ocsf.finding', labels: {} };
  }
  const finding = { ...fieldsAt(record, 'finding'), ...fieldsAt(record, 'finding_info') };
  const uid = text(finding['uid']) ?? text(fieldsAt(record, 'metadata')['uid']);
  const analytic = fieldsAt(finding, 'analytic');
  const rule = { ...optional('id', text(analytic['uid'])), ...optional('name', text(analytic['name'])) };
  const url = webUrl(finding['src_url']) ?? webUrl(record['src_url']);
  const cloud = fieldsAt(record, 'cloud');
  const product = fieldsAt(record, 'metadata', 'product');
  const user = { ...fieldsAt(record, 'user'), ...fieldsAt(record, 'actor', 'user') };
  const actor = { ...optional('id', text(user['uid'])), ...optional('name', text(user['name'])) };
  const severityId = record['severity_id'];
  const confidence = record['confidence_score'];
  return {
    type: `ocsf.${(text(record['class_name']) ?? 'finding').toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')}`,
    ...statusOf(record),
    ...optional('isHandled', isHandled(record)),
    ...optional('severity', severityFromRising(severityId) ?? severityFromWord(record['severity'])),
    ...optional('severityOriginal', text(record['severity']) ?? text(severityId)),
    ...optional('title', titleOf(record, finding)),
    ...optional('description', text(finding['desc']) ?? text(record['desc']) ?? text(record['message'])),
    ...optional(
      'event_time',
      instant(record['time']) ?? instant(finding['modified_time']) ?? instant(finding['created_time']),
    ),
    ...optional('source_alert_id', uid),
    ...(uid !== undefined && { dedup_key: `ocsf:${uid}` }),
    ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 100 && { confidence }),
    ...(Object.keys(rule).length > 0 && { rule }),
    ...listed('mitre', techniquesOf(record, finding)),
    ...listed('resources', resourcesOf(record)),
    ...listed('actors', [Object.keys(actor).length > 0 ? { type: 'user', ...actor } : undefined]),
    ...listed('observables', observablesOf(record)),
    ...readRemediation({ ...fieldsAt(finding, 'remediation'), ...fieldsAt(record, 'remediation') }),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    labels: {
      ...optional('product', text(product['name'])),
      ...optional('account', text(fieldsAt(cloud, 'account')['uid'])),
      ...optional('account_name', text(fieldsAt(cloud, 'account')['name'])),
      ...optional('region', text(cloud['region'])),
    },
    details: filled({
      ...without(record, ...KNOWN),
      finding_info: filled(without(finding, ...KNOWN_FINDING)),
    }),
  };
}

/**
 * Closed, or resolved (4), archived (5), deleted (6); or a check that passes, in the words of compliance tools. What is suppressed
 * (3), what a scanner was told to mute and what was closed as a false positive is dismissed, unless the check passes.
 */
function statusOf(record: Fields): Pick<AlertDraft, 'status' | 'dismissal'> {
  // Of an event that is no finding the status says whether what was tried succeeded.
  if (!isFinding(record)) return { status: 'firing' };
  const statusId = record['status_id'];
  if (/^pass(?:ed)?$/iu.test(checkOf(record) ?? '')) return { status: 'resolved' };
  const isMuted = fieldsAt(record, 'unmapped')['muted'] === true;
  const isSuppressed = statusId === 3 || (statusId === undefined && statusWord(record) === 'suppressed');
  const verdict = text(record['verdict']);
  const isOver = record['activity_id'] === 3 || isOneOf(statusId, [4, 5, 6]);
  const isFalse = isOver && statusFromWord(verdict) === 'dismissed';
  if (!isMuted && !isSuppressed && !isFalse) return { status: isOver ? 'resolved' : 'firing' };
  return {
    status: 'dismissed',
    dismissal: {
      ...optional('reason', isMuted ? 'muted' : isSuppressed ? 'suppressed' : verdict),
      ...optional('comment', text(record['comment'])),
      ...optional('by', text(fieldsAt(record, 'assignee')['name'])),
    },
  };
}

/**
 * Whether somebody has handled it, by `status_id` or the word beside it: in progress (2), suppressed (3) and resolved (4) are
 * to OCSF what NOTIFIED, SUPPRESSED and RESOLVED are to the workflow of Security Hub, new (1) is NEW.
 * https://schema.ocsf.io/1.6.0/classes/detection_finding
 */
function isHandled(record: Fields): boolean | undefined {
  if (!isFinding(record)) return undefined;
  const statusId = record['status_id'];
  if (statusId === 1 || isOneOf(statusId, [2, 3, 4])) return statusId !== 1;
  if (statusId !== undefined && statusId !== 99) return undefined;
  const word = statusWord(record);
  if (word === 'new') return false;
  return word === 'in progress' || word === 'suppressed' || word === 'resolved' ? true : undefined;
}

/** Whether it is of the category of findings (2), by the class or by what only findings have. */
function isFinding(record: Fields): boolean {
  const classUid = record['class_uid'];
  return typeof classUid === 'number'
    ? Math.floor(classUid / 1_000) === 2
    : record['category_uid'] === undefined || record['category_uid'] === 2;
}

function statusWord(record: Fields): string | undefined {
  return text(record['status'])?.toLowerCase();
}

function isOneOf(value: unknown, ids: readonly number[]): boolean {
  return typeof value === 'number' && ids.includes(value);
}

function checkOf(record: Fields): string | undefined {
  return text(record['status_code']) ?? text(fieldsAt(record, 'compliance')['status']);
}

/** A check that a tool cannot make asks a person to look, and has found nothing. */
function titleOf(record: Fields, finding: Fields): string | undefined {
  const [first] = list(record['finding_info_list']);
  const title =
    text(finding['title']) ??
    text(record['message']) ??
    text(fieldsAt(first)['title']) ??
    text(record['desc'])?.split('\n', 1)[0] ??
    vulnerabilityIn(record) ??
    text(record['type_name']) ??
    text(record['class_name']);
  return title !== undefined && checkOf(record)?.toUpperCase() === 'MANUAL'
    ? `Look yourself: ${title}`
    : title;
}

function vulnerabilityIn(record: Fields): string | undefined {
  const [first] = list(record['vulnerabilities']);
  return text(fieldsAt(first)['title']) ?? text(fieldsAt(first, 'cve')['uid']);
}

function techniquesOf(record: Fields, finding: Fields): string[] {
  const attacks = [...list(finding['attacks']), ...list(record['attacks'])];
  const ids = attacks.flatMap((attack) => {
    const one = text(fieldsAt(attack, 'sub_technique')['uid']) ?? text(fieldsAt(attack, 'technique')['uid']);
    return [one].concat(
      list(fieldsAt(attack)['techniques']).map((technique) => text(fieldsAt(technique)['uid'])),
    );
  });
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** Several, the one that compliance findings have, or the device of a system's own events. */
function resourcesOf(record: Fields): (Resource | undefined)[] {
  const several = list(record['resources']);
  const found = (several.length > 0 ? several : [record['resource']]).map(readResource);
  const { uid, hostname, name } = fieldsAt(record, 'device');
  return [...found, named('host', { id: uid, name: hostname ?? name })];
}

function readResource(value: unknown): Resource | undefined {
  const { uid, name, type, region } = fieldsAt(value);
  return named(text(type), { id: uid, name, region });
}

function observablesOf(record: Fields): ({ type: string; value: string } | undefined)[] {
  const told = list(record['observables']).map(readObservable);
  const addresses = texts([
    fieldsAt(record, 'src_endpoint')['ip'],
    fieldsAt(record, 'dst_endpoint')['ip'],
  ]).filter((value) => !told.some((observable) => observable?.value === value));
  return [...told, ...addresses.map((value) => ({ type: 'ip', value }))];
}

function readObservable(value: unknown): { type: string; value: string } | undefined {
  const { type, name, value: observed } = textFields(value);
  return observed === undefined ? undefined : { type: type ?? name ?? 'unknown', value: observed };
}

/** References are links, commands and ids together; the first link is the one to follow, the rest are steps. */
function readRemediation(remediation: Fields): Pick<AlertDraft, 'remediation'> {
  const summary = text(remediation['desc']);
  const references = [...texts(remediation['references']), ...texts(remediation['kb_articles'])];
  const url = references.map(webUrl).find((found) => found !== undefined);
  const steps = references.filter((reference) => reference !== url);
  return summary === undefined && references.length === 0
    ? {}
    : {
        remediation: {
          ...optional('summary', summary),
          ...(steps.length > 0 && { steps }),
          ...optional('url', url),
        },
      };
}
