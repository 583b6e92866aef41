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
import { graded, severityFromSentry, severityFromWord } from '../severity-scales.ts';
import { readUsual } from '../usual-fields.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { Dismissal } from '../../model/wire/alert.ts';
import type { AlertDraft, Format, FormatContext } from './format.ts';

const RESOLVING = new Set(['resolved', 'deleted']);
/** Sentry archived issues under the name of "ignored" before. */
const DISMISSING = new Set(['archived', 'ignored']);
/** Bulk that holds variables of the failing program, its requests and the person behind them. */
const BULK = [
  'exception',
  'stacktrace',
  'threads',
  'breadcrumbs',
  'request',
  'entries',
  'contexts',
  'extra',
  'modules',
  'debug_meta',
  'user',
  '_meta',
  '_metrics',
  'sdk',
  'grouping_config',
  'hashes',
];
/** Objects that hold an event or an issue. */
const HOLDERS = ['event', 'error', 'issue'];

/**
 * Sentry's integration webhooks: issues, issue alerts (`event_alert`), metric alerts, errors; the rest is `info`.
 *
 * `Sentry-Hook-Signature` is bare hex over the body with the integration's client secret.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/ (2026-11-21)
 */
export const sentry: Format = {
  name: 'sentry',
  summary: 'Sentry: issues, issue alerts, metric alerts and errors',
  preset: {
    auth: { type: 'hmac', header: 'sentry-hook-signature', algorithm: 'sha256', signedContent: 'body' },
  },
  deliveryIdHeaders: ['request-id'],
  // `installation` names our own integration.
  omits: [...HOLDERS.flatMap((holder) => BULK.map((field) => `${holder}.${field}`)), 'installation'],
  read: readSentry,
};

function readSentry(record: Fields, { headers }: FormatContext): AlertDraft {
  const data = fieldsAt(record, 'data');
  const action = text(record['action']);
  const resource =
    headers['sentry-hook-resource'] ??
    (Object.keys(data)[0] === 'event' ? 'event_alert' : Object.keys(data)[0]) ??
    'unknown';
  const actor = fieldsAt(record, 'actor');
  const name = text(actor['name']);
  const isDismissed = action !== undefined && DISMISSING.has(action);
  const common: AlertDraft = {
    type: `sentry.${resource}`,
    status: isDismissed ? 'dismissed' : action !== undefined && RESOLVING.has(action) ? 'resolved' : 'firing',
    ...(isDismissed && { dismissal: dismissalOf(data, action, name) }),
    ...listed('actors', [
      // Of what Sentry does by itself it is the actor, which tells nobody anything.
      name === undefined || text(actor['type']) === 'application'
        ? undefined
        : { type: text(actor['type']) ?? 'user', name, ...optional('id', text(actor['id'])) },
    ]),
    labels: { resource, ...optional('action', action) },
  };
  if (isFields(data['metric_alert'])) return readMetricAlert(data, common);
  if (isFields(data['issue'])) return readIssue(data['issue'], data, common);
  if (isFields(data['event'])) return readEvent(data['event'], data, common);
  if (isFields(data['error'])) return readEvent(data['error'], data, common);
  if (isFields(record['event']) || record['culprit'] !== undefined) return readPlugin(record);
  const found = readUsual(record);
  return {
    ...common,
    ...found,
    severity:
      found.severity ?? (Object.keys(data).length === 0 && found.title !== undefined ? undefined : 'info'),
    title:
      found.title ?? `Sentry: ${resource.replaceAll('_', ' ')}${action === undefined ? '' : ` ${action}`}`,
    labels: common.labels ?? {},
  } as AlertDraft;
}

/** Ignored until something happens, or archived for good; who did it is the actor. */
function dismissalOf(data: Fields, action: string | undefined, by: string | undefined): Dismissal {
  const issue = fieldsAt(data, 'issue');
  return {
    ...optional('reason', text(issue['substatus']) ?? action),
    ...optional('by', by),
  };
}

/**
 * What Sentry's plugin "WebHooks" sends, and the integration before it: an issue at the top with its event below.
 *
 * https://github.com/getsentry/sentry/blob/master/src/sentry/plugins/sentry_webhooks/plugin.py
 */
function readPlugin(record: Fields): AlertDraft {
  const event = fieldsAt(record, 'event');
  const id = text(record['id']) ?? text(event['issue_id']);
  const title = text(event['title']) ?? text(record['message']) ?? text(record['culprit']);
  const project = text(record['project_slug']) ?? text(record['project']);
  const url = webUrl(record['url']) ?? webUrl(event['web_url']);
  const [rule] = texts(record['triggering_rules']);
  const environment = text(event['environment']);
  return {
    type: 'sentry.issue',
    ...graded(record['level'] ?? event['level'], severityFromSentry),
    ...optional('title', title),
    ...optional('description', text(record['culprit'])),
    ...optional('event_time', instant(event['timestamp']) ?? instant(event['datetime'])),
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `sentry:issue:${id}` }),
    ...(rule !== undefined && { rule: { name: rule } }),
    ...projectOf(project),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', environment),
    labels: { ...optional('project', project), ...optional('environment', environment) },
  };
}

