import { AWS_GLOBAL_PAGES } from '../../../model/config/aws-partition.ts';
import type { Severity } from '../../../model/wire/severity.ts';
import { fieldsAt, instant, list, listed, named, optional, text, type Fields } from '../../read-fields.ts';
import { accountOf, arnName, awsLabels, regionOf, type AwsService } from './aws-record.ts';

/** AWS gives a category and no severity. */
const BY_CATEGORY: Record<string, Severity> = {
  issue: 'high',
  investigation: 'medium',
  scheduledChange: 'medium',
  accountNotification: 'low',
};
/** Event types that are about an attack, whatever their category. */
const CRITICAL_TYPES = /CREDENTIALS_EXPOSED|COMPROMISE|IAM_QUARANTINE|ABUSE_/u;

/**
 * An event of AWS Health. It is over when its status is closed or it has an end in the past.
 *
 * https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
 */
export const healthEvent: AwsService = {
  isOwn: ({ document, event }) =>
    event['source'] === 'aws.health' ||
    (text(document['eventTypeCode']) !== undefined && document['eventTypeCategory'] !== undefined),
  read: (record) => {
    const { document, event } = record;
    const code = text(document['eventTypeCode']) ?? text(event['detail-type']) ?? 'event';
    const arn = text(document['eventArn']);
    const service = text(document['service']);
    const category = text(document['eventTypeCategory']);
    const account = accountOf(record) ?? '';
    const [description] = list(document['eventDescription']);
    const entities = list(document['affectedEntities']).map((entity) =>
      text(fieldsAt(entity)['entityValue']),
    );
    const names = entities.length === 0 ? list(event['resources']).map(text) : entities;
    return {
      type: `aws.health.${category ?? 'event'}`,
      status: isOver(document, event) ? 'resolved' : 'firing',
      ...(CRITICAL_TYPES.test(code)
        ? { severity: 'critical' as const }
        : optional('severity', BY_CATEGORY[category ?? ''])),
      ...optional('severityOriginal', category),
      title: `AWS Health: ${code}${names[0] === undefined ? '' : ` (${arnName(names[0])}${names.length > 1 ? ` and ${String(names.length - 1)} more` : ''})`}`,
      ...optional('description', text(fieldsAt(description)['latestDescription'])),
      ...optional('event_time', instant(document['startTime']) ?? instant(event['time'])),
      ...optional('source_alert_id', arn),
      dedup_key: `health:${arn ?? code}:${account}`,
      rule: { id: code },
      ...listed(
        'resources',
        names.map((name) => named(service, { id: name, region: regionOf(record) })),
      ),
      ...(arn !== undefined && {
        links: [
          {
            rel: 'console',
            url: `${AWS_GLOBAL_PAGES.health}?eventID=${encodeURIComponent(arn)}`,
          },
        ],
      }),
      labels: { ...awsLabels(record), ...optional('service', service), ...optional('category', category) },
    };
  },
};

function isOver(document: Fields, event: Fields): boolean {
  const end = instant(document['endTime']);
  const sentAt = instant(event['time']);
  return (
    text(document['statusCode'])?.toLowerCase() === 'closed' ||
    (document['eventTypeCategory'] === 'issue' &&
      document['statusCode'] === undefined &&
      end !== undefined &&
      sentAt !== undefined &&
      end <= sentAt)
  );
}
