import type { AwsEvents } from '../model/config/aws-events.ts';

const BACKUP_FAILURES = ['ABORTED', 'EXPIRED', 'FAILED', 'PARTIAL'];

/**
 * What the rules of the AWS door let in, by the word of the option `awsEvents`.
 *
 * Sources and detail types are those that EventBridge lists for each service
 * (https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-guardduty.html and its neighbours, 2026-11-27). They are written
 * out: CloudTrail's calls of a service's API come under the same source. What resolves a finding is let in as its firing is;
 * jobs that went well and scans that found nothing are not.
 */
export const AWS_EVENT_PATTERNS: Readonly<Record<AwsEvents, (own: { namePrefix: string }) => object>> = {
  guardduty: () => ({
    source: ['aws.guardduty'],
    $or: [
      { 'detail-type': ['GuardDuty Finding'] },
      {
        // Told for every object that is scanned.
        'detail-type': ['GuardDuty Malware Protection Object Scan Result'],
        detail: { scanResultDetails: { scanResultStatus: ['THREATS_FOUND'] } },
      },
    ],
  }),
  'security-hub': () => ({
    source: ['aws.securityhub'],
    'detail-type': [
      'Security Hub Findings - Imported',
      'Security Hub Findings - Custom Action',
      'Findings Imported V2',
    ],
  }),
  inspector: () => ({ source: ['aws.inspector2'], 'detail-type': ['Inspector2 Finding'] }),
  macie: () => ({ source: ['aws.macie'], 'detail-type': ['Macie Finding'] }),
  health: () => ({ source: ['aws.health'], 'detail-type': ['AWS Health Event', 'AWS Health Abuse Event'] }),
  config: () => ({ source: ['aws.config'], 'detail-type': ['Config Rules Compliance Change'] }),
  'access-analyzer': () => ({
    source: ['aws.access-analyzer'],
    // The fourth is `Access Preview State Change`: of access that nobody has yet.
    'detail-type': [
      'Access Analyzer Finding',
      'Internal Access Finding',
      'Unused Access Finding for IAM entities',
    ],
  }),
  'cloudwatch-alarm': ({ namePrefix }) => ({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    // The gateway's own alarms go to the operator topic: it must not be the only one to tell of its own failure.
    detail: { alarmName: [{ 'anything-but': { prefix: `${namePrefix}-` } }] },
  }),
  backup: () => ({
    source: ['aws.backup'],
    'detail-type': ['Backup Job State Change', 'Copy Job State Change', 'Restore Job State Change'],
    // A restore says `status` in its events, and `state` in the first of them.
    detail: { $or: [{ state: BACKUP_FAILURES }, { status: BACKUP_FAILURES }] },
  }),
  'root-login': () => ({
    source: ['aws.signin'],
    'detail-type': ['AWS Console Sign In via CloudTrail'],
    detail: { userIdentity: { type: ['Root'] } },
  }),
};