function readIssue(issue: Fields, data: Fields, common: AlertDraft): AlertDraft {
  const id = text(issue['id']);
  const project = text(fieldsAt(issue, 'project')['slug']);
  const url = webUrl(issue['web_url']) ?? webUrl(issue['permalink']);
  return {
    ...common,
    ...graded(issue['level'], severityFromSentry),
    ...optional('title', text(issue['title'])),
    ...optional('description', text(issue['culprit'])),
    ...optional('event_time', instant(issue['lastSeen']) ?? instant(issue['firstSeen'])),
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `sentry:issue:${id}` }),
    ...projectOf(project),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    labels: { ...common.labels, ...optional('project', project) },
    details: withoutSecrets(
      filled({
        ...without(issue, 'id', 'title', 'level', 'culprit', 'web_url', 'permalink', ...BULK),
        ...without(data, 'issue'),
      }),
    ),
  };
}

/** An issue alert carries the event that set it off, an error is the event alone. */
function readEvent(event: Fields, data: Fields, common: AlertDraft): AlertDraft {
  const issueId = text(event['issue_id']) ?? text(event['groupID']);
  const url = webUrl(event['web_url']);
  const rule = text(data['triggered_rule']);
  const tags = Object.fromEntries(
    list(event['tags']).flatMap((tag) => {
      const [name, value] = list(tag).map(text);
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
  const project = text(event['project_slug']) ?? text(event['project']);
  const id = text(event['event_id']);
  return {
    ...common,
    ...graded(event['level'] ?? tags['level'], severityFromSentry),
    ...optional('title', text(event['title']) ?? text(event['message'])),
    ...optional('description', text(event['culprit']) ?? text(event['message'])),
    ...optional('event_time', instant(event['datetime']) ?? instant(event['timestamp'])),
    ...optional('source_alert_id', issueId ?? id),
    ...((issueId ?? id) !== undefined && { dedup_key: `sentry:issue:${issueId ?? id ?? ''}` }),
    ...(rule !== undefined && { rule: { name: rule } }),
    ...projectOf(project),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', text(event['environment']) ?? tags['environment']),
    labels: {
      ...common.labels,
      ...optional('project', project),
      ...optional('environment', tags['environment']),
    },
    details: withoutSecrets(
      filled({
        ...without(event, 'title', 'level', 'culprit', 'tags', 'web_url', ...BULK),
        tags,
        ...without(data, 'event', 'error'),
      }),
    ),
  };
}

function readMetricAlert(data: Fields, common: AlertDraft): AlertDraft {
  const alert = fieldsAt(data, 'metric_alert');
  const rule = fieldsAt(alert, 'alert_rule');
  const action = common.labels?.['action'];
  // When it is over, the action no longer says how bad it was; the worst of the rule's triggers does, and so the
  // end reaches everyone whom the beginning reached.
  const level = action === 'resolved' ? worstTrigger(rule) : action;
  const id = text(rule['id']) ?? text(alert['id']);
  const name = text(rule['name']);
  const url = webUrl(data['web_url']);
  return {
    ...common,
    ...graded(level, severityFromWord),
    ...optional('severityOriginal', action),
    ...optional('title', text(data['description_title']) ?? text(alert['title']) ?? name),
    ...optional('description', text(data['description_text'])),
    ...optional(
      'event_time',
      instant(alert['date_closed']) ?? instant(alert['date_detected']) ?? instant(alert['date_started']),
    ),
    ...optional('source_alert_id', text(alert['id'])),
    ...(id !== undefined && { dedup_key: `sentry:metric-alert:${id}` }),
    ...(name !== undefined && { rule: { name, ...optional('id', text(rule['id'])) } }),
    ...listed(
      'resources',
      list(alert['projects']).map((project) => named('project', { name: project })),
    ),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
    ...optional('environment', text(rule['environment'])),
    details: withoutSecrets(filled({ ...without(alert, 'title', 'projects') })),
  };
}

function worstTrigger(rule: Fields): string | undefined {
  const labels = new Set(list(rule['triggers']).map((trigger) => textFields(trigger)['label']));
  return ['critical', 'warning'].find((label) => labels.has(label));
}

function projectOf(project: string | undefined): Pick<AlertDraft, 'resources'> {
  return project === undefined ? {} : { resources: [{ type: 'project', name: project }] };
}
