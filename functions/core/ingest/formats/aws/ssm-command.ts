import type { Severity } from '../../../model/wire/severity.ts';
import { instant, listed, optional, text, type Fields } from '../../read-fields.ts';
import { awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

const BY_STATUS: Record<string, Severity> = {
  Failed: 'high',
  TimedOut: 'high',
  DeliveryTimedOut: 'high',
  ExecutionTimedOut: 'high',
  Undeliverable: 'high',
  Cancelled: 'medium',
  Terminated: 'medium',
};

/**
 * A command of Systems Manager, as EventBridge has it (`command-id`) and as its own notifications do (`commandId`). What did
 * not succeed fires; Success resolves the same command at the same instance; the rest is information.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-sns-examples.html
 */
export const ssmCommand: AwsService = {
  isOwn: ({ document }) => commandOf(document) !== undefined && text(document['status']) !== undefined,
  read: (record) => {
    const { document, event } = record;
    const command = commandOf(document) ?? '';
    const name = text(document['documentName']) ?? text(document['document-name']) ?? 'command';
    const instance = text(document['instanceId']) ?? text(document['instance-id']);
    const status = text(document['detailedStatus']) ?? text(document['status']) ?? 'unknown';
    const region = regionOf(record);
    const isDone = status === 'Success';
    return {
      type: 'aws.ssm.command',
      status: isDone ? 'resolved' : 'firing',
      severity: BY_STATUS[status.replaceAll(' ', '')] ?? (isDone ? 'high' : 'info'),
      severityOriginal: status,
      title: `SSM command ${name} ${words(status)}${instance === undefined ? '' : ` on ${instance}`}`,
      ...optional(
        'event_time',
        instant(document['eventTime']) ?? instant(event['time']) ?? instant(document['requestedDateTime']),
      ),
      source_alert_id: command,
      dedup_key: `ssm:${command}:${instance ?? ''}`,
      rule: { name },
      ...listed('resources', [
        instance === undefined
          ? undefined
          : { type: 'instance', id: instance, ...optional('region', region) },
      ]),
      ...consoleLink(
        region,
        `systems-manager/run-command/${encodeURIComponent(command)}?region=${region ?? ''}`,
      ),
      labels: { ...awsLabels(record), document: name },
    };
  },
};

function commandOf(document: Fields): string | undefined {
  return text(document['commandId']) ?? text(document['command-id']);
}

/** `TimedOut` → `timed out`. */
function words(status: string): string {
  return status.replaceAll(/([a-z])([A-Z])/gu, '$1 $2').toLowerCase();
}
