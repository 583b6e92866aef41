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
