import type { Severity } from '../../model/severity.ts';
import { fieldsAt, instant, list, optional, text, webUrl, without, type Fields } from '../read-fields.ts';
import { severityFromWord } from '../severity-scales.ts';
import { withoutSecrets } from '../without-secrets.ts';
import type { AlertDraft, Format, FormatContext } from './format.ts';

/**
 * GitHub webhooks: dependabot, secret-scanning and code-scanning alerts; any other event becomes an `info` alert.
 *
 * Event name and delivery id stand in headers; GitHub repeats the id when it delivers again.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads (2026-11-21)
 */
export const github: Format = {
  name: 'github',
  summary: 'GitHub webhooks: Dependabot, secret scanning, code scanning, and any other event',
  preset: {
    auth: { type: 'hmac', header: 'x-hub-signature-256', algorithm: 'sha256', signedContent: 'body' },
  },
  deliveryIdHeaders: ['x-github-delivery'],
  read: readGithub,
};

/** Actions after which the condition no longer holds. */
const RESOLVING = new Set(['fixed', 'resolved', 'dismissed', 'auto_dismissed', 'closed_by_user']);

/** Sender furniture that says nothing about the alert and would fill the details. */
const FURNITURE = ['repository', 'organization', 'enterprise', 'installation', 'sender', 'alert', 'action'];

function readGithub(record: Fields, context: FormatContext): AlertDraft {
  const event = context.headers['x-github-event'] ?? 'unknown';
  const action = text(record['action']);
  const alert = fieldsAt(record, 'alert');
  const common = readCommon(record, event, action, alert);
  switch (event) {
    case 'dependabot_alert':
      return { ...common, ...readDependabot(alert, common) };
    case 'secret_scanning_alert':
      return { ...common, ...readSecretScanning(alert, action, common) };
    case 'code_scanning_alert':
      return { ...common, ...readCodeScanning(record, alert, common) };
    default:
      return { ...common, severity: 'info', title: titleOfOther(event, action, record) };
  }
}

function readCommon(record: Fields, event: string, action: string | undefined, alert: Fields): AlertDraft {
  const repository = text(fieldsAt(record, 'repository')['full_name']);
  const repositoryUrl = webUrl(fieldsAt(record, 'repository')['html_url']);
  const sender = text(fieldsAt(record, 'sender')['login']);
  const number = text(alert['number']);
  const alertUrl = webUrl(alert['html_url']);
  return {
    type: `github.${event}`,
    status: action !== undefined && RESOLVING.has(action) ? 'resolved' : 'firing',
    ...optional('event_time', instant(alert['updated_at']) ?? instant(alert['created_at'])),
    ...optional('source_alert_id', number),
    ...(repository !== undefined &&
      number !== undefined && { dedup_key: `github:${repository}:${event}:${number}` }),
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
    details: withoutSecrets(without(record, ...FURNITURE)),
  };
}

function readDependabot(alert: Fields, common: AlertDraft): AlertDraft {
  const advisory = fieldsAt(alert, 'security_advisory');
  const vulnerability = fieldsAt(alert, 'security_vulnerability');
  const packageName = text(fieldsAt(alert, 'dependency', 'package')['name']);
  const patched = text(fieldsAt(vulnerability, 'first_patched_version')['identifier']);
  const severity = vulnerability['severity'] ?? advisory['severity'];
  const summary = text(advisory['summary']) ?? 'vulnerable dependency';
  const ghsaId = text(advisory['ghsa_id']);
  return {
    ...optional('severity', severityFromWord(severity)),
    ...optional('severityOriginal', text(severity)),
    title: packageName === undefined ? `Dependabot: ${summary}` : `Dependabot: ${packageName}: ${summary}`,
    ...optional('description', text(advisory['description'])),
    ...(ghsaId !== undefined && {
      rule: { id: ghsaId, name: summary, url: `https://github.com/advisories/${ghsaId}` },
    }),
    ...(patched !== undefined && {
      remediation: {
        summary: `A fixed version exists: ${patched}`,
        steps: [`Update ${packageName ?? 'the package'} to ${patched} or later`],
      },
    }),
    details: {
      ...common.details,
      ...optional('package', packageName),
      ...optional('ecosystem', text(fieldsAt(alert, 'dependency', 'package')['ecosystem'])),
      ...optional('manifest', text(fieldsAt(alert, 'dependency')['manifest_path'])),
      ...optional('scope', text(fieldsAt(alert, 'dependency')['scope'])),
      ...optional('vulnerable_versions', text(vulnerability['vulnerable_version_range'])),
      ...optional('fixed_in', patched),
      ...optional('cve_id', text(advisory['cve_id'])),
      ...optional('ghsa_id', ghsaId),
      ...optional('cvss_score', fieldsAt(advisory, 'cvss')['score'] ?? undefined),
      ...optional('dismissed_reason', text(alert['dismissed_reason'])),
    },
  };
}

