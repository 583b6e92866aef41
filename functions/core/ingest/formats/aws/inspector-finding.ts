import type { AlertStatus } from '../../../model/wire/alert.ts';
import {
  fieldsAt,
  instant,
  list,
  listed,
  named,
  optional,
  text,
  webUrl,
  type Fields,
} from '../../read-fields.ts';
import { graded, severityFromCvss, severityFromWord } from '../../severity-scales.ts';
import type { AlertDraft } from '../format.ts';
import { arnRegion, awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/**
 * A finding of Amazon Inspector: a vulnerable package, code, or an open port. CLOSED resolves it, SUPPRESSED dismisses it.
 *
 * https://docs.aws.amazon.com/inspector/latest/user/eventbridge-integration.html
 */
export const inspectorFinding: AwsService = {
  isOwn: ({ document, event }) =>
    text(document['findingArn']) !== undefined ||
    (event['source'] === 'aws.inspector2' && document['severity'] !== undefined),
  read: (record) => {
    const { document, event } = record;
    const arn = text(document['findingArn']) ?? text(event['id']);
    const region = regionOf(record) ?? arnRegion(arn);
    const vulnerability = fieldsAt(document, 'packageVulnerabilityDetails');
    const kind = (text(document['type']) ?? 'finding').toLowerCase().replaceAll('_', '-');
    const advisory = webUrl(vulnerability['sourceUrl']);
    const rule = text(vulnerability['vulnerabilityId']);
    const resources = list(document['resources']).map((resource) => {
      const { id, type, region: where } = fieldsAt(resource);
      return named(text(type), { id, region: where ?? region });
    });
    return {
      type: `aws.inspector2.${kind}`,
      ...statusOf(document),
      ...severityOf(document),
      ...optional('title', titleOf(document, resources[0]?.id)),
      ...optional('description', text(document['description'])),
      ...optional(
        'event_time',
        instant(document['updatedAt']) ?? instant(document['lastObservedAt']) ?? instant(event['time']),
      ),
      ...optional('source_alert_id', arn),
      ...(arn !== undefined && { dedup_key: `inspector2:${arn}` }),
      ...(rule !== undefined && { rule: { id: rule, ...optional('url', advisory) } }),
      ...listed('resources', resources),
      ...remediationOf(document),
      ...listed('links', [
        ...(consoleLink(region, `inspector/v2/home?region=${region ?? ''}#/findings/all`).links ?? []),
        advisory === undefined ? undefined : { rel: 'advisory', url: advisory },
      ]),
      labels: { ...awsLabels(record), ...optional('vulnerability', rule) },
    };
  },
};

function statusOf({ status }: Fields): { status: AlertStatus } & Pick<AlertDraft, 'dismissal'> {
  if (status === 'CLOSED') return { status: 'resolved' };
  return status === 'SUPPRESSED'
    ? { status: 'dismissed', dismissal: { reason: 'suppressed in Inspector' } }
    : { status: 'firing' };
}

/** UNTRIAGED has no severity yet; then the score says as much as is known. */
function severityOf(document: Fields): Pick<AlertDraft, 'severity' | 'severityOriginal'> {
  const word = severityFromWord(document['severity']);
  return word === undefined && document['inspectorScore'] !== undefined
    ? {
        ...graded(document['inspectorScore'], severityFromCvss),
        ...optional('severityOriginal', text(document['severity'])),
      }
    : graded(document['severity'], severityFromWord);
}

function titleOf(document: Fields, resource: string | undefined): string | undefined {
  const title = text(document['title']);
  return title === undefined || resource === undefined || title.includes(resource)
    ? title
    : `${title} on ${resource}`;
}

function remediationOf(document: Fields): Pick<AlertDraft, 'remediation'> {
  const { text: summary, Url, url } = fieldsAt(document, 'remediation', 'recommendation');
  const remediation = { ...optional('summary', text(summary)), ...optional('url', webUrl(Url ?? url)) };
  return Object.keys(remediation).length === 0 ? {} : { remediation };
}
