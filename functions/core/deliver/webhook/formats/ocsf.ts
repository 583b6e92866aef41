import { dismissalWords, isEnded, type Alert } from '../../../model/wire/alert.ts';
import { safeLinks } from './links.ts';
import type { WebhookFormat } from './format.ts';

const OCSF_VERSION = '1.8.0';
const CLASS_UID = 2004;
const STATUSES = {
  firing: { status_id: 1, status: 'New' },
  resolved: { status_id: 4, status: 'Resolved' },
  dismissed: { status_id: 3, status: 'Suppressed' },
};
const SEVERITIES = {
  info: 'Informational',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

/**
 * OCSF 1.8 Detection Finding, class 2004 (https://schema.ocsf.io/1.8.0/classes/detection_finding).
 *
 * A firing alert is activity 1 (Create) with status New, a resolved one activity 3 (Close) with status Resolved, a dismissed one
 * activity 3 with status Suppressed;
 * `finding_info.uid` is what makes two alerts the same condition, so the second closes what the first opened.
 * Activity 2 (Update) is never sent: an alert that changes is a new one. Times are epoch milliseconds.
 */
export const ocsf: WebhookFormat = {
  name: 'ocsf',
  summary: 'OCSF Detection Finding (class 2004), for security lakes and SIEMs',
  contentType: 'application/json',
  render: (alert) => JSON.stringify(detectionFinding(alert)),
};

function detectionFinding(alert: Alert): object {
  const hasEnded = isEnded(alert);
  const activityId = hasEnded ? 3 : 1;
  const time = Date.parse(alert.event_time);
  return {
    activity_id: activityId,
    activity_name: hasEnded ? 'Close' : 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: CLASS_UID,
    class_name: 'Detection Finding',
    type_uid: CLASS_UID * 100 + activityId,
    type_name: `Detection Finding: ${hasEnded ? 'Close' : 'Create'}`,
    time,
    severity_id: alert.severity_id,
    severity: SEVERITIES[alert.severity],
    ...STATUSES[alert.status],
    ...(alert.status === 'dismissed' && { status_detail: dismissalWords(alert) }),
    is_alert: !hasEnded,
    message: alert.title,
    ...(alert.confidence !== undefined && { confidence_score: Math.round(alert.confidence) }),
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Tocsin', vendor_name: 'Tocsin' },
      uid: alert.id,
      tenant_uid: alert.tenant_id,
      log_name: alert.source.name,
      logged_time: Date.parse(alert.received_at),
      labels: Object.entries(alert.labels).map(([name, value]) => `${name}:${value}`),
    },
    finding_info: {
      uid: alert.dedup_key || alert.id,
      title: alert.title,
      ...(alert.description !== undefined && { desc: alert.description }),
      types: [alert.type],
      created_time: time,
      ...sourceUrl(alert),
      ...(alert.rule !== undefined && { analytic: analytic(alert.rule) }),
      ...(alert.mitre !== undefined && { attacks: alert.mitre.map((uid) => ({ technique: { uid } })) }),
    },
    ...(alert.resources !== undefined && {
      resources: alert.resources.map(({ type, id, name, region }) => ({
        ...(id !== undefined && { uid: id }),
        ...(name !== undefined && { name }),
        ...(type !== undefined && { type }),
        // `region` belongs to the cloud profile, which asks for more about the cloud than an alert tells.
        ...(region !== undefined && { data: { region } }),
      })),
    }),
    ...(alert.observables !== undefined && { observables: alert.observables.map(observable) }),
    ...remediation(alert),
    unmapped: {
      source: alert.source,
      ...(alert.environment !== undefined && { environment: alert.environment }),
      ...(alert.source_alert_id !== undefined && { source_alert_id: alert.source_alert_id }),
      ...(alert.severity_original !== undefined && { severity_original: alert.severity_original }),
      ...(alert.actors !== undefined && { actors: alert.actors }),
      ...(alert.actions_taken !== undefined && { actions_taken: alert.actions_taken }),
      ...(alert.observables !== undefined && { observables: alert.observables }),
      details: alert.details,
    },
  };
}

/** Type 1 is a rule. */
function analytic({ id, name }: NonNullable<Alert['rule']>): object {
  return {
    type_id: 1,
    type: 'Rule',
    ...(id !== undefined && { uid: id }),
    ...(name !== undefined && { name }),
  };
}

/** OCSF's numbers for kinds of observables; 99 is Other, whose `type` is then our word. */
const OBSERVABLE_TYPES: readonly [words: RegExp, typeId: number, type: string][] = [
  [/^(ip|ipv4|ipv6|ip[_ -]?address|(src|source|dst|destination)[_-]?ip)$/i, 2, 'IP Address'],
  [/^(host|hostname|domain|fqdn)$/i, 1, 'Hostname'],
  [/^mac([_ -]?address)?$/i, 3, 'MAC Address'],
  [/^user([_ -]?name)?$/i, 4, 'User Name'],
  [/^e?-?mail([_ -]?address)?$/i, 5, 'Email Address'],
  [/^(url|uri)$/i, 6, 'URL String'],
  [/^file([_ -]?name)?$/i, 7, 'File Name'],
  [/^(hash|md5|sha-?1|sha-?256|sha-?512|file[_ -]?hash)$/i, 8, 'Hash'],
  [/^process([_ -]?name)?$/i, 9, 'Process Name'],
  [/^resource([_ -]?(uid|id))?$/i, 10, 'Resource UID'],
];

/** An observable names the attribute that it stands for; ours are unmapped. */
function observable({ type, value }: { type: string; value: string }, index: number): object {
  const [, typeId, typeName] = OBSERVABLE_TYPES.find(([words]) => words.test(type)) ?? [type, 99, type];
  return { name: `unmapped.observables[${index}].value`, type_id: typeId, type: typeName, value };
}

function sourceUrl(alert: Alert): { src_url?: string } {
  const [link] = safeLinks(alert);
  return link === undefined ? {} : { src_url: link.url };
}

function remediation({ remediation: told }: Alert): { remediation?: object } {
  const lines = [told?.summary, ...(told?.steps ?? [])].filter((line) => line !== undefined && line !== '');
  const desc = lines.join('\n') || told?.url;
  if (desc === undefined || desc === '') return {};
  return { remediation: { desc, ...(told?.url !== undefined && { references: [told.url] }) } };
}
