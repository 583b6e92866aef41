import { fieldsAt, instant, listed, optional, text } from '../../read-fields.ts';
import { awsLabels, consoleLink, regionOf, type AwsService } from './aws-record.ts';

/**
 * A change of compliance in AWS Config. It has no severity of its own: medium, and so is its end, so that it reaches the same
 * people. Whatever is no longer NON_COMPLIANT is resolved.
 *
 * https://docs.aws.amazon.com/config/latest/developerguide/monitor-config-with-cloudwatchevents.html
 */
export const configCompliance: AwsService = {
  isOwn: ({ document }) =>
    text(document['configRuleName']) !== undefined && document['newEvaluationResult'] !== undefined,
  read: (record) => {
    const { document, event } = record;
    const rule = text(document['configRuleName']) ?? 'unknown rule';
    const result = fieldsAt(document, 'newEvaluationResult');
    const compliance = text(result['complianceType']) ?? 'unknown';
    const resource = text(document['resourceId']);
    const resourceType = text(document['resourceType']);
    const region = regionOf(record);
    const subject = [resourceType, resource].filter((part) => part !== undefined).join(' ');
    const arn = text(document['configRuleARN']);
    return {
      type: 'aws.config.compliance',
      status: compliance === 'NON_COMPLIANT' ? 'firing' : 'resolved',
      severity: 'medium',
      severityOriginal: compliance,
      title: `Config rule ${rule}: ${subject} is ${compliance.replaceAll('_', '-').toLowerCase()}`,
      ...optional('description', text(result['annotation'])),
      ...optional(
        'event_time',
        instant(result['resultRecordedTime']) ??
          instant(document['notificationCreationTime']) ??
          instant(event['time']),
      ),
      ...optional('source_alert_id', arn),
      dedup_key: `config:${arn ?? rule}:${text(document['awsAccountId']) ?? ''}:${region ?? ''}:${subject}`,
      rule: { name: rule, ...optional('id', arn) },
      ...listed('resources', [
        resource === undefined
          ? undefined
          : { ...optional('type', resourceType), id: resource, ...optional('region', region) },
      ]),
      ...consoleLink(
        region,
        `config/home?region=${region ?? ''}#/rules/details?configRuleName=${encodeURIComponent(rule)}`,
      ),
      labels: { ...awsLabels(record), config_rule: rule },
    };
  },
};
