import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../../functions/core/model/wire/severity.ts';
import { alertOf } from './read-payload.ts';
import type { Alert } from '../../../../functions/core/model/wire/alert.ts';

type Payload = Record<string, unknown>;
/** GitHub's own examples, by event (`@octokit/webhooks-examples`, MIT). */
const EVENTS = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@octokit/webhooks-examples'), 'utf8'),
) as { name: string; examples: Payload[] }[];

const read = (event: string, payload: Payload): Alert =>
  alertOf('github', payload, { headers: { 'x-github-event': event } });
const examplesOf = (event: string): Payload[] => EVENTS.find(({ name }) => name === event)?.examples ?? [];

describe('github', () => {
  it.each(EVENTS.map(({ name, examples }) => [name, examples] as const))(
    'reads every example of the event %s',
    (name, examples) => {
      expect(examples).not.toEqual([]);
      for (const payload of examples) {
        const alert = read(name, payload);
        expect(alert.type).toBe(`github.${name}`);
        expect(SEVERITIES).toContain(alert.severity);
      }
    },
  );

  it('reads a Dependabot alert with the package, the advisory and the version that fixes it', () => {
    const alerts = examplesOf('dependabot_alert').map((payload) => read('dependabot_alert', payload));
    expect(alerts).not.toEqual([]);
    for (const alert of alerts) {
      expect(alert.title).toMatch(/^Dependabot: /u);
      expect(alert.rule?.id).toMatch(/^GHSA-/u);
      expect(alert.severity_original).toBeDefined();
      expect(alert.dedup_key).toMatch(/^github:.+:dependabot_alert:\d+$/u);
    }
  });

  it.each([
    ['created', 'firing'],
    ['reopened', 'firing'],
    ['fixed', 'resolved'],
    ['dismissed', 'dismissed'],
    ['auto_dismissed', 'dismissed'],
    ['resolved', 'resolved'],
  ])('an alert that was %s is %s', (action, status) => {
    expect(read('dependabot_alert', { action, alert: { number: 1 } })).toMatchObject({ status });
  });

  it('never keeps the secret that was found', () => {
    const payload = {
      action: 'created',
      alert: { number: 1, secret_type: 'aws', secret: 'AKIAIOSFODNN7EXAMPLE' },
    };
    const alert = read('secret_scanning_alert', payload);
    expect(alert).toMatchObject({ severity: 'high', title: 'Secret found: aws' });
    expect(JSON.stringify(alert)).not.toContain('AKIAIOSFODNN7EXAMPLE');
  });

  it.each([
    [{ severity: 'note' }, 'info'],
    [{ severity: 'warning' }, 'medium'],
    [{ severity: 'error' }, 'high'],
    [{ severity: 'error', security_severity_level: 'critical' }, 'critical'],
    [{ severity: 'warning', security_severity_level: 'low' }, 'low'],
  ])('maps a code scanning rule %j to %s', (rule, severity) => {
    expect(read('code_scanning_alert', { alert: { rule: { id: 'r', ...rule } } })).toMatchObject({
      severity,
    });
  });
});

describe('an event of GitHub that is no alert', () => {
  const around = (event: string): object => ({ headers: { 'x-github-event': event } });
  const place = { repository: { full_name: 'acme/api' }, sender: { login: 'alice' } };
  const read = (event: string, body: object) => alertOf('github', { ...place, ...body }, around(event));

  it.each<[string, object, string]>([
    [
      'organization',
      {
        action: 'member_removed',
        membership: { user: { login: 'bob' } },
        organization: { id: 1, login: 'acme' },
      },
      'GitHub: organization member removed: bob in acme/api',
    ],
    [
      'check_run',
      { action: 'completed', check_run: { name: 'tests', conclusion: 'failure' } },
      'GitHub: check run completed failure: tests in acme/api',
    ],
    [
      'deployment_status',
      { action: 'created', deployment_status: { state: 'error', environment: 'prod' } },
      'GitHub: deployment status created error: prod in acme/api',
    ],
    [
      'personal_access_token_request',
      {
        action: 'created',
        personal_access_token_request: { id: 2, owner: { login: 'bob' }, token_name: 'ci' },
        repository: undefined,
        organization: { login: 'acme' },
      },
      'GitHub: personal access token request created: ci of bob in acme',
    ],
    ['fork', { forkee: { full_name: 'eve/api' } }, 'GitHub: fork: eve/api in acme/api'],
    ['novel_event', { action: 'began', novel_event: { id: 3 } }, 'GitHub: novel event began in acme/api'],
  ])('%s says what happened, to whom and where', (event, body, title) => {
    expect(read(event, body)).toMatchObject({ title, severity: 'info', status: 'firing' });
  });

  it('is another one for another person, thing or action', () => {
    const member = (action: string, login: string) =>
      read('organization', {
        action,
        organization: { id: 1, login: 'acme' },
        membership: { user: { login } },
      });
    const key = (id: number) => read('deploy_key', { action: 'created', key: { id, title: 'ci' } });
    const alerts = [
      member('member_removed', 'bob'),
      member('member_removed', 'eve'),
      member('member_added', 'bob'),
      key(1),
      key(2),
    ];
    expect(new Set(alerts.map((alert) => alert.dedup_key)).size).toBe(alerts.length);
    expect(key(1).dedup_key).toBe(key(1).dedup_key);
  });
});
