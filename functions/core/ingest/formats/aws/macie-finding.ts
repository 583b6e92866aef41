import { fieldsAt, instant, listed, named, optional, text } from '../../read-fields.ts';
import { graded, severityFromWord } from '../../severity-scales.ts';
import { awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/**
 * A finding of Amazon Macie: sensitive data in a bucket, or a bucket whose policy is dangerous. Macie archives what a
 * suppression rule matches: dismissed.
 *
 * https://docs.aws.amazon.com/macie/latest/user/findings-publish-event-schemas.html
 */
export const macieFinding: AwsService = {
  isOwn: ({ document, event }) =>
    event['source'] === 'aws.macie' ||
    (fieldsAt(document, 'resourcesAffected', 's3Bucket')['name'] !== undefined &&
      document['severity'] !== undefined),
  read: (record) => {
    const { document, event } = record;
    const id = text(document['id']) ?? text(event['id']);
    const region = regionOf(record);
    const bucket = fieldsAt(document, 'resourcesAffected', 's3Bucket');
    const object = fieldsAt(document, 'resourcesAffected', 's3Object');
    const key = text(object['key']);
    const place = [text(bucket['name']), key].filter((part) => part !== undefined).join('/');
    const title = text(document['title']) ?? text(document['type']) ?? text(event['detail-type']);
    const severity = fieldsAt(document, 'severity')['description'] ?? document['severity'];
    const isArchived = document['archived'] === true;
    return {
      type: `aws.macie.${text(document['type']) ?? 'finding'}`,
      status: isArchived ? 'dismissed' : 'firing',
      ...(isArchived && { dismissal: { reason: 'suppressed in Macie' } }),
      ...graded(severity, severityFromWord),
      ...optional('title', title !== undefined && place !== '' ? `${title}: ${place}` : title),
      ...optional('description', text(document['description'])),
      ...optional('event_time', instant(document['updatedAt']) ?? instant(event['time'])),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `macie:${id}` }),
      ...listed('resources', [
        named('s3-bucket', { id: bucket['arn'], name: bucket['name'], region }),
        key === undefined ? undefined : { type: 's3-object', name: place },
      ]),
      ...consoleLink(region, `macie/home?region=${region ?? ''}#findings`),
      labels: { ...awsLabels(record), ...optional('bucket', text(bucket['name'])) },
    };
  },
};
