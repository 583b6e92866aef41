import type { Fields } from '../../read-fields.ts';
import { keepUnread } from '../../keep-unread.ts';
import type { AlertDraft } from '../format.ts';
import { readOcsf } from '../ocsf.ts';
import { accessAnalyzerFinding } from './access-analyzer-finding.ts';
import { asffFinding } from './asff-finding.ts';
import { awsLabels, awsRecord, consoleLink, type AwsService } from './aws-record.ts';
import { backupJob } from './backup-job.ts';
import { budgetNotice, costAnomaly } from './budget-notice.ts';
import { cloudtrailEvent } from './cloudtrail-event.ts';
import { cloudwatchAlarmState } from './cloudwatch-alarm-state.ts';
import { configCompliance } from './config-compliance.ts';
import { guarddutyFinding, malwareScan } from './guardduty-finding.ts';
import { healthEvent } from './health-event.ts';
import { inspectorFinding } from './inspector-finding.ts';
import { macieFinding } from './macie-finding.ts';
import { readOtherEvent, readSubscription } from './other-event.ts';
import { ssmCommand } from './ssm-command.ts';

/**
 * A finding in OCSF, from Security Hub v2, whose findings name no page of their own: the link opens its console.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/exposure-findings-review-details.html (2026-11-27)
 */
const ocsfFinding: AwsService = {
  isOwn: ({ document }) => document['finding_info'] !== undefined && document['class_uid'] !== undefined,
  read: (record) => {
    const draft = readOcsf(record.document);
    const labels = { ...awsLabels(record), ...draft.labels };
    const region = labels['region'];
    return {
      ...consoleLink(region, `securityhub/v2/home?region=${region ?? ''}`),
      ...draft,
      labels,
    };
  },
};

/** The first that knows a record for its own reads it; the surest marks come first. */
const SERVICES: readonly AwsService[] = [
  ocsfFinding,
  asffFinding,
  malwareScan,
  cloudwatchAlarmState,
  inspectorFinding,
  macieFinding,
  accessAnalyzerFinding,
  configCompliance,
  healthEvent,
  cloudtrailEvent,
  ssmCommand,
  backupJob,
  budgetNotice,
  costAnomaly,
  guarddutyFinding,
];

/**
 * What any service of AWS tells, whichever preset it came to: people put several services on one topic or rule.
 *
 * What the service's reader did not take of its document is at the top of the details, as the service names it.
 */
export function readAws(record: Fields): AlertDraft {
  const parts = awsRecord(record);
  const kind = parts.sns['Type'];
  if (kind === 'SubscriptionConfirmation' || kind === 'UnsubscribeConfirmation') {
    return readSubscription(parts.sns);
  }
  const service = SERVICES.find(({ isOwn }) => isOwn(parts));
  return keepUnread(parts.document, service?.read(parts) ?? readOtherEvent(parts));
}
