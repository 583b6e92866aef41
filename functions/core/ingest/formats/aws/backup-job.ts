import type { Severity } from '../../../model/wire/severity.ts';
import { fieldsAt, instant, list, listed, optional, text, type Fields } from '../../read-fields.ts';
import { arnName, awsLabels, consoleLink, regionOf, type AwsRecord, type AwsService } from './aws-record.ts';

const BY_STATE: Record<string, Severity> = {
  FAILED: 'high',
  ERROR: 'high',
  EXPIRED: 'medium',
  PARTIAL: 'medium',
  ABORTED: 'medium',
};

/**
 * A job of AWS Backup, as EventBridge event, or as its text over SNS with the state in the message's attributes. A job that
 * failed fires, every other state is information; a job never starts again under the same id.
 *
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-notifications.html and
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/eventbridge.html
 */
export const backupJob: AwsService = {
  isOwn: (record) => record.event['source'] === 'aws.backup' || attribute(record, 'EventType') !== undefined,
  read: (record) => {
    const { document, event, sns } = record;
    const message = text(document['message']);
    const state =
      attribute(record, 'State') ?? text(document['state']) ?? text(document['status']) ?? 'unknown';
    const kind = attribute(record, 'EventType') ?? text(event['detail-type']) ?? 'job';
    const id = attribute(record, 'Id') ?? jobId(document) ?? text(event['id']) ?? text(sns['MessageId']);
    const arn =
      // A restore names its source only where it is done; before that the event names the recovery point.
      text(document['resourceArn']) ??
      text(document['sourceResourceArn']) ??
      text(list(event['resources'])[0]) ??
      /Resource ARN ?: ?(arn:\S+?)\.?(?:\s|$)/u.exec(message ?? '')?.[1];
    const region = regionOf(record);
    return {
      type: 'aws.backup.job',
      status: 'firing',
      severity: BY_STATE[state.toUpperCase()] ?? 'info',
      severityOriginal: state,
      title: `AWS Backup: ${kind.replaceAll('_', ' ').toLowerCase()} ${state.toLowerCase()}${arn === undefined ? '' : ` for ${arnName(arn)}`}`,
      ...optional('description', message ?? text(document['statusMessage'])),
      ...optional('event_time', instant(event['time']) ?? instant(sns['Timestamp'])),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `backup:${id}` }),
      ...listed('resources', [
        arn === undefined
          ? undefined
          : { ...optional('type', text(document['resourceType'])), id: arn, name: arnName(arn) },
      ]),
      ...consoleLink(region, `backup/home?region=${region ?? ''}#/jobs`),
      labels: { ...awsLabels(record), ...optional('account', attribute(record, 'AccountId')), state },
    };
  },
};

/** Backup's own notifications are text; what they are about stands in attributes. */
function attribute({ document, sns }: AwsRecord, name: string): string | undefined {
  const isBackup = /AWS Backup|backup/u.test(
    `${text(sns['Subject']) ?? ''} ${text(document['message']) ?? ''}`,
  );
  const { Value } = fieldsAt(sns, 'MessageAttributes', name);
  return isBackup ? text(Value) : undefined;
}

function jobId(document: Fields): string | undefined {
  return ['backupJobId', 'copyJobId', 'restoreJobId', 'reportJobId']
    .map((name) => text(document[name]))
    .find((found) => found !== undefined);
}
