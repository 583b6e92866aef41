import type { Severity } from '../../../model/wire/severity.ts';
import { fieldsAt, instant, listed, named, optional, text, type Fields } from '../../read-fields.ts';
import { arnName, awsLabels, consoleLink, type AwsService } from './aws-record.ts';

/** Calls that end what watches an account, or open it to others. */
const GRAVE_CALLS = new Set([
  'DeleteTrail',
  'StopLogging',
  'DeleteDetector',
  'DisableSecurityHub',
  'DeleteConfigurationRecorder',
  'StopConfigurationRecorder',
  'DeleteFlowLogs',
  'DisableKey',
  'ScheduleKeyDeletion',
  'LeaveOrganization',
]);

/**
 * What CloudTrail recorded: a sign-in, or a call of an API. Each is a condition of its own, over when it happened.
 *
 * CloudTrail gives no severity. A sign-in of the root user is high, without a second factor critical; a sign-in that fails is
 * medium, any other information. A call that ends what watches the account is high; others get the source's default.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
 */
export const cloudtrailEvent: AwsService = {
  isOwn: ({ document }) =>
    text(document['eventName']) !== undefined &&
    text(document['eventSource']) !== undefined &&
    document['userIdentity'] !== undefined,
  read: (record) => {
    const { document, event } = record;
    const identity = fieldsAt(document, 'userIdentity');
    const name = text(document['eventName']) ?? '';
    const id = text(document['eventID']) ?? text(event['id']);
    const who = nameOf(identity);
    const outcome = outcomeOf(document);
    const address = text(document['sourceIPAddress']);
    const isSignIn = name === 'ConsoleLogin';
    const withoutMfa = fieldsAt(document, 'additionalEventData')['MFAUsed'] === 'No';
    const service = (text(document['eventSource']) ?? '').replace(/\.amazonaws\.com$/u, '');
    const region = text(document['awsRegion']);
    const account = text(identity['accountId']) ?? text(event['account']);
    return {
      type: isSignIn ? 'aws.signin.console-login' : `aws.cloudtrail.${service}.${name}`,
      status: 'firing',
      ...optional('severity', isSignIn ? signInSeverity(identity, outcome, withoutMfa) : callSeverity(name)),
      title: isSignIn
        ? `Console sign-in of ${who}${outcome === 'Failure' ? ' failed' : ''}${withoutMfa ? ' without MFA' : ''}${account === undefined ? '' : ` in account ${account}`}`
        : `${name} (${service}) by ${who}${outcome === undefined ? '' : `: ${outcome}`}`,
      ...optional('description', text(document['errorMessage'])),
      ...optional('event_time', instant(document['eventTime']) ?? instant(event['time'])),
      ...optional('source_alert_id', id),
      ...(id !== undefined && { dedup_key: `cloudtrail:${id}` }),
      rule: { id: name },
      ...listed('actors', [
        named(text(identity['type']), { id: identity['arn'] ?? identity['principalId'], name: who }),
      ]),
      // Calls that a service makes have its name where an address would stand.
      ...listed('observables', [
        address !== undefined && /^[\d.]+$|:/u.test(address) ? { type: 'ip', value: address } : undefined,
      ]),
      ...(id !== undefined &&
        consoleLink(region, `cloudtrailv2/home?region=${region ?? ''}#/events/${encodeURIComponent(id)}`)),
      labels: {
        ...awsLabels(record),
        ...optional('account', account),
        ...optional('user', who),
        event_name: name,
      },
    };
  },
};

function nameOf(identity: Fields): string {
  if (identity['type'] === 'Root') return 'the root user';
  const arn = text(identity['arn']);
  return (
    text(identity['userName']) ??
    (arn === undefined ? undefined : arnName(arn)) ??
    text(identity['invokedBy']) ??
    text(identity['principalId']) ??
    'somebody unknown'
  );
}

function outcomeOf(document: Fields): string | undefined {
  return text(fieldsAt(document, 'responseElements')['ConsoleLogin']) ?? text(document['errorCode']);
}

function signInSeverity(identity: Fields, outcome: string | undefined, withoutMfa: boolean): Severity {
  if (identity['type'] === 'Root') return withoutMfa && outcome === 'Success' ? 'critical' : 'high';
  return outcome === 'Failure' ? 'medium' : 'info';
}

function callSeverity(name: string): Severity | undefined {
  return GRAVE_CALLS.has(name) ? 'high' : undefined;
}
