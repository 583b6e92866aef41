import {
  fieldsAt,
  filled,
  instant,
  isFields,
  list,
  listed,
  optional,
  pickTexts,
  text,
  texts,
  webUrl,
  without,
  type Fields,
} from '../read-fields.ts';
import { graded, severityFromCvss, severityFromWord } from '../severity-scales.ts';
import { personText, readUsual } from '../usual-fields.ts';
import type { AlertDraft, Format } from './format.ts';

/**
 * Snyk webhooks, `project_snapshot`: new issues fire, removed ones resolve. A snapshot without either is no alert.
 *
 * `X-Hub-Signature` here is SHA-256 (at GitHub the header of that name is SHA-1). Snyk's sample signs JSON that it
 * wrote anew; what is on the wire is what it signs, and the bytes are what is verified.
 * https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis/webhooks and
 * https://docs.snyk.io/snyk-api/using-specific-snyk-apis/webhooks-apis/validation-and-versioning-of-payloads (2026-11-21)
 */
export const snyk: Format = {
  name: 'snyk',
  summary: 'Snyk webhooks: new and removed issues of a project',
  preset: {
    auth: { type: 'hmac', header: 'x-hub-signature', algorithm: 'sha256', signedContent: 'body' },
  },
  deliveryIdHeaders: ['x-snyk-transport-id'],
  expand: expandSnapshot,
  read: readSnyk,
};

/** Each issue becomes the record `{issue, state, snapshot}`. */
function expandSnapshot(document: unknown): unknown[] {
  if (
    !isFields(document) ||
    !(Array.isArray(document['newIssues']) || Array.isArray(document['removedIssues']))
  ) {
    return [document];
  }
  const snapshot = without(document, 'newIssues', 'removedIssues');
  return (['newIssues', 'removedIssues'] as const).flatMap((field) =>
    list(document[field]).map((issue) => ({
      issue,
      state: field === 'newIssues' ? 'new' : 'removed',
      snapshot,
    })),
  );
}

const KNOWN = ['id', 'issueData', 'fixInfo', 'pkgName', 'issueType'];
const KNOWN_DATA = ['id', 'title', 'severity', 'url', 'description', 'identifiers', 'cvssScore'];

function readSnyk(record: Fields, { headers }: { headers: Record<string, string> }): AlertDraft {
  if (!isFields(record['issue'])) {
    return readOther(record, headers['x-snyk-event']);
  }
  const { issue } = record;
  const data = fieldsAt(issue, 'issueData');
  const project = fieldsAt(record, 'snapshot', 'project');
  const organization = text(fieldsAt(record, 'snapshot', 'org')['name']);
  const id = text(issue['id']) ?? text(data['id']);
  const name = text(data['title']) ?? id ?? 'issue';
  const packageName = text(issue['pkgName']);
  const projectId = text(project['id']);
  const projectName = text(project['name']);
  const url = webUrl(data['url']);
  const projectUrl = webUrl(project['browseUrl']);
  return {
    type: `snyk.${text(issue['issueType']) ?? 'issue'}`,
    ...statusOf(record['state'], issue),
    ...(data['severity'] === undefined
      ? graded(data['cvssScore'], severityFromCvss)
      : graded(data['severity'], severityFromWord)),
    title: `Snyk: ${packageName === undefined ? '' : `${packageName}: `}${name}${projectName === undefined ? '' : ` in ${projectName}`}`,
    ...optional('description', text(data['description'])),
    // When the project was tested; when the issue became known to the world is a detail, and often years ago.
    ...optional('event_time', instant(headers['x-snyk-timestamp'])),
    ...optional('source_alert_id', id),
    ...(id !== undefined && { dedup_key: `snyk:${projectId ?? projectName ?? ''}:${id}` }),
    rule: { ...optional('id', id), name, ...optional('url', url) },
    ...listed('resources', [
      projectName === undefined
        ? undefined
        : {
            type: 'project',
            name: projectName,
            ...optional('id', projectId),
            ...optional('url', projectUrl),
          },
      packageName === undefined ? undefined : { type: 'package', name: packageName },
    ]),
    ...readFix(fieldsAt(issue, 'fixInfo'), packageName),
    ...listed('links', [
      url === undefined ? undefined : { rel: 'advisory', url },
      projectUrl === undefined ? undefined : { rel: 'console', url: projectUrl },
    ]),
    labels: { ...optional('project', projectName), ...optional('organization', organization) },
    details: filled({
      ...without(issue, ...KNOWN),
      ...without(data, ...KNOWN_DATA),
      package: packageName,
      cvss_score: data['cvssScore'],
      cve: texts(fieldsAt(data, 'identifiers')['CVE']),
      cwe: texts(fieldsAt(data, 'identifiers')['CWE']),
      project: pickTexts(project, ['origin', 'type', 'targetReference', 'branch', 'imageTag']),
    }),
  };
}

/** An issue that is gone is resolved; one that somebody told Snyk to ignore is dismissed. */
function statusOf(state: unknown, issue: Fields): Pick<AlertDraft, 'status' | 'dismissal'> {
  if (state === 'removed') return { status: 'resolved' };
  if (issue['isIgnored'] !== true) return { status: 'firing' };
  const why = fieldsAt(list(issue['ignoreReasons'])[0]);
  return {
    status: 'dismissed',
    dismissal: {
      reason: text(why['reasonType']) ?? 'ignored in Snyk',
      ...optional('by', personText(why['ignoredBy'])),
      ...optional('comment', text(why['reason'])),
    },
  };
}

function readFix(fix: Fields, packageName: string | undefined): Pick<AlertDraft, 'remediation'> {
  const versions = texts(fix['fixedIn']);
  const version = text(fix['nearestFixedInVersion']) ?? versions[0];
  return version === undefined
    ? {}
    : {
        remediation: {
          summary: `A fixed version exists: ${versions.join(', ') || version}`,
          steps: [`Update ${packageName ?? 'the package'} to ${version} or later`],
        },
      };
}

/** The ping after a webhook was created, and events that came after this was written. */
function readOther(record: Fields, event: string | undefined): AlertDraft {
  const name = event?.split('/', 1)[0] ?? 'ping';
  const found = readUsual(record);
  return {
    ...found,
    type: `snyk.${name}`,
    ...(found.severityOriginal === undefined && { severity: 'info' as const }),
    title: found.title ?? `Snyk: ${name.replaceAll('_', ' ')}`,
    labels: {},
  };
}
