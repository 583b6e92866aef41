import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Validator } from '@cfworker/json-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACKS } from '../../cli/pack/packs.ts';
import { configurationSchema } from '../../cli/reference/configuration-schema.ts';
import { composeMail } from '../../functions/core/deliver/email/compose/compose-mail.ts';
import { DEFAULT_REMEDIATION } from '../../functions/core/deliver/email/compose/default-remediation.ts';
import { mostExactFirst } from '../../functions/core/model/config/remediation.ts';
import { alertsOf } from '../core/ingest/formats/read-payload.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { run } from './run.ts';

type Sample = {
  payload: unknown;
  headers?: Record<string, string>;
  severity: string;
  title: string;
  /** The entry of the pack whose steps its mail has. */
  type: string;
};
type File = {
  sources: Record<string, Record<string, unknown>>;
  remediation: Record<string, object>;
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
const SAMPLES: Record<string, Sample> = {
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
    title: 'sshd: brute force trying to get access to the system.',
    type: 'wazuh.*',
  },
  okta: {
    payload: fixture('formats/okta/two-events'),
    severity: 'MEDIUM',
    title: 'User login to Okta',
    type: 'okta.user.session.start',
  },
};

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:findings';
const names = PACKS.map(({ name }) => name);
const topicOf = (name: string): string[] =>
  PACKS.find((pack) => pack.name === name)?.awsEvents === undefined ? [] : ['--topic', TOPIC];

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
beforeAll(async () => {
  emulated = await emulatedGateway();
});
afterAll(async () => emulated.close());

async function tocsin(...argv: string[]) {
  return run([...argv, '--data', emulated.data]);
}

it('there is a pack for each of the vendors that most teams have, and a sample for each pack', () => {
  expect(names.toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
});

describe.each(names)('pack %s', (name) => {
  const sample = SAMPLES[name] as Sample;

  it('is a configuration file by the published schema', async () => {
    for (const more of [[], ['--to', 'oncall']]) {
      const { code, stdout } = await tocsin('pack', 'show', name, ...more);
      expect(code).toBe(0);
      expect(new Validator(configurationSchema(), '2020-12').validate(parse(stdout)).errors).toEqual([]);
    }
  });

  it('is enabled once: the plan, the secret, and then nothing more', async () => {
    const first = await tocsin('pack', 'enable', name, ...topicOf(name));
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const plan = first.stdout.indexOf('Plan: ');
    expect(first.stdout.indexOf(`+ source ${name}`)).toBeLessThan(plan);
    const secret = first.stdout.indexOf('Shown this once: the secret');
    expect(secret > plan).toBe(topicOf(name).length === 0);
    expect(first.stdout).toContain('/v1/ingest/src_');
    const again = await tocsin('pack', 'enable', name);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/^No changes\./u);
    expect(again.stdout).not.toContain('secret');
  });

  it('stands in the export, and in the list', async () => {
    const file = parse((await tocsin('pack', 'show', name, ...topicOf(name))).stdout) as File;
    const exported = parse((await tocsin('export')).stdout) as File;
    expect(exported.sources[name]).toMatchObject({ format: file.sources[name]?.['format'] });
    expect(exported.remediation).toMatchObject(file.remediation);
    const { packs } = (await tocsin('pack', 'list', '--json')).json() as { packs: object[] };
    expect(packs).toContainEqual(expect.objectContaining({ name, source: name, state: 'enabled' }));
  });

  it('makes a mail that says what to do, of what its sender sends', async () => {
    const source = await emulated.gateway.config.find('source', name);
    const { readable } = await emulated.gateway.remediation.list();
    const alerts = alertsOf(source?.format ?? '', sample.payload, {
      headers: sample.headers ?? {},
      ...(source && { source }),
    });
    const alert = alerts.find(({ remediation }) => (remediation?.steps ?? []).length === 0);
    if (alert === undefined) throw new Error('every alert of the sample has steps of its own');
    const mail = composeMail({
      alert,
      role: 'it_admin',
      to: 'ana@receiver.example',
      destinationName: 'oncall',
      deliveryId: '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
      messageIdDomain: 'sender.example',
      remediation: mostExactFirst(readable),
    });
    expect(mail.subject).toContain(sample.title);
    expect(mail.subject.toUpperCase()).toContain(sample.severity);
    const { step = [], url = '' } = PACKS.find((pack) => pack.name === name)?.remediation[sample.type] ?? {};
    expect(step.length).toBeGreaterThan(1);
    const text = mail.text.replaceAll(/\s+/gu, ' ');
    for (const one of step) expect(text).toContain(one);
    // Live where mails may link the host; else the reader types it, as any page of an operator's.
    const isText = ['prometheus.io', 'grafana.com', 'falco.org', 'documentation.wazuh.com'].includes(
      new URL(url).hostname,
    );
    expect(mail.html.includes(`href="${url}"`)).toBe(!isText);
    expect(text.includes('More: hxxps[:]//')).toBe(isText);
  });

  it('is more exact than what is built in, and hides nothing of it', () => {
    const own = Object.keys(PACKS.find((pack) => pack.name === name)?.remediation ?? {});
    const hidden = DEFAULT_REMEDIATION.filter(({ type }) =>
      own.some(
        (pattern) => pattern.endsWith('*') && type !== pattern && type.startsWith(pattern.slice(0, -1)),
      ),
    );
    expect(hidden.map(({ type }) => type)).toEqual([]);
  });
});
