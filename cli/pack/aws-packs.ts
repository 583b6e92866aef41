import type { Pack } from './pack.ts';

const DOCS = 'https://docs.aws.amazon.com';
const GUARDDUTY = `${DOCS}/guardduty/latest/ug`;
/** Weeks without a finding are good news. */
const QUIET = { no_data_alarm: 'off' };

/**
 * Words of our own. GuardDuty's pages were looked up on 2026-11-27; of the others it was looked up that day that public
 * documentation links to them. What stands here is more exact than what is built in.
 */
export const AWS_PACKS: readonly Pack[] = [
  {
    name: 'guardduty',
    summary: 'Amazon GuardDuty: threats to instances, credentials, buckets',
    page: 'guardduty',
    awsEvents: 'guardduty',
    source: { format: 'guardduty', auth: 'sns', ...QUIET },
    remediation: {
      'aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce': {
        step: [
          'Find the instance in the EC2 console, and its security group',
          'Close port 22 to the internet: allow your own addresses only, or use Session Manager in its place',
          'Read in the log of the instance whether a sign-in succeeded: /var/log/secure or /var/log/auth.log',
          'If one did: isolate the instance, take a snapshot of its volumes, and replace it from a clean image',
        ],
        url: `${GUARDDUTY}/compromised-ec2.html`,
      },
      'aws.guardduty.UnauthorizedAccess:EC2/RDPBruteForce': {
        step: [
          'Find the instance in the EC2 console, and its security group',
          'Close port 3389 to the internet: allow your own addresses only, or use Fleet Manager in its place',
          'Read in the security log of Windows whether a sign-in succeeded: event 4624 after many of 4625',
          'If one did: isolate the instance, take a snapshot of its volumes, and replace it from a clean image',
        ],
        url: `${GUARDDUTY}/compromised-ec2.html`,
      },
      'aws.guardduty.CryptoCurrency:EC2/*': {
        step: [
          'Ask the owner whether the instance is meant to mine; it hardly ever is',
          'Put the instance into a security group without any rule, and take a snapshot of its volumes',
          'Find out how the miner came in: open ports, an old version, a leaked key',
          'Replace the instance from a clean image, and change the credentials that it held',
          'Look into Cost Explorer for instances that nobody of you started, in every region',
        ],
        url: `${GUARDDUTY}/compromised-ec2.html`,
      },
      'aws.guardduty.Policy:IAMUser/RootCredentialUsage': {
        step: [
          'Ask whoever holds the root user whether it was them, and what for',
          'If not: change its password, remove its access keys, and end its sessions',
          'Check that MFA is on, and that the mail address and phone number of the account are yours',
          'Do what it was used for by a role the next time',
        ],
        url: `${DOCS}/IAM/latest/UserGuide/root-user-best-practices.html`,
      },
      'aws.guardduty.Policy:S3/*': {
        step: [
          'Ask the owner of the bucket whether the change was meant',
          'If not: turn Block Public Access on, for the bucket or the whole account',
          'Find in CloudTrail who changed it, and whether objects were read in between',
        ],
        url: `${GUARDDUTY}/compromised-s3.html`,
      },
    },
  },
  {
    name: 'security-hub',
    summary: 'AWS Security Hub: findings of controls and of other services',
    page: 'security-hub',
    awsEvents: 'security-hub',
    source: { format: 'security-hub', auth: 'sns', ...QUIET },
    remediation: {
      'aws.security-hub.*': {
        step: [
          'Open the finding in Security Hub, and find the owner of the resource by its account and tags',
          'Correct the resource as the page of the control describes it; where it is made by code, correct the code',
          'Wait for the next evaluation, within a day, and check that it passes',
          'Where the risk is accepted: set the workflow to suppressed, with a note of who accepted it and until when',
        ],
        url: `${DOCS}/securityhub/latest/userguide/securityhub-controls-reference.html`,
      },
    },
  },
  {
    name: 'cloudwatch-alarms',
    summary: 'Amazon CloudWatch: alarms that go off, and that are over',
    page: 'cloudwatch-alarm',
    awsEvents: 'cloudwatch-alarm',
    source: { format: 'cloudwatch-alarm', auth: 'sns', ...QUIET },
    remediation: {
      'aws.cloudwatch.alarm': {
        step: [
          'Open the alarm in CloudWatch, and see since when its metric is beyond the threshold',
          'Compare that time with deployments, changes of configuration, and events in the Health Dashboard',
          'Read the logs of the resource around that time, and correct the cause or roll the change back',
          'Check that the alarm goes back to OK by itself; where it goes off for nothing, change its threshold or period',
        ],
        url: `${DOCS}/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html`,
      },
    },
  },
  {
    name: 'aws-health',
    summary: 'AWS Health: outages, planned changes and notices for your accounts',
    page: 'aws-event',
    awsEvents: 'health',
    source: { format: 'aws-event', auth: 'sns', ...QUIET },
    remediation: {
      'aws.health.issue': {
        step: [
          'Read in the Health Dashboard which service and region is affected, and which of your resources',
          'Tell the owners of these resources, and whoever answers your customers',
          'Where you can: move the work to another zone or region; change nothing else while it lasts',
          'When it is over: check what failed meanwhile, and run it again',
        ],
        url: `${DOCS}/health/latest/ug/getting-started-health-dashboard.html`,
      },
      'aws.health.scheduledChange': {
        step: [
          'Read in the Health Dashboard what changes, and on which day',
          'Find the owner of each resource that it names, and agree who acts and by when',
          'Restart, replace or upgrade before that day, at a time that suits you',
        ],
        url: `${DOCS}/health/latest/ug/getting-started-health-dashboard.html`,
      },
      'aws.health.accountNotification': {
        step: [
          'Read the notice in the Health Dashboard, and whether it asks for something by a day',
          'Hand it to the owner of the account or of the service that it names',
        ],
        url: `${DOCS}/health/latest/ug/getting-started-health-dashboard.html`,
      },
    },
  },
];
