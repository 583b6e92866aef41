import type { AlertStatus } from '../../../model/wire/alert.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import { instant, listed, optional, text, type Fields } from '../../read-fields.ts';
import { arnName, awsLabels, consoleLink, regionOf, type AwsRecord, type AwsService } from './aws-record.ts';

/**
 * A finding of IAM Access Analyzer: a resource that others can reach, access within the organization, access that nobody uses,
 * or a resource that it could not judge (`error`). It gives no severity: what is public is high, what cannot be judged or is
 * shared is medium, what is unused is low. Archiving says that the access is intended, which dismisses it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-eventbridge.html
 */
export const accessAnalyzerFinding: AwsService = {
  isOwn: ({ event }) => event['source'] === 'aws.access-analyzer',
  read: (record) => {
    const { document, event } = record;
    // Unused access has its id under another name.
    const id = text(document['id']) ?? text(document['findingId']) ?? text(event['id']);
    const region = regionOf(record);
    const resource = text(document['resource']);
    const status = statusOf(document);
    const kind = kindOf(record);
    const subject = resource === undefined ? 'a resource' : arnName(resource);
    const of = text(document['resourceType'])?.split('::').at(-1) ?? '';
    return {
      type: `aws.access-analyzer.${kind}`,
      status,
      ...(status === 'dismissed' && { dismissal: { reason: 'archived in Access Analyzer' } }),
      // What the sender says of a resource that is no longer shared is not what it said before.
      ...(status === 'firing' && { severity: SEVERITIES[kind] }),
      title: titleOf(kind, `${of} ${subject}`.trim(), text(document['error'])),
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

type Kind = 'public-access' | 'access' | 'internal-access' | 'unused-access' | 'error';

const SEVERITIES: Readonly<Record<Kind, Severity>> = {
  'public-access': 'high',
  access: 'medium',
  'internal-access': 'medium',
  error: 'medium',
  'unused-access': 'low',
};

function kindOf({ document, event }: AwsRecord): Kind {
  const said = `${text(event['detail-type']) ?? ''} ${text(document['findingType']) ?? ''}`;
  if (document['error'] !== undefined) return 'error';
  if (/unused/iu.test(said)) return 'unused-access';
  if (/internal/iu.test(said)) return 'internal-access';
  return document['isPublic'] === true ? 'public-access' : 'access';
}

function titleOf(kind: Kind, subject: string, error: string | undefined): string {
  switch (kind) {
    case 'public-access':
      return `Public access to ${subject}`;
    case 'access':
      return `Access from outside to ${subject}`;
    case 'internal-access':
      return `Access from inside the organization to ${subject}`;
    case 'unused-access':
      return `Unused access: ${subject}`;
    case 'error':
      return `Access Analyzer cannot judge ${subject}: ${error ?? 'unknown error'}`;
  }
}
