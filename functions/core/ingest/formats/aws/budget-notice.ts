import { AWS_GLOBAL_PAGES } from '../../../model/config/aws-partition.ts';
import { fieldsAt, instant, list, optional, text, webUrl } from '../../read-fields.ts';
import { awsLabels, type AwsService } from './aws-record.ts';

/**
 * A notice of AWS Budgets, which is text over SNS. It has no severity: medium.
 *
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 */
export const budgetNotice: AwsService = {
  isOwn: ({ document, sns }) =>
    /^AWS Budgets?\b/u.test(text(sns['Subject']) ?? '') ||
    /^AWS Budget Notification\b/u.test(text(document['message']) ?? ''),
  read: (record) => {
    const { document, sns } = record;
    const message = text(document['message']) ?? '';
    const account = /AWS Account (\d{12})/u.exec(message)?.[1];
    const budget =
      /associated with your (.{1,100}?) budget/u.exec(message)?.[1] ??
      /^AWS Budgets?: (.{1,100}?) has exceeded/u.exec(text(sns['Subject']) ?? '')?.[1];
    return {
      type: 'aws.budgets.notice',
      severity: 'medium',
      title: text(sns['Subject']) ?? message.split('\n', 1)[0] ?? 'AWS Budgets',
      description: message,
      ...optional('event_time', instant(sns['Timestamp'])),
      ...optional('source_alert_id', text(sns['MessageId'])),
      ...(budget !== undefined && {
        dedup_key: `budgets:${account ?? ''}:${budget}`,
        rule: { name: budget },
      }),
      links: [{ rel: 'console', url: AWS_GLOBAL_PAGES.billing }],
      labels: { ...awsLabels(record), ...optional('account', account), ...optional('budget', budget) },
    };
  },
};

/**
 * An anomaly of AWS Cost Anomaly Detection.
 *
 * https://docs.aws.amazon.com/cost-management/latest/userguide/cad-eventbridge.html
 */
export const costAnomaly: AwsService = {
  isOwn: ({ document }) => text(document['anomalyId']) !== undefined && document['impact'] !== undefined,
  read: (record) => {
    const { document, event } = record;
    const id = text(document['anomalyId']) ?? '';
    const impact = text(fieldsAt(document, 'impact')['totalImpact']);
    const service =
      text(fieldsAt(list(document['rootCauses'])[0])['service']) ?? text(document['dimensionalValue']);
    const url = webUrl(document['anomalyDetailsLink']);
    return {
      type: 'aws.cost.anomaly',
      severity: 'medium',
      title: `Cost anomaly${service === undefined ? '' : ` in ${service}`}${impact === undefined ? '' : `: ${impact} USD`}`,
      ...optional('event_time', instant(document['anomalyEndDate']) ?? instant(event['time'])),
      source_alert_id: id,
      dedup_key: `cost-anomaly:${id}`,
      ...(url !== undefined && { links: [{ rel: 'console', url }] }),
      labels: awsLabels(record),
    };
  },
};
