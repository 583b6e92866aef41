import { describe, expect, test } from 'vitest';
import { remediationSteps } from '../../../../../functions/core/deliver/email/compose/remediation-steps.ts';
import { aMail, anAlert, anAlertWithout } from './an-alert.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { parsedHtml } from './parsed-html.ts';

const steps = (...args: Parameters<typeof remediationSteps>) =>
  remediationSteps(...args).steps.map(({ words, link }) =>
    link === undefined ? words : `${words} <${link.url}>`,
  );
const TABLE = [
  { type: 'threat_alert', steps: ['Call the desk'] },
  { type: 'posture.*', steps: ['Open the posture board'] },
];

test("the alert's own steps come before the table", () => {
  expect(remediationSteps(anAlert(), TABLE).summary).toBe('Isolate the host.');
  expect(steps(anAlert(), TABLE)).toEqual([
    'Unplug it',
    'Image it',
    'More at the sender: hxxps[:]//runbook[.]example/c2',
  ]);
});

test("without steps of its own, the operator's table comes before the built-in one", () => {
  expect(steps(anAlertWithout('remediation', 'links'), TABLE)).toEqual(['Call the desk']);
  expect(steps(anAlertWithout('remediation', 'links'))[0]).toMatch(/^Check whether/);
});

test.each([
  ['posture.disk', 'Open the posture board'],
  ['posture.', 'Open the posture board'],
  ['posture', undefined],
  ['github.secret_scanning_alert', 'Revoke the secret at its issuer and create a new one'],
])('a type %s finds "%s"', (type, step) => {
  const alert = { ...anAlertWithout('remediation', 'links'), type };
  expect(steps(alert, TABLE)[0]).toBe(step);
});

test("for an unknown type the sender's link is the step, and no link", () => {
  const alert = { ...anAlertWithout('remediation'), type: 'unheard-of' };
  expect(steps(alert)).toEqual(['See at the sender: hxxps[:]//edr[.]example/alerts/77']);
});

describe("the operator's page", () => {
  const table = [{ type: 'posture.*', steps: ['Open the board'], url: 'https://wiki.example.com/board' }];

  test("is told as text, in the place of the sender's", () => {
    const alert = { ...anAlertWithout('remediation'), type: 'posture.disk' };
    expect(steps(alert, table)).toEqual(['Open the board', 'More: hxxps[:]//wiki[.]example[.]com/board']);
  });

  test('is left out where the alert brings steps of its own', () => {
    const alert = { ...anAlert(), type: 'posture.disk' };
    expect(steps(alert, table).join()).not.toContain('wiki');
  });
});

describe('an alert of AWS without steps of its own', () => {
  test.each([
    ['aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce', 'compromised-ec2'],
    ['aws.guardduty.Stealth:IAMUser/CloudTrailLoggingDisabled', 'compromised-creds'],
    ['aws.guardduty.Exfiltration:S3/AnomalousBehavior', 'compromised-s3'],
    ['aws.guardduty.PrivilegeEscalation:Kubernetes/PrivilegedContainer', 'kubernetes'],
    ['aws.guardduty.Backdoor:Runtime/C&CActivity.B', 'guardduty_remediate'],
    ['aws.guardduty.malware-scan', 'malware-protection-s3'],
    ['aws.security-hub.security-hub', 'securityhub'],
    ['aws.inspector2.package-vulnerability', 'inspector'],
    ['aws.macie.SensitiveData:S3Object/Credentials', 'macie'],
    ['aws.access-analyzer.public-access', 'access-analyzer'],
    ['aws.config.compliance', 'config'],
    ['aws.signin.console-login', 'root-user'],
    ['aws.cloudtrail.iam.CreateAccessKey', 'cloudtrail'],
    ['aws.health.issue', 'health'],
    ['aws.backup.job', 'backup'],
    ['aws.ssm.command', 'systems-manager'],
    ['aws.budgets.notice', 'budgets'],
    ['aws.cost.anomaly', 'manage-ad'],
  ])('of type %s has steps, and the page of AWS about them', (type, page) => {
    const told = steps({ ...anAlertWithout('remediation', 'links'), type });
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toMatch(new RegExp(`^More <https://docs\\.aws\\.amazon\\.com/.*${page}`));
  });
});

test.each(HOSTILE_STRINGS)("a step of the operator's table, %j, is text in every mail", (step) => {
  const table = [{ type: 'posture.*', steps: [step] }];
  const alert = { ...anAlertWithout('remediation', 'links'), type: 'posture.disk' };
  const harmless = parsedHtml(aMail({ alert, remediation: [{ type: 'posture.*', steps: ['x'] }] }).html);
  const mail = parsedHtml(aMail({ alert, remediation: table }).html);
  expect(mail.elements.filter((element) => element !== 'br')).toEqual(
    harmless.elements.filter((element) => element !== 'br'),
  );
});
