import type { Remediation } from '../../../model/config/remediation.ts';

/** What to do about a kind of alert whose sender gives no steps; `*` is any run of characters. The page is the vendor's own. */
type BuiltInRemediation = Pick<Remediation, 'type' | 'steps' | 'url'>;

const GUARDDUTY = 'https://docs.aws.amazon.com/guardduty/latest/ug';
const GITHUB = 'https://docs.github.com/en/code-security/how-tos/manage-security-alerts';

/** The first that matches counts, so the more exact ones come first. Words of our own; the pages were read on 2026-11-26. */
export const DEFAULT_REMEDIATION: readonly BuiltInRemediation[] = [
  {
    type: 'github.secret_scanning_alert*',
    steps: [
      'Revoke the secret at its issuer and create a new one',
      'Search the logs of its issuer for use by others',
      'Remove it from the repository and close the alert',
    ],
    url: `${GITHUB}/manage-secret-scanning-alerts/resolving-alerts`,
  },
  {
    type: 'github.dependabot_alert*',
    steps: [
      'Find out whether the vulnerable package is reachable in what you run',
      'Update it to a version with the fix, or remove it',
      'Deploy, and check that the alert closes by itself',
    ],
    url: `${GITHUB}/manage-dependabot-alerts/view-dependabot-alerts`,
  },
  {
    type: 'github.repository_vulnerability_alert*',
    steps: [
      'Update the package to a version with the fix',
      'Deploy, and check that the alert closes by itself',
    ],
  },
  {
    type: 'github.code_scanning_alert*',
    steps: [
      'Read the finding at the file and line it names',
      'Correct the code, or dismiss the finding with a reason',
      'Look for the same mistake elsewhere',
    ],
    url: `${GITHUB}/manage-code-scanning-alerts/resolve-alerts`,
  },
  {
    type: 'aws.guardduty.*:IAMUser/*',
    steps: [
      'Ask the owner of the user or role whether it was them',
      'If not: deactivate the access key, and revoke the sessions that are open',
      'Read in CloudTrail what the credentials did since the finding began, and undo it',
      'Issue new credentials, with no more permissions than needed',
    ],
    url: `${GUARDDUTY}/compromised-creds.html`,
  },
  {
    type: 'aws.guardduty.*:EC2/*',
    steps: [
      'Check whether the traffic is expected for this instance',
      'If not: put the instance into a security group without any rule, and leave it running',
      'Take a snapshot of its volumes for the investigation',
      'Replace the instance from a clean image, and the credentials that it held',
    ],
    url: `${GUARDDUTY}/compromised-ec2.html`,
  },
  {
    type: 'aws.guardduty.*:S3/*',
    steps: [
      'Find in CloudTrail who made the calls, and whether they were meant to',
      'If not: take the permission away, and block public access to the bucket',
      'Find out which objects were read or changed',
    ],
    url: `${GUARDDUTY}/compromised-s3.html`,
  },
  {
    type: 'aws.guardduty.*:Kubernetes/*',
    steps: [
      'Find the user or the workload that the finding names',
      'Take its permissions in the cluster away, and isolate its pods',
      'Look for what it created, and change the secrets that it could read',
    ],
    url: `${GUARDDUTY}/guardduty-remediate-kubernetes.html`,
  },
  {
    type: 'aws.guardduty.*:Lambda/*',
    steps: [
      'Check whether the function is meant to speak to that address',
      'If not: set its concurrency to 0, and compare its code with what you deployed',
      'Change the credentials of its role, and what its variables held',
    ],
    url: `${GUARDDUTY}/remediate-lambda-protection-finding-types.html`,
  },
  {
    type: 'aws.guardduty.*:RDS/*',
    steps: [
      'Ask the owner of the database user whether it was them',
      'If not: change the password, and take public access to the database away',
      'Read the audit log for what was queried',
    ],
    url: `${GUARDDUTY}/guardduty-remediate-compromised-database-rds.html`,
  },
  {
    type: 'aws.guardduty.malware-scan',
    steps: [
      'Leave the object alone: do not open it',
      'Find out who put it there, and who read it',
      'Move it to a bucket that nobody else reads, or delete it',
    ],
    url: `${GUARDDUTY}/gdu-malware-protection-s3.html`,
  },
  {
    type: 'aws.guardduty.*',
    steps: [
      'Open the finding, and check whether its activity is expected',
      'If not: isolate the resource that it names, and keep its logs',
      'If it is: add a suppression rule, so that the next one is no alert',
    ],
    url: `${GUARDDUTY}/guardduty_remediate.html`,
  },
  {
    type: 'aws.security-hub.*',
    steps: [
      'Open the finding, and find the owner of the resource',
      'Correct the configuration as the control describes it',
      'Check that the next evaluation passes; set the workflow to suppressed only where the risk is accepted',
    ],
    url: 'https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html',
  },
  {
    type: 'aws.inspector2.package-vulnerability',
    steps: [
      'Update the package to a version with the fix: on the instance, or in the image or function that holds it',
      'Deploy, and check that Inspector closes the finding',
      'Where no fix exists: keep the resource from being reached, or accept the risk by a suppression rule',
    ],
    url: 'https://docs.aws.amazon.com/inspector/latest/user/findings-understanding.html',
  },
  {
    type: 'aws.inspector2.*',
    steps: [
      'Open the finding, and find the owner of the resource',
      'Close the port, or correct the code, that it names',
      'Check that Inspector closes the finding',
    ],
    url: 'https://docs.aws.amazon.com/inspector/latest/user/findings-understanding.html',
  },
  {
    type: 'aws.macie.*',
    steps: [
      'Open the finding, and check what data the object holds',
      'Take public and foreign access to the bucket away',
      'Move or delete what should not be there, and tell whoever is responsible for the data',
    ],
    url: 'https://docs.aws.amazon.com/macie/latest/user/findings.html',
  },
  {
    type: 'aws.access-analyzer.*',
    steps: [
      'Ask the owner of the resource whether the access is meant',
      'If not: change the policy that gives it',
      'If it is: archive the finding, or add an archive rule',
    ],
    url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings-remediate.html',
  },
  {
    type: 'aws.config.*',
    steps: [
      'Open the rule, and find what changed the resource in its timeline',
      'Bring the resource back to what the rule asks for',
      'Evaluate the rule again, and check that it is compliant',
    ],
    url: 'https://docs.aws.amazon.com/config/latest/developerguide/view-manage-resource-console.html',
  },
  {
    type: 'aws.signin.*',
    steps: [
      'Ask whoever may sign in so whether it was them',
      'If not: change the password, end the sessions, and remove access keys that are not yours',
      'Read in CloudTrail what was done after the sign-in',
      'Turn on MFA, and use the root user for nothing else',
    ],
    url: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html',
  },
  {
    type: 'aws.cloudtrail.*',
    steps: [
      'Ask whoever made the call whether it was meant',
      'If not: deactivate the credentials, and undo the change',
      'Read in CloudTrail what else they did',
    ],
    url: 'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html',
  },
  {
    type: 'aws.health.*',
    steps: [
      'Read in the Health Dashboard what is affected, and until when something has to be done',
      'Tell the owners of the resources that it names',
    ],
    url: 'https://docs.aws.amazon.com/health/latest/ug/getting-started-health-dashboard.html',
  },
  {
    type: 'aws.backup.*',
    steps: [
      'Open the job, and read its status message',
      'Correct the cause: mostly a permission, a lock or a resource that is gone',
      'Start a backup by hand, and check that it completes',
    ],
    url: 'https://docs.aws.amazon.com/aws-backup/latest/devguide/troubleshooting.html',
  },
  {
    type: 'aws.ssm.*',
    steps: ['Open the command, and read its output for each node', 'Correct the cause, and run it again'],
    url: 'https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html',
  },
  {
    type: 'aws.budgets.*',
    steps: [
      'Find in Cost Explorer which service and account the cost comes from',
      'Stop what nobody needs; where nobody knows it, look for credentials that others use',
    ],
    url: 'https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html',
  },
  {
    type: 'aws.cost.*',
    steps: [
      'Open the anomaly, and find which service and account the cost comes from',
      'Stop what nobody needs; where nobody knows it, look for credentials that others use',
    ],
    url: 'https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html',
  },
  {
    type: 'threat_alert*',
    steps: [
      'Check whether the address or file is still active',
      'Block it, and isolate the systems that it reached',
      'Change the credentials that were used there',
      'Keep logs and memory for the investigation',
    ],
  },
];
