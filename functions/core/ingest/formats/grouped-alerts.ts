import { createHash } from 'node:crypto';
import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  optional,
  text,
  textFields,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import type { AlertStatus } from '../../model/wire/alert.ts';
import { graded, severityFromAlertmanager } from '../severity-scales.ts';
import { statusFromWord } from '../status-words.ts';
import { readUsual } from '../usual-fields.ts';
import type { AlertDraft, News } from './format.ts';
import { type NoData, noDataOf, withNoData } from './no-data.ts';

/**
 * Alerts of one group under a common head, as Alertmanager sends them and Grafana after it.
 *
 * Each alert becomes the record `{alert, group}`. Alerts that the sender cut off (`truncatedAlerts`) are told as one
 * more record, `{truncated, group}`: they would otherwise be lost without a word.
 */
export function expandGroup(document: unknown): unknown[] {
  if (!isFields(document) || !Array.isArray(document['alerts'])) {
    return [document];
  }
  const group = without(document, 'alerts');
  const truncated = document['truncatedAlerts'];
  return [
    ...list(document['alerts']).map((alert) => (isFields(alert) ? { alert, group } : alert)),
    ...(typeof truncated === 'number' && truncated > 0 ? [{ truncated, group }] : []),
  ];
}

/**
 * The version of the body; how many alerts were left out, which is an alert of its own; and when an alert ended, which is told as
 * its time where it has ended and means nothing before.
 */
export const GROUP_OMITS: readonly string[] = ['version', 'truncatedAlerts', 'endsAt'];

/** Labels that name what an alert is about, and what kind of thing that is. */
const RESOURCE_LABELS = [
  'host',
  'hostname',
  'nodename',
  'instance',
  'node',
  'namespace',
  'pod',
  'container',
  'service',
  'cluster',
];
const KNOWN = ['status', 'labels', 'annotations', 'startsAt', 'endsAt', 'fingerprint', 'generatorURL'];
const LINKS = { generatorURL: 'source', dashboardURL: 'dashboard', panelURL: 'panel', silenceURL: 'silence' };
/** Of the head, what is true of every alert in the group and is not repeated in each. */
const GROUP_DETAILS = ['receiver', 'groupKey', 'groupLabels', 'truncatedAlerts', 'orgId'];

type Vendor = 'alertmanager' | 'grafana';

/** One alert of a group; `vendor` goes into the type, and into the key when the sender gives a fingerprint. */
export function readGroupedAlert(record: Fields, vendor: Vendor): AlertDraft {
  const group = fieldsAt(record, 'group');
  if (typeof record['truncated'] === 'number') {
    return readTruncation(record['truncated'], group, vendor);
  }
  // A single alert outside a group, as somebody may post it by hand.
  const alert = isFields(record['alert']) ? record['alert'] : record;
  if (!isFields(alert['labels']) && !isFields(alert['annotations']) && !isFields(record['alert'])) {
    return { ...readUsual(record), type: `${vendor}.alert`, labels: {} };
  }
  return readMember(alert, group, vendor);
}

function readMember(alert: Fields, group: Fields, vendor: Vendor): AlertDraft {
  const labels = textFields({ ...fieldsAt(group, 'commonLabels'), ...fieldsAt(alert, 'labels') });
  const annotations = textFields({
    ...fieldsAt(group, 'commonAnnotations'),
    ...fieldsAt(alert, 'annotations'),
  });
  const name = labels['alertname'];
  const word = text(alert['status']) ?? text(group['status']);
  const status = statusFromWord(word);
  const isResolved = status === 'resolved';
  const fingerprint = text(alert['fingerprint']);
  const noData = noDataOf(labels, annotations);
  const runbook = webUrl(annotations['runbook_url']) ?? webUrl(annotations['runbook']);
  return {
    type: `${vendor}.${name ?? 'alert'}`,
    ...statusOf(status, word, noData),
    ...severityOf(labels, annotations),
    ...optional('title', titleOf(labels, annotations, group, noData)),
    ...optional('description', annotations['description'] ?? annotations['message'] ?? noData?.meaning),
    // While it fires, endsAt is the year 1 (Grafana) or when it would time out (Alertmanager): no event.
    ...optional(
      'event_time',
      (isResolved ? instant(alert['endsAt']) : undefined) ?? instant(alert['startsAt']),
    ),
    ...optional('source_alert_id', fingerprint),
    dedup_key: `${vendor}:${fingerprint ?? fingerprintOf(labels)}`,
    ...(name !== undefined && { rule: { name, ...optional('url', webUrl(alert['generatorURL'])) } }),
    ...listed(
      'resources',
      RESOURCE_LABELS.map((label) =>
        labels[label] === undefined ? undefined : { type: label, name: labels[label] },
      ),
    ),
    ...(runbook !== undefined && { remediation: { summary: 'Follow the runbook.', url: runbook } }),
    ...listed('links', linksOf(alert, group)),
    ...optional('environment', labels['environment'] ?? labels['env']),
    labels,
    details: filled({
      ...without(alert, ...KNOWN, ...Object.keys(LINKS)),
      annotations: without(annotations, 'summary', 'description', 'runbook_url'),
      startsAt: instant(alert['startsAt']),
      ...Object.fromEntries(GROUP_DETAILS.map((field) => [field, group[field] === 0 ? null : group[field]])),
    }),
  };
}

