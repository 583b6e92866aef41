import type { Observable, Resource } from '../../../model/wire/alert.ts';
import {
  fieldsAt,
  instant,
  isFields,
  list,
  listed,
  named,
  optional,
  text,
  type Fields,
} from '../../read-fields.ts';
import { graded, severityFromGuardduty } from '../../severity-scales.ts';
import { awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/** `UnauthorizedAccess:EC2/SSHBruteForce`: purpose, kind of resource and threat. */
const FINDING_TYPE = /^[A-Za-z]{1,40}:[A-Za-z0-9]{1,40}\/\S/u;

/**
 * A finding of GuardDuty. It has no end of its own; one that was archived is resolved. GuardDuty sends the same finding
 * again, with the same id and a higher count, while it goes on.
 *
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html and
 * https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html (2026-11-21)
 */
export const guarddutyFinding: AwsService = {
  isOwn: ({ document, event }) =>
    severityFromGuardduty(document['severity']) !== undefined &&
    (FINDING_TYPE.test(text(document['type']) ?? '') ||
      event['source'] === 'aws.guardduty' ||
      event['detail-type'] === 'GuardDuty Finding'),
  read: (record) => {
    const { document, event } = record;
    const type = text(document['type']) ?? '';
    const service = fieldsAt(document, 'service');
    const id = text(document['id']);
    const region = regionOf(record);
    const user = fieldsAt(document, 'resource', 'accessKeyDetails');
    const actor = {
      ...optional('name', text(user['userName'])),
      ...optional('id', text(user['principalId'])),
    };
    return {
      type: `aws.guardduty.${type}`,
      status: service['archived'] === true ? 'resolved' : 'firing',
      ...graded(document['severity'], severityFromGuardduty),
      title: text(document['title']) ?? type,
      ...optional('description', text(document['description'])),
      ...optional(
        'event_time',
        instant(service['eventLastSeen']) ?? instant(document['updatedAt']) ?? instant(event['time']),
      ),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `guardduty:${id}` }),
      rule: { id: type, name: type },
      ...listed('resources', resourcesOf(fieldsAt(document, 'resource'), region)),
      ...listed('actors', [
        Object.keys(actor).length > 0 ? { type: text(user['userType']) ?? 'user', ...actor } : undefined,
      ]),
      ...listed('observables', observablesOf(fieldsAt(service, 'action'))),
      ...(id !== undefined &&
        consoleLink(
          region,
          `guardduty/home?region=${region ?? ''}#/findings?macros=current&fId=${encodeURIComponent(id)}`,
        )),
      labels: { ...awsLabels(record), finding_type: type },
    };
  },
};

/** Where each kind of resource keeps its id and name. */
const RESOURCES: [field: string, type: string, id: string, name?: string][] = [
  ['instanceDetails', 'ec2-instance', 'instanceId'],
  ['accessKeyDetails', 'access-key', 'accessKeyId', 'userName'],
  ['eksClusterDetails', 'eks-cluster', 'arn', 'name'],
  ['ecsClusterDetails', 'ecs-cluster', 'arn', 'name'],
  ['lambdaDetails', 'lambda-function', 'functionArn', 'functionName'],
  ['rdsDbInstanceDetails', 'rds-instance', 'dbInstanceArn', 'dbInstanceIdentifier'],
  ['containerDetails', 'container', 'id', 'name'],
];

function resourcesOf(resource: Fields, region: string | undefined): (Resource | undefined)[] {
  const found = RESOURCES.map(([field, type, id, name]) => {
    const fields = fieldsAt(resource, field);
    return named(type, { id: fields[id], name: fields[name ?? ''], region });
  });
  const buckets = list(resource['s3BucketDetails']).map((bucket) => {
    const { arn, name } = fieldsAt(bucket);
    return named('s3-bucket', { id: arn, name });
  });
  return [...found, ...buckets];
}

/** Addresses and domains of the other side, wherever the kind of action keeps them. */
function observablesOf(action: Fields): Observable[] {
  const found = Object.values(action).flatMap((details) => {
    if (!isFields(details)) return [];
    const probes = list(details['portProbeDetails']).map((probe) => fieldsAt(probe, 'remoteIpDetails'));
    const addresses = [fieldsAt(details, 'remoteIpDetails'), ...probes].map(
      (remote) => text(remote['ipAddressV4']) ?? text(remote['ipAddressV6']),
    );
    const domain = { type: 'domain', value: text(details['domain']) };
    return addresses.map((value) => ({ type: 'ip', value })).concat(domain);
  });
  const seen = new Set<string>();
  return found.flatMap(({ type, value }) => {
    if (value === undefined || seen.has(value)) return [];
    seen.add(value);
    return [{ type, value }];
  });
}

/** What GuardDuty's malware protection found in an object of S3. A clean object is information. */
export const malwareScan: AwsService = {
  isOwn: ({ document }) => fieldsAt(document, 'scanResultDetails')['scanResultStatus'] !== undefined,
  read: (record) => {
    const { document, event } = record;
    const result = fieldsAt(document, 'scanResultDetails');
    const outcome = text(result['scanResultStatus']) ?? 'unknown';
    const object = fieldsAt(document, 's3ObjectDetails');
    const path = [text(object['bucketName']), text(object['objectKey'])]
      .filter((part) => part !== undefined)
      .join('/');
    const threats = list(result['threats'])
      .map((threat) => text(fieldsAt(threat)['name']))
      .filter((name) => name !== undefined);
    const infected = outcome === 'THREATS_FOUND';
    return {
      type: 'aws.guardduty.malware-scan',
      severity: infected ? 'high' : outcome === 'NO_THREATS_FOUND' ? 'info' : 'medium',
      severityOriginal: outcome,
      title: infected
        ? `Malware found in ${path}: ${threats.join(', ') || 'unnamed'}`
        : `Malware scan of ${path}: ${outcome.replaceAll('_', ' ').toLowerCase()}`,
      ...optional('event_time', instant(event['time'])),
      ...optional('source_alert_id', text(event['id'])),
      dedup_key: `guardduty:scan:${path}`,
      ...listed('resources', [
        path === '' ? undefined : { type: 's3-object', name: path, ...optional('region', regionOf(record)) },
      ]),
      labels: awsLabels(record),
    };
  },
};
