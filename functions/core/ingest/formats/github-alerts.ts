import type { Severity } from '../../model/wire/severity.ts';
import { fieldsAt, instant, list, listed, optional, text, webUrl, type Fields } from '../read-fields.ts';
import { graded, severityFromCvss, severityFromWord } from '../severity-scales.ts';
import type { AlertDraft } from './format.ts';

/** A vulnerable dependency of a repository. */
export function readDependabot(alert: Fields): AlertDraft {
  const advisory = fieldsAt(alert, 'security_advisory');
  const vulnerability = fieldsAt(alert, 'security_vulnerability');
  const dependency = fieldsAt(alert, 'dependency');
  const packageName = text(fieldsAt(dependency, 'package')['name']);
  const patched = text(fieldsAt(vulnerability, 'first_patched_version')['identifier']);
  const summary = text(advisory['summary']) ?? 'vulnerable dependency';
  return {
    ...graded(vulnerability['severity'] ?? advisory['severity'], severityFromWord),
    title: packageName === undefined ? `Dependabot: ${summary}` : `Dependabot: ${packageName}: ${summary}`,
    ...optional('description', text(advisory['description'])),
    ...advisoryRule(text(advisory['ghsa_id']), summary),
    ...updateTo(patched, packageName),
    details: {
      ...optional('package', packageName),
      ...optional('ecosystem', text(fieldsAt(dependency, 'package')['ecosystem'])),
      ...optional('manifest', text(dependency['manifest_path'])),
      ...optional('scope', text(dependency['scope'])),
      ...optional('vulnerable_versions', text(vulnerability['vulnerable_version_range'])),
      ...optional('fixed_in', patched),
      ...optional('cve_id', text(advisory['cve_id'])),
      ...optional('ghsa_id', text(advisory['ghsa_id'])),
      ...optional('cvss_score', fieldsAt(advisory, 'cvss')['score'] ?? undefined),
      ...optional('dismissed_reason', text(alert['dismissed_reason'])),
    },
  };
}

/** A secret in a repository, or a place where one was found. */
export function readSecretScanning(record: Fields, alert: Fields): AlertDraft {
  const secretType = text(alert['secret_type_display_name']) ?? text(alert['secret_type']) ?? 'secret';
  // Whether it works may have changed by the time it is over: then the severity it was told with stands.
  const isEnded = record['action'] === 'resolved';
  const isPublic = record['action'] === 'publicly_leaked' || alert['publicly_leaked'] === true;
  const isActive = alert['validity'] === 'active';
  const facts = [isActive && !isEnded ? 'active' : '', isPublic ? 'public' : ''].filter(
    (fact) => fact !== '',
  );
  // GitHub gives this alert no severity. A leaked credential is high; one known to work or to be public, critical.
  const severity: Severity = isPublic || isActive ? 'critical' : 'high';
  const place = fieldsAt(record, 'location', 'details');
  const path = text(place['path']);
  const where = path === undefined ? '' : ` in ${path}`;
  const known = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  return {
    ...(!isEnded && { severity }),
    title: `Secret found${where}: ${secretType}${known}`,
    description: `GitHub found a secret in the repository: ${secretType}.${isActive && !isEnded ? ' It works: GitHub tried it.' : ''}${isPublic ? ' It is public.' : ''}`,
    rule: { ...optional('id', text(alert['secret_type'])), name: secretType },
    remediation: {
      summary: 'Treat the secret as leaked.',
      steps: [
        'Revoke the secret at its issuer and create a new one',
        'Search the logs of its issuer for use by others',
        'Remove it from the repository and close the alert',
      ],
    },
  };
}

