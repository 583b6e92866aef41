import type { AlertStatus, Dismissal } from '../../model/wire/alert.ts';
import { fieldsAt, instant, isFields, optional, text, webUrl, type Fields } from '../read-fields.ts';
import type { AlertDraft, Format, FormatContext } from './format.ts';
import {
  readCodeScanning,
  readDependabot,
  readRepositoryAdvisory,
  readSecretScanning,
  readSecurityAdvisory,
  readVulnerabilityAlert,
} from './github-alerts.ts';
import { readOtherGithubEvent } from './github-event.ts';

/**
 * GitHub webhooks: Dependabot, secret-scanning and code-scanning alerts, advisories, and any other event as an `info` alert.
 *
 * Event name and delivery id stand in headers; GitHub repeats the id when it delivers again.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads (2026-11-21)
 */
export const github: Format = {
  name: 'github',
  summary: 'GitHub webhooks: Dependabot, secret scanning, code scanning, advisories, and any other event',
  preset: {
    auth: { type: 'hmac', header: 'x-hub-signature-256', algorithm: 'sha256', signedContent: 'body' },
  },
  deliveryIdHeaders: ['x-github-delivery'],
  // Furniture that is the same in every event and would fill the details; and the secret that was found.
  omits: ['repository', 'organization', 'enterprise', 'installation', 'sender', 'alert.secret'],
  read: readGithub,
};

/** Actions after which the condition no longer holds. */
const RESOLVING = new Set(['fixed', 'resolved', 'resolve', 'withdrawn', 'deleted']);
/** Actions by which somebody, or a rule of the repository, decided not to act. */
const DISMISSING = new Set(['dismissed', 'dismiss', 'auto_dismissed', 'closed_by_user']);
/** Resolutions of a secret that leave the secret as it is; `revoked` and the like do not. */
const DISMISSING_RESOLUTIONS = new Set(['false_positive', 'wont_fix', 'used_in_tests', 'ignored_by_config']);

const READERS: Record<string, (record: Fields, alert: Fields) => AlertDraft> = {
  dependabot_alert: (_record, alert) => readDependabot(alert),
  secret_scanning_alert: readSecretScanning,
  secret_scanning_alert_location: readSecretScanning,
  code_scanning_alert: (_record, alert) => readCodeScanning(alert),
  repository_vulnerability_alert: (_record, alert) => readVulnerabilityAlert(alert),
  security_advisory: readSecurityAdvisory,
  repository_advisory: readRepositoryAdvisory,
};

function readGithub(record: Fields, context: FormatContext): AlertDraft {
  const event = context.headers['x-github-event'] ?? eventOf(record);
  const alert = fieldsAt(record, 'alert');
  const common = readCommon(record, event, alert);
  const special = READERS[event]?.(record, alert) ?? readOtherGithubEvent(record, event);
  return {
    ...common,
    ...special,
    labels: { ...common.labels, ...special.labels },
  };
}

/** Where the header was lost on the way: what the body alone tells. */
function eventOf(record: Fields): string {
  const alert = fieldsAt(record, 'alert');
  if (isFields(record['security_advisory'])) return 'security_advisory';
  if (isFields(record['repository_advisory'])) return 'repository_advisory';
  if (isFields(alert['security_advisory'])) return 'dependabot_alert';
  if (text(alert['secret_type']) !== undefined) {
    return isFields(record['location']) ? 'secret_scanning_alert_location' : 'secret_scanning_alert';
  }
  if (isFields(alert['rule'])) return 'code_scanning_alert';
  return alert['affected_package_name'] === undefined ? 'unknown' : 'repository_vulnerability_alert';
}

function readCommon(record: Fields, event: string, alert: Fields): AlertDraft {
  const action = text(record['action']);
  const repository = text(fieldsAt(record, 'repository')['full_name']);
  const repositoryUrl = webUrl(fieldsAt(record, 'repository')['html_url']);
  const sender = text(fieldsAt(record, 'sender')['login']);
  const number = text(alert['number']);
  const alertUrl = webUrl(alert['html_url']);
  const status = statusOf(action, alert);
  // Where a secret was found belongs to the alert about the secret.
  const family = event.replace(/_location$/u, '');
  return {
    type: `github.${event}`,
    status,
    ...(status === 'dismissed' && dismissalOf(record, alert)),
    ...optional(
      'event_time',
      instant(alert['updated_at']) ?? instant(alert['created_at']) ?? instant(alert['dismissed_at']),
    ),
    ...optional('source_alert_id', number),
    ...(number !== undefined && { dedup_key: `github:${repository ?? ''}:${family}:${number}` }),
    ...(repository !== undefined && {
      resources: [{ type: 'repository', name: repository, ...optional('url', repositoryUrl) }],
    }),
    ...(sender !== undefined && { actors: [{ type: 'user', name: sender }] }),
    ...(alertUrl !== undefined && { links: [{ rel: 'console', url: alertUrl }] }),
    labels: {
      event,
      ...optional('action', action),
      ...optional('repository', repository),
      ...optional('organization', text(fieldsAt(record, 'organization')['login'])),
    },
  };
}

function statusOf(action: string | undefined, alert: Fields): AlertStatus {
  const resolution = text(alert['resolution']);
  if (action === undefined) return 'firing';
  if (DISMISSING.has(action)) return 'dismissed';
  if (RESOLVING.has(action)) {
    return resolution !== undefined && DISMISSING_RESOLUTIONS.has(resolution) ? 'dismissed' : 'resolved';
  }
  return 'firing';
}

/** The names differ by kind of alert: Dependabot and code scanning, secret scanning, the old vulnerability alerts. */
function dismissalOf(record: Fields, alert: Fields): { dismissal?: Dismissal } {
  const by = alert['dismissed_by'] ?? alert['resolved_by'] ?? alert['dismisser'] ?? undefined;
  const isAutomatic = record['action'] === 'auto_dismissed';
  const dismissal: Dismissal = {
    ...optional(
      'reason',
      text(alert['dismissed_reason']) ?? text(alert['resolution']) ?? text(alert['dismiss_reason']),
    ),
    ...optional('by', text(fieldsAt(by)['login']) ?? (isAutomatic ? 'a rule of the repository' : undefined)),
    ...optional('comment', text(alert['dismissed_comment']) ?? text(alert['resolution_comment'])),
  };
  return Object.keys(dismissal).length === 0 ? {} : { dismissal };
}