function readSecretScanning(alert: Fields, action: string | undefined, common: AlertDraft): AlertDraft {
  const secretType = text(alert['secret_type_display_name']) ?? text(alert['secret_type']) ?? 'secret';
  const isUsable =
    action === 'publicly_leaked' || alert['publicly_leaked'] === true || alert['validity'] === 'active';
  // GitHub gives this alert no severity. A leaked credential is high; one known to work or to be public, critical.
  const severity: Severity = isUsable ? 'critical' : 'high';
  return {
    severity,
    title: `Secret found: ${secretType}`,
    description: `GitHub found a ${secretType} in the repository.`,
    rule: { ...optional('id', text(alert['secret_type'])), name: secretType },
    remediation: {
      summary: 'Treat the secret as leaked.',
      steps: [
        'Revoke the secret at its issuer and create a new one',
        'Search the logs of its issuer for use by others',
        'Remove it from the repository and close the alert',
      ],
    },
    details: {
      ...common.details,
      // Never the secret itself: an alert is mailed and stored.
      ...without(alert, 'secret', 'number', 'url', 'html_url', 'locations_url', 'created_at', 'updated_at'),
    },
  };
}

function readCodeScanning(record: Fields, alert: Fields, common: AlertDraft): AlertDraft {
  const rule = fieldsAt(alert, 'rule');
  const instance = fieldsAt(alert, 'most_recent_instance');
  const severity = rule['security_severity_level'] ?? rule['severity'];
  const name = text(rule['description']) ?? text(rule['name']) ?? text(rule['id']) ?? 'finding';
  const path = text(fieldsAt(instance, 'location')['path']);
  return {
    ...optional('severity', severityFromWord(severity)),
    ...optional('severityOriginal', text(severity)),
    title: `Code scanning: ${name}`,
    ...optional('description', text(fieldsAt(instance, 'message')['text']) ?? text(rule['full_description'])),
    rule: { ...optional('id', text(rule['id'])), name, ...optional('url', webUrl(rule['help_uri'])) },
    details: {
      ...common.details,
      ...optional('tool', text(fieldsAt(alert, 'tool')['name'])),
      ...optional('ref', text(record['ref']) ?? text(instance['ref'])),
      ...optional('commit', text(record['commit_oid']) ?? text(instance['commit_sha'])),
      ...optional('path', path),
      ...optional('line', text(fieldsAt(instance, 'location')['start_line'])),
      ...(list(rule['tags']).length > 0 && { tags: list(rule['tags']) }),
      ...optional('dismissed_reason', text(alert['dismissed_reason'])),
    },
  };
}

function titleOfOther(event: string, action: string | undefined, record: Fields): string {
  const repository = text(fieldsAt(record, 'repository')['full_name']);
  const subject =
    event.replaceAll('_', ' ') + (action === undefined ? '' : ` ${action.replaceAll('_', ' ')}`);
  return `GitHub: ${subject}${repository === undefined ? '' : ` in ${repository}`}`;
}
