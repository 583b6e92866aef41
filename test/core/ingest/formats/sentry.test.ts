import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

const read = (name: string, resource: string) =>
  alertOf('sentry', fixture(`sentry/${name}.json`), { headers: { 'sentry-hook-resource': resource } });

describe('sentry', () => {
  it('reads an issue, and knows it again when it is resolved', () => {
    const created = read('issue-created', 'issue');
    expect(created).toMatchObject({
      type: 'sentry.issue',
      status: 'firing',
      severity: 'high',
      severity_original: 'error',
      title: 'TypeError: cart is undefined',
      event_time: '2026-03-02T08:15:30.000Z',
      dedup_key: 'sentry:issue:1170820242',
      resources: [{ type: 'project', name: 'shop' }],
      links: [{ rel: 'console', url: 'https://sentry.io/organizations/example/issues/1170820242/' }],
    });
    expect(read('issue-resolved', 'issue')).toMatchObject({
      status: 'resolved',
      severity: 'high',
      dedup_key: created.dedup_key,
      actors: [{ type: 'user', id: '789', name: 'alice' }],
    });
  });

  it('reads an issue alert under the key of its issue, and drops what the program and its users held', () => {
    const alert = read('event-alert', 'event_alert');
    expect(alert).toMatchObject({
      severity: 'critical',
      dedup_key: 'sentry:issue:1170820242',
      rule: { name: 'Anything fatal' },
      environment: 'production',
      details: { tags: { browser: 'Firefox 140' }, dsn: '[removed]' },
    });
    const json = JSON.stringify(alert);
    for (const secret of ['0123456789abcdef', 'token-of-a-customer', 'example-session', 'hunter2']) {
      expect(json).not.toContain(secret);
    }
  });

  it('resolves a metric alert with the severity that it can have fired with', () => {
    const [critical, resolved] = ['critical', 'resolved'].map((name) =>
      read(`metric-alert-${name}`, 'metric_alert'),
    );
    expect(critical).toMatchObject({
      status: 'firing',
      severity: 'critical',
      title: 'Critical: Too many errors',
    });
    expect(resolved).toMatchObject({
      status: 'resolved',
      severity: 'critical',
      severity_original: 'resolved',
      dedup_key: critical?.dedup_key,
      event_time: '2026-03-02T08:30:00.000Z',
    });
  });

  it.each([
    ['debug', 'info'],
    ['info', 'info'],
    ['warning', 'medium'],
    ['error', 'high'],
    ['fatal', 'critical'],
    ['sample', 'medium'],
  ])('maps the level %s to %s', (level, severity) => {
    expect(alertOf('sentry', { data: { issue: { title: 'a', level } } })).toMatchObject({
      severity,
      severity_original: level,
    });
  });

  it('makes an info alert of anything else that Sentry sends', () => {
    expect(
      alertOf(
        'sentry',
        { action: 'created', data: { installation: {} } },
        { headers: { 'sentry-hook-resource': 'installation' } },
      ),
    ).toMatchObject({
      severity: 'info',
      title: 'Sentry: installation created',
    });
  });
});
