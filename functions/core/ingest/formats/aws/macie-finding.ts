import type { Actor } from '../../../model/wire/alert.ts';
import {
  fieldsAt,
  instant,
  list,
  listed,
  named,
  optional,
  text,
  texts,
  type Fields,
} from '../../read-fields.ts';
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
      ...optional('description', described(document)),
      ...optional('event_time', instant(document['updatedAt']) ?? instant(event['time'])),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `macie:${id}` }),
      ...listed('resources', [
        named('s3-bucket', { id: bucket['arn'], name: bucket['name'], region }),
        key === undefined ? undefined : { type: 's3-object', name: place },
      ]),
      ...listed('actors', [actorOf(fieldsAt(document, 'policyDetails', 'actor', 'userIdentity'))]),
      ...listed('observables', addressesOf(fieldsAt(document, 'policyDetails', 'actor', 'ipAddressDetails'))),
      ...consoleLink(region, `macie/home?region=${region ?? ''}#findings`),
      labels: { ...awsLabels(record), ...optional('bucket', text(bucket['name'])) },
    };
  },
};

/** What Macie says, and what it found how often: `CREDIT_CARD_NUMBER 30, EMPLOYEE-ID 2`. */
function described(document: Fields): string | undefined {
  const result = fieldsAt(document, 'classificationDetails', 'result');
  const found = [...list(result['sensitiveData']), result['customDataIdentifiers']]
    .flatMap((group) => list(fieldsAt(group)['detections']))
    .flatMap((detection) => {
      const { type, name, count } = fieldsAt(detection);
      const kind = text(type) ?? text(name);
      return kind === undefined ? [] : [`${kind} ${text(count) ?? ''}`.trim()];
    });
  const says = text(document['description']);
  return found.length === 0 ? says : `${says === undefined ? '' : `${says} `}Found: ${found.join(', ')}`;
}

/** Who did it: of the kinds of identity one is given, the others are null. */
function actorOf(identity: Fields): Actor | undefined {
  const kinds = ['assumedRole', 'iamUser', 'federatedUser', 'root', 'awsAccount', 'awsService'];
  const given = kinds.map((kind) => fieldsAt(identity, kind)).find((one) => Object.keys(one).length > 0);
  if (given === undefined) return undefined;
  const issuer = fieldsAt(given, 'sessionContext', 'sessionIssuer');
  const name = text(given['userName']) ?? text(issuer['userName']) ?? text(given['invokedBy']);
  const id = text(given['arn']) ?? text(given['principalId']) ?? text(given['accountId']);
  return id === undefined && name === undefined
    ? undefined
    : {
        ...optional('type', text(identity['type'])),
        ...optional('id', id),
        ...optional('name', name),
      };
}

function addressesOf(details: Fields): { type: string; value: string }[] {
  return texts([details['ipAddressV4']]).map((value) => ({ type: 'ip', value }));
}
