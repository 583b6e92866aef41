import type { AlertStatus } from '../../../model/wire/alert.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import { instant, listed, optional, text, type Fields } from '../../read-fields.ts';
import { arnName, awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/**
 * A finding of IAM Access Analyzer: a resource that others can reach, or access that nobody uses. It gives no severity: what is
 * public is high, what cannot be judged or is shared is medium, what is unused is low. Archiving says that the access is
 * intended, which dismisses it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
 */
export const accessAnalyzerFinding: AwsService = {
  isOwn: ({ event }) => event['source'] === 'aws.access-analyzer',
  read: (record) => {
    const { document, event } = record;
    const id = text(document['id']) ?? text(event['id']);
    const region = regionOf(record);
    const resource = text(document['resource']);
    const status = statusOf(document);
    const isUnused = /unused/iu.test(
      `${text(event['detail-type']) ?? ''} ${text(document['findingType']) ?? ''}`,
    );
    const subject = resource === undefined ? 'a resource' : arnName(resource);
    const kind = text(document['resourceType'])?.split('::').at(-1) ?? '';
    return {
      type: `aws.access-analyzer.${isUnused ? 'unused-access' : document['isPublic'] === true ? 'public-access' : 'access'}`,
      status,
      ...(status === 'dismissed' && { dismissal: { reason: 'archived in Access Analyzer' } }),
      // What the sender says of a resource that is no longer shared is not what it said before.
      ...(status === 'firing' && { severity: severityOf(document, isUnused) }),
      title: isUnused
        ? `Unused access: ${kind} ${subject}`
        : `${document['isPublic'] === true ? 'Public access' : 'Access from outside'} to ${kind} ${subject}`,
      ...optional(
        'event_time',
        instant(document['updatedAt']) ?? instant(document['analyzedAt']) ?? instant(event['time']),
      ),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `access-analyzer:${id}` }),
      ...listed('resources', [
        resource === undefined
          ? undefined
          : { ...optional('type', text(document['resourceType'])), id: resource, name: subject },
      ]),
      ...(id !== undefined &&
        consoleLink(
          region,
          `access-analyzer/home?region=${region ?? ''}#/findings/details/${encodeURIComponent(id)}`,
        )),
      labels: awsLabels(record),
    };
  },
};

function statusOf({ status, isDeleted }: Fields): AlertStatus {
  if (status === 'RESOLVED' || isDeleted === true) return 'resolved';
  return status === 'ARCHIVED' ? 'dismissed' : 'firing';
}

function severityOf({ isPublic }: Fields, isUnused: boolean): Severity {
  if (isUnused) return 'low';
  return isPublic === true ? 'high' : 'medium';
}