/** A finding of code scanning. */
export function readCodeScanning(alert: Fields): AlertDraft {
  const rule = fieldsAt(alert, 'rule');
  const instance = fieldsAt(alert, 'most_recent_instance');
  const name = text(rule['description']) ?? text(rule['name']) ?? text(rule['id']) ?? 'finding';
  const path = text(fieldsAt(instance, 'location')['path']);
  return {
    ...graded(rule['security_severity_level'] ?? rule['severity'], severityFromWord),
    title: `Code scanning: ${name}${path === undefined ? '' : ` in ${path}`}`,
    ...optional('description', text(fieldsAt(instance, 'message')['text']) ?? text(rule['full_description'])),
    rule: { ...optional('id', text(rule['id'])), name, ...optional('url', webUrl(rule['help_uri'])) },
    details: {
      ...optional('tool', text(fieldsAt(alert, 'tool')['name'])),
      ...optional('path', path),
      ...optional('line', text(fieldsAt(instance, 'location')['start_line'])),
      ...optional('commit', text(instance['commit_sha'])),
    },
  };
}

/** `repository_vulnerability_alert`, what GitHub sent before Dependabot alerts and GitHub Enterprise Server still does. */
export function readVulnerabilityAlert(alert: Fields): AlertDraft {
  const packageName = text(alert['affected_package_name']) ?? 'a dependency';
  const ghsaId = text(alert['ghsa_id']) ?? text(alert['external_identifier']);
  const reference = webUrl(alert['external_reference']);
  const id = text(alert['id']);
  return {
    ...graded(alert['severity'], severityFromWord),
    title: `Vulnerable dependency ${packageName}${ghsaId === undefined ? '' : `: ${ghsaId}`}`,
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `github:vulnerability-alert:${id}` }),
    ...advisoryRule(text(alert['ghsa_id']), packageName),
    ...updateTo(text(alert['fixed_in']), packageName),
    ...(reference !== undefined && { links: [{ rel: 'advisory', url: reference }] }),
  };
}

/** An advisory in GitHub's own database, about nobody's repository. */
export function readSecurityAdvisory(record: Fields): AlertDraft {
  const advisory = fieldsAt(record, 'security_advisory');
  const packages = list(advisory['vulnerabilities']).map((entry) => text(fieldsAt(entry, 'package')['name']));
  return readAdvisory(advisory, [...new Set(packages.filter((name) => name !== undefined))]);
}

/** An advisory of the repository's own. */
export function readRepositoryAdvisory(record: Fields): AlertDraft {
  const advisory = fieldsAt(record, 'repository_advisory');
  const packages = list(advisory['vulnerabilities']).map((entry) => text(fieldsAt(entry, 'package')['name']));
  return readAdvisory(advisory, [...new Set(packages.filter((name) => name !== undefined))]);
}

function readAdvisory(advisory: Fields, packages: readonly string[]): AlertDraft {
  const id = text(advisory['ghsa_id']) ?? text(advisory['cve_id']);
  const summary = text(advisory['summary']) ?? 'an advisory';
  const url = webUrl(advisory['html_url']);
  const score = fieldsAt(advisory, 'cvss')['score'];
  return {
    ...(advisory['severity'] === undefined || advisory['severity'] === null
      ? graded(score ?? undefined, severityFromCvss)
      : graded(advisory['severity'], severityFromWord)),
    title: `Advisory${id === undefined ? '' : ` ${id}`}: ${summary}`,
    ...optional('description', text(advisory['description'])),
    ...optional('event_time', instant(advisory['updated_at']) ?? instant(advisory['published_at'])),
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `github:advisory:${id}` }),
    ...advisoryRule(text(advisory['ghsa_id']), summary),
    ...listed(
      'resources',
      packages.map((name) => ({ type: 'package', name })),
    ),
    ...(url !== undefined && { links: [{ rel: 'console', url }] }),
  };
}

function advisoryRule(ghsaId: string | undefined, name: string): Pick<AlertDraft, 'rule'> {
  return ghsaId === undefined
    ? {}
    : { rule: { id: ghsaId, name, url: `https://github.com/advisories/${encodeURIComponent(ghsaId)}` } };
}

function updateTo(
  version: string | undefined,
  packageName: string | undefined,
): Pick<AlertDraft, 'remediation'> {
  return version === undefined
    ? {}
    : {
        remediation: {
          summary: `A fixed version exists: ${version}`,
          steps: [`Update ${packageName ?? 'the package'} to ${version} or later`],
        },
      };
}