type Texts = Record<string, string>;

/** What it is about, in the words of its author; a rule that was not judged says so first. */
function titleOf(
  labels: Texts,
  annotations: Texts,
  group: Fields,
  noData: NoData | undefined,
): string | undefined {
  const name = labels['alertname'];
  const summary = annotations['summary'] ?? annotations['title'];
  return (
    withNoData(noData, labels['rulename'] ?? summary ?? name) ??
    summary ??
    name ??
    text(fieldsAt(group, 'groupLabels')['alertname']) ??
    annotations['description'] ??
    annotations['message'] ??
    text(group['title'])
  );
}

/** Those of the alert, and that of the sender itself last. */
function linksOf(alert: Fields, group: Fields): ({ rel: string; url: string } | undefined)[] {
  const link = (rel: string, value: unknown) => {
    const url = webUrl(value);
    return url === undefined ? undefined : { rel, url };
  };
  return [
    ...Object.entries(LINKS).map(([field, rel]) => link(rel, alert[field])),
    link('console', group['externalURL']),
  ];
}

/** Labels that carry a severity, the first that can be read; a value that nobody can read is told as it is. */
const SEVERITY_LABELS = ['severity', 'priority', 'sev', 'level', 'urgency', 'criticality'];

function severityOf(
  labels: Record<string, string>,
  annotations: Record<string, string> = {},
): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const isKnown = (label: string, from: Record<string, string>): boolean =>
    severityFromAlertmanager(from[label]) !== undefined;
  const read = SEVERITY_LABELS.find((label) => isKnown(label, labels));
  const noted = SEVERITY_LABELS.find((label) => isKnown(label, annotations));
  if (read === undefined && noted !== undefined) return graded(annotations[noted], severityFromAlertmanager);
  const original = read === undefined ? (labels['severity'] ?? labels['priority']) : labels[read];
  return {
    ...optional('severity', severityFromAlertmanager(original)),
    ...optional('severityOriginal', original),
  };
}

/** A rule that was paused, changed or deleted is not judged any more, which somebody decided. */
function statusOf(
  status: AlertStatus | undefined,
  word: string | undefined,
  noData: NoData | undefined,
): Pick<AlertDraft, 'status' | 'unknownStatus' | 'dismissal'> {
  if (status === 'resolved' && noData?.decision !== undefined) {
    return { status: 'dismissed', dismissal: { reason: noData.decision } };
  }
  return { status: status ?? 'firing', ...(status === undefined && optional('unknownStatus', word)) };
}

/**
 * What makes a member of a group the same news again: the same alert in the same state, since the same time. Texts and
 * values change with every evaluation, and are no news.
 */
export function newsOfMember(record: Fields): News | undefined {
  const alert = record['alert'];
  if (!isFields(alert)) return undefined;
  const key = text(alert['fingerprint']) ?? fingerprintOf(textFields(alert['labels']));
  const isResolved = statusFromWord(alert['status']) === 'resolved';
  const since = isResolved ? instant(alert['endsAt']) : instant(alert['startsAt']);
  return {
    state: JSON.stringify([key, alert['status'], alert['startsAt'], isResolved ? alert['endsAt'] : null]),
    ...optional('since', since),
  };
}

function readTruncation(count: number, group: Fields, vendor: string): AlertDraft {
  const receiver = text(group['receiver']) ?? 'unknown';
  const url = webUrl(group['externalURL']);
  return {
    type: `${vendor}.truncated`,
    status: 'firing',
    ...severityOf(textFields(group['commonLabels'])),
    title: `${String(count)} more alerts of a group were left out by the sender`,
    description: `The receiver "${receiver}" is set to send fewer alerts than the group holds; raise its max_alerts.`,
    dedup_key: `${vendor}:truncated:${text(group['groupKey']) ?? receiver}`,
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    labels: textFields(group['commonLabels']),
    details: filled(without(group, 'commonLabels', 'externalURL')),
  };
}

/** What stands for a fingerprint where the sender is too old to give one: the labels are what identifies an alert. */
function fingerprintOf(labels: Record<string, string>): string {
  // Some put the status into a label, which then changes with it.
  const { status: _status, ...lasting } = labels;
  const sorted = Object.entries(lasting).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
}
