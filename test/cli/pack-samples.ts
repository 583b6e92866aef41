import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export type Sample = {
  payload: unknown;
  headers?: Record<string, string>;
  severity: string;
  title: string;
  /** The entry of the pack whose steps its mail has. */
  type: string;
};
const fixture = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8'));

/** GitHub's own examples (`@octokit/webhooks-examples`, MIT). */
function octokit(event: string, action: string): unknown {
  const path = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
  const all = JSON.parse(readFileSync(path, 'utf8')) as { name: string; examples: { action?: string }[] }[];
  return all.find(({ name }) => name === event)?.examples.find((example) => example.action === action);
}

/** Where a version has the fix, Snyk's own step says which one. */
function withoutFix(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload).replaceAll(/,?"nearestFixedInVersion":"[^"]*"/gu, '')) as unknown;
}

/** What a sender of each pack sends, and what a mail is to say of it. */
export const SAMPLES: Record<string, Sample> = {
  guardduty: {
    payload: fixture('formats/aws-event/guardduty'),
    severity: 'MEDIUM',
    title: 'SSH brute force attacks against i-0a1b2c3d4e5f60718',
    type: 'aws.guardduty.UnauthorizedAccess:EC2/SSHBruteForce',
  },
  'security-hub': {
    payload: fixture('formats/aws-event/security-hub'),
    severity: 'HIGH',
    title: 'S3 buckets should block public access',
    type: 'aws.security-hub.*',
  },
  'cloudwatch-alarms': {
    payload: fixture('formats/aws-event/cloudwatch-alarm'),
    severity: 'MEDIUM',
    title: 'checkout-5xx',
    type: 'aws.cloudwatch.alarm',
  },
  'aws-health': {
    payload: fixture('formats/aws-event/health'),
    severity: 'HIGH',
    title: 'AWS_EC2_OPERATIONAL_ISSUE',
    type: 'aws.health.issue',
  },
  github: {
    payload: octokit('code_scanning_alert', 'created'),
    headers: { 'x-github-event': 'code_scanning_alert' },
    severity: 'HIGH',
    title: 'Query built from user-controlled sources',
    type: 'github.code_scanning_alert*',
  },
  snyk: {
    payload: withoutFix(fixture('formats/snyk/project-snapshot')),
    severity: 'HIGH',
    title: 'Prototype Pollution',
    type: 'snyk.vuln',
  },
  sentry: {
    payload: fixture('formats/sentry/issue-created'),
    headers: { 'sentry-hook-resource': 'issue' },
    severity: 'HIGH',
    title: 'TypeError: cart is undefined',
    type: 'sentry.issue*',
  },
  alertmanager: {
    payload: fixture('formats/alertmanager/group'),
    severity: 'CRITICAL',
    title: 'Disk of db-1 is 95 % full',
    type: 'alertmanager.*',
  },
  grafana: {
    payload: fixture('formats/grafana/firing'),
    severity: 'HIGH',
    title: '5 % of checkouts fail',
    type: 'grafana.*',
  },
  falco: {
    payload: fixture('formats/falco/alert'),
    severity: 'MEDIUM',
    title: 'Terminal shell in container',
    type: 'falco.*',
  },
  wazuh: {
    payload: fixture('formats/wazuh/alert'),
    severity: 'MEDIUM',
    title: 'sshd: brute force trying to get access to the system',
    type: 'wazuh.*',
  },
  okta: {
    payload: fixture('formats/okta/two-events'),
    severity: 'MEDIUM',
    title: 'User login to Okta',
    type: 'okta.user.session.start',
  },
};
